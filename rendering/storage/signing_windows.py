"""Rounded times for signing: all URLs of a file that are made within one window are the same."""


def window_start(now: float, expires: int) -> int:
    """Return the Unix time at which the current window began, for URLs that live ``expires`` seconds."""
    window = max(1, expires // 2)
    return int(now) // window * window
