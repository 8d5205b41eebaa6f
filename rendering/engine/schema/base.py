"""What all layers are built from: lengths (mm, y down from the top left of the frame), colours and fills."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SMALLEST = 1e-12  # mm, or a fraction; smaller numbers above 0 count as this one
LENGTH_CEILING = 10_000.0  # mm; 10 m is more than any product needs
NAME_LENGTH = 100  # characters
STOPS_CEILING = 16
SKU_LENGTH = 64  # characters

COLOR_PATTERN = r"^#[0-9A-Fa-f]{6}$"
TAG_PATTERN = r"^[A-Za-z0-9]{4}$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$"  # BCP 47, as long as browsers send it

Color = Annotated[str, Field(pattern=COLOR_PATTERN, examples=["#FF0000"])]


def _raise_to_smallest(value: float) -> float:
    """Return a number above 0, or SMALLEST: divisions by a number like 5e-324 leave the range of floats.

    The limits of a field are checked after this, so that others are returned as they are.
    """
    return max(value, SMALLEST) if value > 0 else value


AboveZero = Annotated[float, AfterValidator(_raise_to_smallest)]
Length = Annotated[float, Field(ge=-LENGTH_CEILING, le=LENGTH_CEILING, allow_inf_nan=False)]
Extent = Annotated[AboveZero, Field(gt=0, le=LENGTH_CEILING, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
Tag = Annotated[str, Field(pattern=TAG_PATTERN)]
Language = Annotated[str, Field(pattern=LANGUAGE_PATTERN, examples=["tr"])]
Sku = Annotated[str, Field(min_length=1, max_length=SKU_LENGTH, examples=["TS-NAVY-M"])]


class Strict(BaseModel):
    """Base of all models: converts no types and rejects unknown fields, so that a misspelt option is reported."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)


class Box(Strict):
    """A rectangle, mm from the top left of the frame."""

    x: Length
    """Distance from the frame's left edge to the box's left edge, mm."""
    y: Length
    """Distance from the frame's top edge to the box's top edge, mm."""
    width: Extent
    """Width, mm."""
    height: Extent
    """Height, mm."""


class Stop(Strict):
    """A colour stop of a gradient."""

    offset: Fraction
    """Position along the gradient: 0 is its start, 1 its end."""
    color: Color


Stops = Annotated[tuple[Stop, ...], Field(min_length=2, max_length=STOPS_CEILING, strict=False)]


class Solid(Strict):
    """A single colour."""

    type: Literal["color"]
    color: Color


class LinearGradient(Strict):
    """A gradient along a line through the centre of the frame, or of a shape's box."""

    type: Literal["linear"]
    angle: Degrees = 180
    """Direction, degrees clockwise from the top: 90 runs to the right, 180 to the bottom."""
    stops: Stops
    """Sorted by offset."""


class RadialGradient(Strict):
    """A gradient from a point to the farthest corner of the frame, or of a shape's box."""

    type: Literal["radial"]
    x: Fraction = 0.5
    """Horizontal position of the centre, as a fraction of the width."""
    y: Fraction = 0.5
    """Vertical position of the centre, as a fraction of the height."""
    stops: Stops
    """Sorted by offset."""


class Transparent(Strict):
    """No background: the product's own surface shows."""

    type: Literal["transparent"]


Background = Annotated[Solid | LinearGradient | RadialGradient | Transparent, Field(discriminator="type")]
Fill = Annotated[Solid | LinearGradient | RadialGradient, Field(discriminator="type")]


class Layer(Strict):
    """Fields of every layer."""

    name: str = Field(default="", max_length=NAME_LENGTH)
    """A name for people; it does not change the drawing."""
    hidden: bool = False
    """A hidden layer is kept but not drawn."""
    locked: bool = False
    """A designer session can neither change, move nor remove a locked layer, nor lock one; only the shop can. It does
    not change the drawing."""
    rotation: Degrees = 0
    """Degrees clockwise about the centre of the layer's box; a group rotates about its `center`."""
    opacity: Fraction = 1
    """Opacity of the whole layer, including its outline and shadow: 0 is invisible, 1 is opaque."""
    blend: Literal["normal", "multiply", "screen"] = "normal"
    """How the layer's colours mix with those beneath: `multiply` darkens, `screen` lightens."""

    @property
    def kind(self) -> str:
        """The value of `type`, which each kind of layer declares."""
        return str(self.type)  # type: ignore[attr-defined]

    @property
    def font_names(self) -> tuple[str, ...]:
        """Names of the catalogue fonts that the layer uses."""
        return ()

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """Ids of the assets that the layer uses."""
        return ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts that the layer shows, for lists and search."""
        return ()
