"""Whether this process was asked to stop: a job cannot see RQ's own idea of it."""

from __future__ import annotations

_requested = False


def request_shutdown() -> None:
    """Note that SIGTERM or SIGINT has come."""
    global _requested  # noqa: PLW0603  # one flag a process, set from a signal handler: nothing heavier is safe there
    _requested = True


def is_shutdown_requested() -> bool:
    """Tell whether the process should finish what is in hand and begin nothing new."""
    return _requested


def reset_shutdown() -> None:
    """Begin afresh."""
    global _requested  # noqa: PLW0603
    _requested = False
