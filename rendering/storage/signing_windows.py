"""The times by which addresses are signed: rounded, so that all who ask within a while get the same address."""


def window_start(now: float, expires: int) -> int:
    """Return the Unix time at which the present window of URLs living ``expires`` seconds began."""
    window = max(1, expires // 2)
    return int(now) // window * window
