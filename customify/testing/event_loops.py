"""Coroutines in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_coroutine(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a loop of its own.

    After a browser's test Playwright leaves a loop that counts as running in this thread, in a greenlet of its own: it
    is put aside meanwhile.
    """
    outer = asyncio._get_running_loop()  # noqa: SLF001  # documented, for whoever runs loops
    asyncio._set_running_loop(None)  # noqa: SLF001
    try:
        return asyncio.run(coroutine)
    finally:
        asyncio._set_running_loop(outer)  # noqa: SLF001
