"""Whether this process was asked to stop: a job cannot see RQ's own idea of it."""

from __future__ import annotations

_asked = False


def ask_to_stop() -> None:
    """Note that SIGTERM or SIGINT has come."""
    global _asked  # noqa: PLW0603  # one flag a process, set from a signal handler: nothing heavier is safe there
    _asked = True


def stop_asked() -> bool:
    """Tell whether the process should finish what is in hand and begin nothing new."""
    return _asked


def forget_stop() -> None:
    """Begin afresh."""
    global _asked  # noqa: PLW0603
    _asked = False
