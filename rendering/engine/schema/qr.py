"""QR code layers."""

from typing import Literal

from pydantic import Field

from rendering.engine.schema.base import Box, Color, Layer

VALUE_CEILING = 1_000  # characters; a longer code is hard to scan from a mug

# Bytes that the largest code (version 40) holds, by level (ISO/IEC 18004, table 7). It holds more digits or capitals.
BYTE_CAPACITY = {"L": 2953, "M": 2331, "Q": 1663, "H": 1273}


class Qr(Layer):
    """A layer of one QR code (ISO/IEC 18004): a square, centred in its box.

    Each module is a whole number of pixels wide, as large as fits, unless the rotation is not a multiple of 90 degrees
    or a module would be smaller than one pixel.
    """

    type: Literal["qr"]
    value: str = Field(min_length=1, max_length=VALUE_CEILING, examples=["https://example.com/t/1"])
    """The content of the code, such as a URL or a text; encoded as UTF-8 if it is not ASCII."""
    level: Literal["L", "M", "Q", "H"] = "M"
    """Error correction: the share that may be damaged is at least 7, 15, 25 or 30 %. A higher level is used if the code
    gets no larger."""
    quiet: int = Field(default=4, ge=0, le=16)
    """Width of the empty margin (quiet zone) around the code, in modules. Readers need 4."""
    box: Box
    color: Color = "#000000"
    """Colour of the modules."""
    background: Color | None = "#FFFFFF"
    """Colour behind the modules and in the margin; null leaves them transparent."""


LAYER_MODEL = Qr
