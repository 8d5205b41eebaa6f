"""The schema of design_data as the API publishes it: the short form, and the layers that everything is drawn from.

Lengths are mm on the printed thing, from the top left of the frame, y down. What a product allows (its rules, its
fonts) is no part of the schema: those are values, which an administrator changes (`rendering.engine.spec`).
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

SCHEMA_VERSION = 1
TEXT_CEILING = 2000  # code points; whatever a product allows, shaping never sees more
LAYERS_CEILING = 100  # a placement
PLACEMENTS_CEILING = 10
STOPS_CEILING = 16
FEATURES_CEILING = 20
SIZE_CEILING = 1000.0  # units of the square
LENGTH_CEILING = 10_000.0  # mm; ten metres are more than anything printed here
NAME_LENGTH = 100  # characters

COLOR = r"^#[0-9A-Fa-f]{6}$"
TAG = r"^[A-Za-z0-9]{4}$"

Color = Annotated[str, Field(pattern=COLOR, examples=["#FF0000"])]
Length = Annotated[float, Field(ge=-LENGTH_CEILING, le=LENGTH_CEILING, allow_inf_nan=False)]
Extent = Annotated[float, Field(gt=0, le=LENGTH_CEILING, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
Tag = Annotated[str, Field(pattern=TAG)]


class Strict(BaseModel):
    """Nothing is converted and nothing unknown is passed over: a misspelt option must not be lost in silence."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)


