"""The header that the parser of every image format returns, and the errors it raises."""

from __future__ import annotations

from dataclasses import dataclass


class MalformedFile(ValueError):
    """The file does not conform to its format."""


class TooManyParts(ValueError):
    """The file has more parts than any image needs; such files are made to keep a decoder busy."""


@dataclass(frozen=True, slots=True)
class FileHeader:
    """`parts`: the bytes that the decoder needs, in order. `size`: width and height in px, None if only it can tell.

    `decoded_pixels`: how many the decoder decodes, where those are more or less than the picture's own.
    """

    parts: tuple[memoryview, ...]
    size: tuple[int, int] | None = None
    frames: int = 1
    decoded_pixels: int = 0
