"""Image layers."""

from typing import Literal

from pydantic import Field

from rendering.engine.schema.base import AboveZero, Box, Color, Fraction, Layer, Strict

ASSET_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class Crop(Strict):
    """A part of a picture, as fractions of its width and height, from its top left."""

    x: Fraction = 0
    y: Fraction = 0
    width: AboveZero = Field(default=1, gt=0, le=1, allow_inf_nan=False)
    height: AboveZero = Field(default=1, gt=0, le=1, allow_inf_nan=False)


class Focus(Strict):
    """The most important point of a picture, as fractions of the cropped picture's width and height."""

    x: Fraction = 0.5
    y: Fraction = 0.5


class Tint(Strict):
    """A colour that the picture is tinted with."""

    color: Color
    amount: Fraction = 1
    """Strength of the tint: 0 changes nothing, 1 leaves only shades of the colour."""


class Image(Layer):
    """A layer that shows one uploaded picture."""

    type: Literal["image"]
    asset: str = Field(pattern=ASSET_PATTERN, examples=["0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80"])
    """Id of one of your assets."""
    box: Box | None = None
    """Where the picture goes. Default: the whole frame."""
    fit: Literal["cover", "contain", "stretch"] = "cover"
    """`cover` fills the box and cuts off the rest; `contain` shows the whole picture; `stretch` distorts it to fit."""
    crop: Crop | None = None
    """The part of the picture that is used. Default: all of it."""
    focus: Focus = Focus()
    """With `cover`, the point to keep in view; with `contain`, how the picture is aligned in its box."""
    flip: Literal["none", "horizontal", "vertical", "both"] = "none"
    radius: float = Field(default=0, ge=0, le=5_000, allow_inf_nan=False)
    """Radius of the picture's corners, mm; limited to half its shorter side."""
    mask: Literal["none", "circle"] = "none"
    """`circle` shows only the largest ellipse inside the picture."""
    sampling: Literal["smooth", "pixelated"] = "smooth"
    """How a picture is enlarged: `pixelated` keeps its pixels as squares with hard edges, for pixel art. One that is
    made smaller is always smooth."""
    grayscale: bool = False
    tint: Tint | None = None

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """The asset of its picture."""
        return (self.asset,)


LAYER_MODEL = Image
