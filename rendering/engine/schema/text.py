"""The short form, and text layers."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field
from pydantic import Tag as UnionTag

from rendering.engine.schema.base import (
    LENGTH_CEILING,
    NAME_LENGTH,
    AboveZero,
    Box,
    Color,
    Degrees,
    Extent,
    Fraction,
    Language,
    Layer,
    Length,
    Sku,
    Strict,
    Tag,
)

TEXT_CEILING = 2000  # code points; the most that is ever shaped, whatever a product allows in characters
SIZE_CEILING = 1000.0  # square units (`SQUARE_UNITS`)
FEATURES_CEILING = 20
COLOR_OR_AUTO_PATTERN = r"^(#[0-9A-Fa-f]{6}|auto)$"


LineHeight = Annotated[
    Annotated[float, Field(ge=0.5, le=5, allow_inf_nan=False), UnionTag("number")]
    | Annotated[Literal["auto"], UnionTag("auto")],
    Discriminator(lambda value: "auto" if isinstance(value, str) else "number"),
]


class ShortForm(Strict):
    """One centred line of text, black or white, on a square of the colour `color`, 600 units wide."""

    model_config = ConfigDict(
        title="ShortForm",
        json_schema_extra={"example": {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000", "fontSize": 48}},
    )

    text: str = Field(min_length=1, max_length=TEXT_CEILING, examples=["Test"])
    """One line of text. Each product limits its length in characters as people count them (grapheme clusters)."""
    font: str = Field(max_length=NAME_LENGTH, examples=["Bebas-Bold"])
    """Name of a font in the catalogue."""
    color: Color
    """Colour of the background, #RRGGBB, not of the text: that is black on light backgrounds and white on dark ones.
    The long form sets both."""
    fontSize: AboveZero = Field(default=48, gt=0, le=SIZE_CEILING, allow_inf_nan=False, examples=[48])  # noqa: N815 public
    """Font size (em) in square units: 1/600 of the shorter side of the product's main print area. On a front of 300 mm
    a unit is 0.5 mm, and 48 are 24 mm or 68 pt. Each product sets narrower limits: `/api/v1/limits`. Left out, it is
    48 or the nearest that the product allows."""
    language: Language | None = Field(default=None, examples=["tr"])
    """Language of the text, a BCP 47 tag: the forms of letters and the line breaks that it needs."""
    variant: Sku | None = Field(default=None, examples=["TS-NAVY-M"])
    """SKU of the variant that is printed on, from `/api/v1/products/{product_type}`."""


class Outline(Strict):
    """A line around the letters, drawn behind them."""

    width: AboveZero = Field(gt=0, le=100, allow_inf_nan=False)
    """How far it extends beyond the letters, mm; letters and outline are fitted into the box together."""
    color: Color


class Shadow(Strict):
    """A soft shadow of the letters and their outline."""

    x: Length = 1
    """Horizontal offset, mm; positive values move it right."""
    y: Length = 1
    """Vertical offset, mm; positive values move it down."""
    blur: float = Field(default=1, ge=0, le=100, allow_inf_nan=False)
    """Standard deviation of the blur, mm; 0 is sharp."""
    color: Color = "#000000"
    opacity: Fraction = 0.5


class CirclePath(Strict):
    """A circle for a line of text; its centre is the centre of the text's box."""

    type: Literal["circle"]
    radius: Extent
    """Radius of the circle that the baseline follows, mm."""
    side: Literal["outside", "inside"] = "outside"
    """`outside`: the letters stand around the circle, and the text runs clockwise. `inside`: they stand in the circle,
    with their heads towards its centre, and the text runs anticlockwise, so that it can be read at the bottom."""
    angle: Degrees | None = None
    """Where the text is, in degrees clockwise from the top: 90 is right, 180 the bottom. `align` says which of its
    points is there: its beginning (left), its middle (center) or its end (right). Default: 0 outside, 180 inside."""
    span: AboveZero = Field(default=360, gt=0, le=360, allow_inf_nan=False)
    """Degrees of the circle that the text may take; with the fit `shrink`, its size is reduced until it does."""


