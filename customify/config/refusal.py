"""Ends a process whose settings cannot be used: the reason on standard error, without a traceback.

Entry points import this module before the settings, so nothing here may import models or apps.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

# gunicorn ends where a worker exits so (WORKER_BOOT_ERROR), instead of starting it again and again.
EXIT_CODE = 3


@contextmanager
def ending_without_traceback() -> Iterator[None]:
    """End the process if the block raises ImproperlyConfigured."""
    try:
        yield
    except ImproperlyConfigured as error:
        print(f"Customify cannot start with these settings:\n{error}", file=sys.stderr, flush=True)  # noqa: T201  # logging is not set up yet
        sys.exit(EXIT_CODE)