class ShortForm(Strict):
    """One centred line of text on a coloured square of 600 units."""

    model_config = ConfigDict(
        title="ShortForm",
        json_schema_extra={"example": {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000", "fontSize": 48}},
    )

    text: str = Field(min_length=1, max_length=TEXT_CEILING, examples=["Test"])
    """One line of text, counted in code points. Each product has narrower limits of its own."""
    font: str = Field(max_length=NAME_LENGTH, examples=["Bebas-Bold"])
    """The name of a font of the catalogue."""
    color: Color
    """The background, #RRGGBB. The text on it is white or black, whichever the background calls for."""
    fontSize: float = Field(default=48, gt=0, le=SIZE_CEILING, allow_inf_nan=False, examples=[48])  # noqa: N815 public
    """Em size in units of the 600 square. Each product has narrower limits of its own."""


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


class Outline(Strict):
    """A line around the letters, behind them."""

    width: float = Field(gt=0, le=100, allow_inf_nan=False)
    """How far it reaches out of the letters, mm; letters and outline together are fitted into the box."""
    color: Color


class Shadow(Strict):
    """A soft shadow of the letters and their outline."""

    x: Length = 1
    """How far to the right it lies, mm."""
    y: Length = 1
    """How far down it lies, mm."""
    blur: float = Field(default=1, ge=0, le=100, allow_inf_nan=False)
    """How soft it is: the standard deviation of the blur, mm."""
    color: Color = "#000000"
    opacity: Fraction = 0.5


class Text(Strict):
    """A layer of text: lines in a box."""

    type: Literal["text"]
    name: str = Field(default="", max_length=NAME_LENGTH)
    """For people; it changes nothing."""
    hidden: bool = False
    """A hidden layer is kept and not drawn."""
    box: Box | None = None
    """Where the text goes. Without one: the frame, less a margin of a twentieth of the square."""
    rotation: Degrees = 0
    """Degrees clockwise about the middle of the box."""
    opacity: Fraction = 1
    """Of the whole layer, its outline and shadow included: 0 is nothing."""
    blend: Literal["normal", "multiply", "screen"] = "normal"
    """How the layer's colours mix with what is beneath: `multiply` darkens, `screen` lightens."""

    text: str = Field(min_length=1, max_length=TEXT_CEILING, examples=["Slow\nmornings"])
    """Lines of text, parted by U+000A. Each product has narrower limits of its own, in code points."""
    font: str = Field(max_length=NAME_LENGTH, examples=["Pacifico-Regular"])
    """The name of a font of the catalogue."""
    axes: dict[Tag, Annotated[float, Field(allow_inf_nan=False)]] = Field(
        default={}, max_length=FEATURES_CEILING, examples=[{"wght": 650}]
    )
    """Places on the font's variable axes."""
    features: dict[Tag, Annotated[int, Field(ge=0, le=255)]] = Field(
        default={}, max_length=FEATURES_CEILING, examples=[{"smcp": 1, "liga": 0}]
    )
    """OpenType features: 0 is off, 1 on, and more chooses among alternates."""
    size: float = Field(gt=0, le=LENGTH_CEILING, allow_inf_nan=False, examples=[24])
    """Em size in `unit`. Each product has narrower limits of its own."""
    unit: Literal["mm", "pt", "square"] = "mm"
    """Of the sizes: millimetres, points (1/72 inch), or as the short form has it 1/600 of the area's shorter side."""
    color: str = Field(default="auto", pattern=r"^(#[0-9A-Fa-f]{6}|auto)$", examples=["#FFFFFF"])
    """#RRGGBB, or `auto`: black or white, whichever the background behind the box calls for."""
    align: Literal["left", "center", "right"] = "center"
    """Where each line's ink goes in the box."""
    valign: Literal["top", "middle", "bottom"] = "middle"
    """Where the ink of all lines goes in the box."""
    line_height: float = Field(default=1.2, ge=0.5, le=5, allow_inf_nan=False)
    """From one baseline to the next, in ems."""
    letter_spacing: float = Field(default=0, ge=-0.2, le=2, allow_inf_nan=False)
    """Added between letters, in ems; not where a script joins its letters."""
    direction: Literal["auto", "ltr", "rtl"] = "auto"
    """Of each paragraph; `auto` goes by its first letter."""
    fit: Literal["none", "shrink", "wrap", "wrap_shrink", "ellipsis"] = "shrink"
    """What makes the text fit into its box: nothing; a smaller size, down to `min_size`; more lines; more lines and a
    smaller size; or more lines, and an ellipsis for what is left over."""
    min_size: float = Field(default=0, ge=0, le=LENGTH_CEILING, allow_inf_nan=False)
    """The smallest em size that fitting may choose, in `unit`."""
    arc: Degrees = 0
    """Bends the line over so many degrees of a circle: up for more than 0, down for less. One line alone."""
    outline: Outline | None = None
    """A line around the letters."""
    shadow: Shadow | None = None
    """A shadow beneath letters and outline."""


class Placement(Strict):
    """What goes on one side of a product."""

    frame: Literal["area", "square"] = "area"
    """What is drawn on: the whole print area, or the largest square in its middle, as the short form does."""
    background: Background = Transparent(type="transparent")
    layers: tuple[Text, ...] = Field(max_length=LAYERS_CEILING, strict=False)
    """From the bottom to the top."""


class LongForm(Strict):
    """Layers on one or more placements of a product."""

    model_config = ConfigDict(title="LongForm")

    version: Literal[1]
    """Of this schema."""
    placements: dict[str, Placement] = Field(min_length=1, max_length=PLACEMENTS_CEILING)
    """By the name of the product's placement: front, back, wrap."""


class DesignData(RootModel[ShortForm | LongForm]):
    """What is drawn: one line of text in the short form, or layers on a product's placements in the long one."""

    model_config = ConfigDict(title="DesignData")


EXAMPLE: dict[str, Any] = {
    "version": 1,
    "placements": {
        "front": {
            "background": {"type": "color", "color": "#1F3A5F"},
            "layers": [
                {
                    "type": "text",
                    "text": "Slow\nmornings",
                    "font": "Pacifico-Regular",
                    "size": 30,
                    "color": "#FFD166",
                    "box": {"x": 30, "y": 60, "width": 240, "height": 200},
                    "fit": "shrink",
                }
            ],
        }
    },
}
