"""The catalogue file (TOML): what it may say about techniques, products, print areas and variants.

The models are also the source of the file's JSON Schema; their docstrings are its help texts.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rendering.engine.values import SeverityRule

SLUG_PATTERN = r"^[-a-zA-Z0-9_]+$"  # as Django's slugs: whatever the admin takes can be dumped and loaded
COLOR_PATTERN = r"^#[0-9A-F]{6}$"
LINE_PATTERN = r"^[^\x00-\x1f\x7f]*$"  # no control characters: PostgreSQL refuses some, and lists show none
TEXT_PATTERN = r"^[^\x00]*$"
_LARGEST = 5_000.0  # mm


def _accept_whole_numbers(value: Any) -> Any:
    """Take 300 for 300.0, as people write it; `strict` refuses everything else."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[float, BeforeValidator(_accept_whole_numbers), Field(allow_inf_nan=False)]
Millimetres = Annotated[Number, Field(ge=0, le=_LARGEST)]
Side = Annotated[Number, Field(ge=1, le=_LARGEST)]
Dpi = Annotated[int, Field(ge=0, le=2_400)]
Bleed = Annotated[Number, Field(ge=0, le=100)]
Safe = Annotated[Number, Field(ge=0, le=500)]
Offset = Annotated[Number, Field(ge=-_LARGEST, le=_LARGEST)]
MinDpi = Annotated[int, Field(ge=1, le=2_400)]
Colors = Annotated[int, Field(ge=0, le=100)]
Limit = Annotated[Number, Field(ge=0, le=100)]
Outline = Annotated[str, Field(max_length=20_000, pattern=TEXT_PATTERN)]
Color = Annotated[str, Field(pattern=COLOR_PATTERN)]
Slug = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=50)]
TechniqueSlug = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=30)]
Size = Annotated[str, Field(max_length=20, pattern=LINE_PATTERN)]
Sku = Annotated[str, Field(min_length=1, max_length=64, pattern=LINE_PATTERN)]
Severities = dict[str, SeverityRule]


class Entry(BaseModel):
    """Base of all entries: converts no types and refuses unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


class TechniqueEntry(Entry):
    """A way of printing, with what it refuses. 0 stands for no limit."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=LINE_PATTERN)]
    min_line_mm: Limit = 0.0
    """Narrower lines break or vanish, mm."""
    min_gap_mm: Limit = 0.0
    """Narrower gaps fill with ink, mm."""
    min_text_mm: Limit = 0.0
    """Height of a lower-case x, mm."""
    min_module_mm: Limit = 0.0
    """Width of a module of a QR code, mm."""
    max_colors: Colors = 0
    """How many solid colours."""
    max_ink: Annotated[Number, Field(ge=0, le=400)] = 0.0
    """Sum of all inks in one place, percent."""
    blur_mm: Annotated[Number, Field(ge=0, le=10)] = 0.0
    """How far ink spreads: a standard deviation, mm."""
    semi_transparency: bool = True
    """Whether soft edges and shadows print well."""
    gradients: bool = True
    """Whether gradients and photos can be printed."""
    white_ink: bool = True
    """Whether white is printed; without it, white art shows the product."""
    shows_product: bool = False
    """Whether the product's colour shows through inks, as in sublimation."""
    severities: Severities = {}
    """Severities of findings that differ from the usual ones; "off" drops a finding."""


class OverrideEntry(Entry):
    """Other values of a print area for some sizes or SKUs; what is left out stays."""

    sizes: list[Size] = []
    """Sizes of variants for which it holds."""
    skus: list[Sku] = []
    """SKUs of variants for which it holds."""
    width_mm: Side | None = None
    height_mm: Side | None = None
    bleed_mm: Bleed | None = None
    safe_mm: Safe | None = None
    min_dpi: MinDpi | None = None
    recommended_dpi: Dpi | None = None
    corner_radius_mm: Millimetres | None = None
    outline: Outline | None = None
    technique: TechniqueSlug | None = None
    colors: Annotated[list[Color], Field(max_length=200)] | None = None
    max_colors: Colors | None = None
    mirrored: bool | None = None
    x_mm: Offset | None = None
    y_mm: Offset | None = None


