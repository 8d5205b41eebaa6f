"""Runs coroutines in synchronous tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_coroutine(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a new event loop and return its result.

    After a browser test, Playwright's loop still counts as running in this thread (it runs in a greenlet of its own),
    so it is hidden meanwhile.
    """
    outer_loop = asyncio._get_running_loop()  # noqa: SLF001  # documented for implementers of event loops
    asyncio._set_running_loop(None)  # noqa: SLF001
    try:
        return asyncio.run(coroutine)
    finally:
        asyncio._set_running_loop(outer_loop)  # noqa: SLF001
