"""The running service, as a reader of the guide uses it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Service:
    """The base URL, a live key, and a working folder with a photo."""

    base: str
    key: str
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """Environment variables of a reader who follows the guide."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return {**kept, "PATH": path, "BASE": self.base, "KEY": self.key, "PYTHONWARNINGS": "error"}