class AreaEntry(Entry):
    """The print area of one side of a product."""

    placement: Annotated[str, Field(pattern=SLUG_PATTERN, max_length=20)]
    """Name of the side, such as front."""
    main: bool = False
    """Whether designs that name no side are for this one. Just one area of a product is."""
    width_mm: Side
    """Width of the trim: what is left when it is cut, mm."""
    height_mm: Side
    bleed_mm: Bleed = 0.0
    """Art beyond the trim that is cut off, mm on every side."""
    safe_mm: Safe = 0.0
    """Margin inside the trim that should stay free of texts and codes, mm."""
    min_dpi: MinDpi = 150
    """Resolution that pictures need at least."""
    recommended_dpi: Dpi = 0
    """More is of no use; 0 if that is not known."""
    corner_radius_mm: Millimetres = 0.0
    """Of the trim."""
    outline: Outline = ""
    """Trim of another shape: SVG path data (M L H V C Q Z) in mm from the top left of the area."""
    technique: TechniqueSlug | None = None
    """If it differs from the product's."""
    colors: Annotated[list[Color], Field(max_length=200)] = []
    """All colours that may be used; empty for any."""
    max_colors: Colors = 0
    """How many colours may be used at once; 0 for any."""
    mirrored: bool = False
    """Whether its print file is mirrored."""
    x_mm: Offset | None = None
    """Distance from the left edge of that side of the product, mm."""
    y_mm: Offset | None = None
    """Distance from the top edge of that side of the product, mm."""
    overrides: Annotated[list[OverrideEntry], Field(max_length=200)] = []
    """Other values for some sizes or SKUs. The first match wins."""


class VariantEntry(Entry):
    """One colour and size of a product. Lists show them in the order of the file."""

    sku: Sku
    """What is ordered. Each is there once in the whole catalogue."""
    color_name: Annotated[str, Field(max_length=50, pattern=LINE_PATTERN)] = ""
    color: Annotated[str, Field(pattern=r"^(#[0-9A-F]{6})?$")] = ""
    """#RRGGBB: what transparent parts of a design show. Empty if it is not known."""
    size: Size = ""
    """Such as S or A2."""
    active: bool = True
    """Whether new designs can be made for it."""


class ProductEntry(Entry):
    """A product to print on; the key is its `product_type` in the API."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=LINE_PATTERN)]
    description: Annotated[str, Field(max_length=5_000, pattern=TEXT_PATTERN)] = ""
    group: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]*$", max_length=50)] = ""
    """Kind of product, such as apparel; lists can be filtered by it."""
    technique: TechniqueSlug | None = None
    """How it is printed: a key of `techniques`."""
    active: bool = True
    """Whether new designs can be made for it."""
    text_min: Annotated[int, Field(ge=1, le=2_000)] = 1
    """Minimum length of a text, in characters as people count them."""
    text_max: Annotated[int, Field(ge=1, le=2_000)]
    """Maximum length of a text."""
    size_min: Annotated[Number, Field(gt=0, le=600)]
    """Minimum fontSize, in units of the 600-unit square."""
    size_max: Annotated[Number, Field(gt=0, le=600)]
    """Maximum fontSize."""
    severities: Severities = {}
    """Severities that differ from those of the technique."""
    areas: Annotated[list[AreaEntry], Field(min_length=1, max_length=20)]
    variants: Annotated[list[VariantEntry], Field(max_length=2_000)] = []


class CatalogueFile(Entry):
    """A catalogue: techniques and products by their slugs."""

    version: Literal[1]
    """Version of the format."""
    techniques: dict[TechniqueSlug, TechniqueEntry] = {}
    products: dict[Slug, ProductEntry] = {}
