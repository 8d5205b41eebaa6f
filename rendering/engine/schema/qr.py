"""QR code layers."""

from typing import Literal

from pydantic import Field

from rendering.engine.schema.base import AboveZero, Box, Color, Layer, Strict
from rendering.engine.schema.image import ASSET_PATTERN

VALUE_CEILING = 1_000  # characters; a longer code is hard to scan from a mug

# Bytes that the largest code (version 40) holds, by level (ISO/IEC 18004, table 7). It holds more digits or capitals.
BYTE_CAPACITY = {"L": 2953, "M": 2331, "Q": 1663, "H": 1273}


class Logo(Strict):
    """A square plate without modules in the middle of a QR code, with a picture or empty.

    The code becomes larger, and its error correction higher, until readers can make up for what the plate hides.
    """

    asset: str | None = Field(default=None, pattern=ASSET_PATTERN, examples=["0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80"])
    """Id of one of your assets, which is fitted into the logo; null leaves the plate empty."""
    size: AboveZero = Field(default=0.2, gt=0, le=0.3, allow_inf_nan=False)
    """Side of the logo, as a fraction of the side of the code without its margin. Above 0.25 few codes can be read."""
    quiet: int = Field(default=1, ge=0, le=4)
    """Width of the empty border around the logo, in modules, at least: the plate ends at a whole module."""


class Qr(Layer):
    """A layer of one QR code (ISO/IEC 18004): a square, centred in its box and as large as fits."""

    type: Literal["qr"]
    value: str = Field(min_length=1, max_length=VALUE_CEILING, examples=["https://example.com/t/1"])
    """The content of the code, such as a URL or a text. If it is not ASCII, the code says that it is UTF-8 (ECI 26)."""
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
    logo: Logo | None = None
    """A logo in the middle of the code. Default: none."""

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """The asset of its logo."""
        return (self.logo.asset,) if self.logo and self.logo.asset else ()


LAYER_MODEL = Qr
