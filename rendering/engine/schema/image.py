"""Pictures."""

from typing import Literal

from pydantic import Field

from rendering.engine.schema.base import Box, Color, Fraction, Layer, Strict

ASSET_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class Crop(Strict):
    """A part of a picture, in fractions of its width and height from its top left."""

    x: Fraction = 0
    y: Fraction = 0
    width: float = Field(default=1, gt=0, le=1, allow_inf_nan=False)
    height: float = Field(default=1, gt=0, le=1, allow_inf_nan=False)


class Focus(Strict):
    """The point of a picture that should be seen, in fractions of what is shown of it."""

    x: Fraction = 0.5
    y: Fraction = 0.5


class Tint(Strict):
    """A colour that the picture is seen through."""

    color: Color
    amount: Fraction = 1
    """0 changes nothing; 1 leaves shades of the colour alone."""


class Image(Layer):
    """A layer of one uploaded picture."""

    type: Literal["image"]
    asset: str = Field(pattern=ASSET_PATTERN, examples=["0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80"])
    """The id of an asset of yours."""
    box: Box | None = None
    """Where the picture goes. Without one: the whole frame."""
    fit: Literal["cover", "contain", "stretch"] = "cover"
    """`cover` fills the box and cuts off what is over; `contain` shows all of the picture; `stretch` distorts it."""
    crop: Crop | None = None
    """What of the picture is used."""
    focus: Focus = Focus()
    """With `cover`, what stays in sight; with `contain`, where the picture lies in its box."""
    flip: Literal["none", "horizontal", "vertical", "both"] = "none"
    radius: float = Field(default=0, ge=0, le=5_000, allow_inf_nan=False)
    """Of the picture's corners, mm; at most half its shorter side counts."""
    mask: Literal["none", "circle"] = "none"
    """`circle`: the largest ellipse in what is shown is all that is."""
    grayscale: bool = False
    tint: Tint | None = None

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """Its picture."""
        return (self.asset,)


LAYER_MODEL = Image
