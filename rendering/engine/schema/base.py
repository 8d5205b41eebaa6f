"""The words that every layer is written in: lengths in mm, y down from the top left of the frame; colours, fills."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LENGTH_CEILING = 10_000.0  # mm; ten metres are more than anything printed here
NAME_LENGTH = 100  # characters
STOPS_CEILING = 16

COLOR_PATTERN = r"^#[0-9A-Fa-f]{6}$"
TAG_PATTERN = r"^[A-Za-z0-9]{4}$"

Color = Annotated[str, Field(pattern=COLOR_PATTERN, examples=["#FF0000"])]
Length = Annotated[float, Field(ge=-LENGTH_CEILING, le=LENGTH_CEILING, allow_inf_nan=False)]
Extent = Annotated[float, Field(gt=0, le=LENGTH_CEILING, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
Tag = Annotated[str, Field(pattern=TAG_PATTERN)]


class Strict(BaseModel):
    """Nothing is converted and nothing unknown is passed over: a misspelt option must not be lost in silence."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)


class Box(Strict):
    """A rectangle in mm from the top left of the frame."""

    x: Length
    """From the left edge of the frame to the box's left edge, mm."""
    y: Length
    """From the top edge of the frame to the box's top edge, mm."""
    width: Extent
    """mm."""
    height: Extent
    """mm."""


class Stop(Strict):
    """A colour at a place of a gradient."""

    offset: Fraction
    """0 is where the gradient begins, 1 where it ends."""
    color: Color


Stops = Annotated[tuple[Stop, ...], Field(min_length=2, max_length=STOPS_CEILING, strict=False)]


class Solid(Strict):
    """One colour."""

    type: Literal["color"]
    color: Color


class LinearGradient(Strict):
    """Colours along a line through the middle of the frame."""

    type: Literal["linear"]
    angle: Degrees = 180
    """Where it runs to, degrees clockwise from the top: 90 is to the right, 180 to the bottom."""
    stops: Stops
    """In the order of their offsets."""


class RadialGradient(Strict):
    """Colours around a point, out to the farthest corner of the frame."""

    type: Literal["radial"]
    x: Fraction = 0.5
    """The middle, as a fraction of the frame's width."""
    y: Fraction = 0.5
    """The middle, as a fraction of the frame's height."""
    stops: Stops
    """In the order of their offsets."""


class Transparent(Strict):
    """Nothing: the thing that is printed on shows."""

    type: Literal["transparent"]


Background = Annotated[Solid | LinearGradient | RadialGradient | Transparent, Field(discriminator="type")]
Fill = Annotated[Solid | LinearGradient | RadialGradient, Field(discriminator="type")]


class Layer(Strict):
    """What every layer has."""

    name: str = Field(default="", max_length=NAME_LENGTH)
    """For people; it changes nothing."""
    hidden: bool = False
    """A hidden layer is kept and not drawn."""
    rotation: Degrees = 0
    """Degrees clockwise, about the middle of the layer's box."""
    opacity: Fraction = 1
    """Of the whole layer, all that belongs to it included: 0 is nothing."""
    blend: Literal["normal", "multiply", "screen"] = "normal"
    """How the layer's colours mix with what is beneath: `multiply` darkens, `screen` lightens."""

    @property
    def kind(self) -> str:
        """The value of `type`, which every kind of layer declares for itself."""
        return str(self.type)  # type: ignore[attr-defined]

    @property
    def font_names(self) -> tuple[str, ...]:
        """Fonts of the catalogue that the layer is drawn with."""
        return ()

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """Assets that the layer is drawn from."""
        return ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts that the layer shows, for lists and searches."""
        return ()
