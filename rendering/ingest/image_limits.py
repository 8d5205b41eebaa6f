"""Limits that the service and its decoding process share, so that both refuse the same images.

`child.py` loads this file by its path, in an isolated interpreter: standard library only, and nothing slow to import.
"""

BYTES_PER_PIXEL = 28  # address space that decoding and re-encoding take: half more than the most demanding format
MAX_PROFILE_BYTES = 4 << 20  # bytes of an unpacked colour profile; profiles of printers have one or two million
MAX_DOMINANT_COLORS = 5
ANSWER_LOST = 74  # exit status of a child that could not write its answer (EX_IOERR of sysexits.h)


def find_size_problem(
    width: int, height: int, *, side_min: int, side_max: int, pixels: int, aspect: float
) -> str | None:
    """Return the error code of an image of this size (px), None if the size is allowed."""
    shorter, longer = sorted((width, height))
    if longer > side_max:
        return "too_long_side"
    if width * height > pixels:
        return "too_many_pixels"
    if shorter and longer > aspect * shorter:
        return "too_narrow"
    if shorter < side_min:
        return "too_small"
    return None
