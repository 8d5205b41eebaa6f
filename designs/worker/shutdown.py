"""Whether this process was asked to stop: a job cannot see RQ's own flag."""

from __future__ import annotations

_requested = False


def request_shutdown() -> None:
    """Note that SIGTERM or SIGINT has come."""
    # A plain flag: a signal handler may interrupt the main thread anywhere, so it must not take a lock (as Event does).
    global _requested  # noqa: PLW0603
    _requested = True


def is_shutdown_requested() -> bool:
    """Tell whether the process should finish the current render and begin no other."""
    return _requested


def reset_shutdown() -> None:
    """Clear the flag: a worker that starts in a process (of a test, say) has not been asked to stop."""
    global _requested  # noqa: PLW0603
    _requested = False
