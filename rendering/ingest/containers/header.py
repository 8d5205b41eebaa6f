"""What every kind of picture file says in its header."""

from __future__ import annotations

from dataclasses import dataclass


class MalformedFile(ValueError):
    """The file does not keep to its format."""


class TooManyParts(ValueError):
    """The file has more parts than any picture needs: reading them all is what it is made for."""


@dataclass(frozen=True, slots=True)
class FileHeader:
    """`parts` are the bytes that the decoder needs, in order; width and height in px, None where only it can tell."""

    parts: tuple[memoryview, ...]
    size: tuple[int, int] | None = None
    frames: int = 1
