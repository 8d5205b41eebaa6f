"""The header that the parser of every image format returns, and the errors it raises."""

from __future__ import annotations

from dataclasses import dataclass


class MalformedFile(ValueError):
    """The file does not conform to its format."""


class TooManyParts(ValueError):
    """The file has more parts than any image needs; such files are made to keep a decoder busy."""


@dataclass(frozen=True, slots=True)
class ColorTags:
    """What a file says of its colours outside of profiles and EXIF; numbers as they are stored.

    `codes`: primaries and transfer function (H.273). `gamma`, `chromaticities` (x and y of white, red, green, blue):
    times 100,000. `deep`: whether the conversion needs more than 8 bits.
    """

    codes: tuple[int, int] | None = None
    srgb: bool = False
    gamma: int = 0
    chromaticities: tuple[int, ...] | None = None
    deep: bool = False


@dataclass(frozen=True, slots=True)
class FileHeader:
    """`parts`: the bytes that the decoder needs, in order. `size`: width and height in px, None if only it can tell.

    `is_ended`: whether the file has an end marker; without one, the decoder must find out if all pixels are there.
    `decoded_pixels`: how many the decoder decodes, where those are more or less than the picture's own.
    """

    parts: tuple[bytes | memoryview, ...]
    size: tuple[int, int] | None = None
    frames: int = 1
    colors: ColorTags = ColorTags()
    is_ended: bool = True
    decoded_pixels: int = 0
