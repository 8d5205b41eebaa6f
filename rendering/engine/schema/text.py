"""Text: the short form, and the layer."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from rendering.engine.schema.base import (
    LENGTH_CEILING,
    NAME_LENGTH,
    Box,
    Color,
    Degrees,
    Fraction,
    Layer,
    Length,
    Strict,
    Tag,
)

TEXT_CEILING = 2000  # code points; whatever a product allows, shaping never sees more
SIZE_CEILING = 1000.0  # units of the square
FEATURES_CEILING = 20


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


class Text(Layer):
    """A layer of text: lines in a box."""

    type: Literal["text"]
    box: Box | None = None
    """Where the text goes. Without one: the frame, less a margin of a twentieth of the square."""

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

    @property
    def font_names(self) -> tuple[str, ...]:
        """Its one font; fallbacks are found when it is shaped."""
        return (self.font,)

    @property
    def texts(self) -> tuple[str, ...]:
        """Its text."""
        return (self.text,)


LAYER_MODEL = Text