class Text(Layer):
    """A layer of text: one or more lines in a box."""

    type: Literal["text"]
    box: Box | None = None
    """Where the text goes. Default: the frame less a margin of 5 % of the print area's shorter side."""

    text: str = Field(min_length=1, max_length=TEXT_CEILING, examples=["Slow\nmornings"])
    """Lines of text, separated by U+000A or another line break (CR LF, CR, U+0085, U+2028, U+2029, VT, FF); tabs are
    spaces. Each product limits its length in characters as people count them (grapheme clusters)."""
    font: str = Field(max_length=NAME_LENGTH, examples=["Pacifico-Regular"])
    """Name of a font in the catalogue."""
    axes: dict[Tag, Annotated[float, Field(allow_inf_nan=False)]] = Field(
        default={}, max_length=FEATURES_CEILING, examples=[{"wght": 650}]
    )
    """Values on the font's variation axes, by tag."""
    features: dict[Tag, Annotated[int, Field(ge=0, le=255)]] = Field(
        default={}, max_length=FEATURES_CEILING, examples=[{"smcp": 1, "liga": 0}]
    )
    """OpenType features, by tag: 0 is off, 1 is on, higher values choose an alternate."""
    size: AboveZero = Field(gt=0, le=LENGTH_CEILING, allow_inf_nan=False, examples=[24])
    """Font size (em) in `unit`; each product sets narrower limits: `/api/v1/limits` has them in every unit."""
    unit: Literal["mm", "pt", "square"] = "mm"
    """Unit of `size` and `min_size`: `mm`; `pt`, 1/72 inch or 0.353 mm; or `square`, 1/600 of the print area's shorter
    side, as in the short form (on a side of 300 mm, 0.5 mm)."""
    color: str = Field(default="auto", pattern=COLOR_OR_AUTO_PATTERN, examples=["#FFFFFF"])
    """#RRGGBB, or `auto`: black where it is light beneath the letters, white where it is dark."""
    align: Literal["left", "center", "right"] = "center"
    """Horizontal alignment of the ink of each line in the box."""
    valign: Literal["top", "middle", "bottom", "baseline", "cap"] = "middle"
    """Vertical alignment in the box: `top`, `middle` and `bottom` align the ink of all lines. `baseline` and `cap` do
    not depend on the letters, so that a series of names does not jump. `cap` centres the height of the capitals, of
    several lines from the top of the first line's capitals to the last baseline. `baseline` has the first baseline
    where it is if the font's highest and lowest letters, at the size asked for, are centred; it stays there when the
    text is shrunk. Neither is for text on a curve."""
    line_height: LineHeight = "auto"
    """Distance from one baseline to the next, in ems; `auto`: as the fonts ask for, and as much more as it takes to
    keep the ink of neighbouring lines apart. In revisions of schema version 1 the default is 1.2."""
    letter_spacing: float = Field(default=0, ge=-0.2, le=2, allow_inf_nan=False)
    """Extra space between letters, in ems, not after the last one of a line; ignored in scripts that join their
    letters."""
    emoji: Literal["auto", "color", "text"] = "auto"
    """Which emoji have colours of their own. `auto`: those that Unicode shows so by default (😀 ⚡), ❤, and those
    followed by U+FE0F; `color`: all but digits (also ☀ ☎ ♥); `text`: none, they have the text's colour."""
    direction: Literal["auto", "ltr", "rtl"] = "auto"
    """Writing direction of each paragraph; `auto`: that of its first strong character."""
    language: Language | None = None
    """Language of the text, a BCP 47 tag such as tr, sr-Cyrl or zh-Hant-HK: the forms of letters and the line breaks
    that it needs. Default: that of the design."""
    fit: Literal["none", "shrink", "wrap", "wrap_shrink", "ellipsis"] = "shrink"
    """How the text is fitted into its box: `none` leaves it as it is; `shrink` reduces its size, down to `min_size`;
    `wrap` breaks lines; `wrap_shrink` does both; `ellipsis` breaks lines and replaces the rest with an ellipsis."""
    min_size: float = Field(default=0, ge=0, le=LENGTH_CEILING, allow_inf_nan=False)
    """Smallest font size that fitting may choose, in `unit`."""
    arc: Degrees = 0
    """Bends the text along an arc of so many degrees: arched up if positive, down if negative. One line only; its
    radius follows from its length. At 360 degrees the last letter follows the first at the same distance as others."""
    radius: Length = 0
    """Bends the text along a circle of so many mm, as long as it is: arched up if positive, down if negative. One line
    only, and not with `arc`. With the fit `shrink` the radius stays, and the text takes at most the whole circle."""
    path: CirclePath | None = None
    """Sets the text on a circle around the centre of its box. One line only, and not with `arc` or `radius`; `valign`
    has no effect. With the fit `shrink` the circle stays, and the size is reduced until the text takes at most the
    `span` and all ink is in the box (if the circle is)."""
    outline: Outline | None = None
    """A line around the letters."""
    shadow: Shadow | None = None
    """A shadow beneath the letters and their outline."""

    @property
    def is_bent(self) -> bool:
        """Tell whether its line follows a circle."""
        return bool(self.arc or self.radius or self.path)

    @property
    def font_names(self) -> tuple[str, ...]:
        """Its one font; fallback fonts are chosen when the text is shaped."""
        return (self.font,)

    @property
    def texts(self) -> tuple[str, ...]:
        """Its text."""
        return (self.text,)


LAYER_MODEL = Text
