"""Which operations a designer session may use. Views name them in `for_sessions`; a view without that refuses all."""

from __future__ import annotations

from typing import Any


def is_for_sessions(view: Any, method: str) -> bool:
    """Tell whether the view's action, or without actions its method, is open to designer sessions."""
    name = "get" if method == "HEAD" else method.lower()
    return (getattr(view, "action", None) or name) in getattr(view, "for_sessions", ())
