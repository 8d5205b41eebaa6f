"""QR codes."""

from typing import Literal

from pydantic import Field

from rendering.engine.schema.base import Box, Color, Layer

VALUE_CEILING = 1_000  # characters; a code of more can hardly be read from a mug

# Bytes that the largest code holds, by level (ISO/IEC 18004, table 7). Of digits and capitals it holds more.
BYTE_CAPACITY = {"L": 2953, "M": 2331, "Q": 1663, "H": 1273}


class Qr(Layer):
    """A layer of one QR code (ISO/IEC 18004): square, in the middle of its box.

    Its modules are whole pixels, as large as there is room for, unless it is turned by an angle or so small that they
    would be less than one.
    """

    type: Literal["qr"]
    value: str = Field(min_length=1, max_length=VALUE_CEILING, examples=["https://example.com/t/1"])
    """What the code says: an address, a text; in UTF-8 where it is not ASCII."""
    level: Literal["L", "M", "Q", "H"] = "M"
    """How much of it may be damaged at least: 7, 15, 25, 30 %. It is more where that makes the code no larger."""
    quiet: int = Field(default=4, ge=0, le=16)
    """Width of the margin that readers need around it, in modules."""
    box: Box
    color: Color = "#000000"
    """Of the modules."""
    background: Color | None = "#FFFFFF"
    """Behind the modules and in the margin; null: what is beneath shows."""


LAYER_MODEL = Qr
