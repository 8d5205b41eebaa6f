"""What a preview is drawn from: looked up, hashed, and only then judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from designs.models import Design, DesignRevision, Product
from designs.models.tenant import Tenant
from designs.renders.snapshot import build_snapshot, canonical_sha256, design_bounds, to_area
from designs.renders.watermark import choose_watermark
from designs.services import AssetsById, find_assets, find_product
from rendering.engine.draw import ENGINE_VERSION
from rendering.engine.encode.formats import FORMATS as OUTPUT_FORMATS
from rendering.engine.schema import SCHEMA_VERSION
from rendering.engine.validation.parse import parse_design
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Output, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import hash_fallback_fonts
from rendering.versions import library_versions

WIDTH_MIN, WIDTH_DEFAULT, WIDTH_MAX = 50, 600, 1_600  # px
_DEFAULT_FORMAT = "webp"
FORMATS = (
    _DEFAULT_FORMAT,
    *(row.name for row in OUTPUT_FORMATS.values() if row.is_preview_format and row.name != _DEFAULT_FORMAT),
)


class UnusedPlacementError(LookupError):
    """The design draws nothing on the placement that was asked for; the text names those it draws on."""


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """A picture that somebody wants to see: `width` in px, `placement` "" for the first that the design draws on.

    `for_design` is the one design that the caller may draw for, None where any will do.
    """

    tenant: Tenant
    product_type: str
    design_data: Any
    placement: str = ""
    width: int = WIDTH_DEFAULT
    format: str = FORMATS[0]
    for_design: UUID | None = None


@dataclass(frozen=True)
class PreviewInputs:
    """A wanted picture with all that it will be drawn from."""

    request: PreviewRequest
    product: Product
    assets: AssetsById

    @cached_property
    def key(self) -> str:
        """Hash everything that decides the picture and its findings: the same key means the same picture."""
        wanted = self.request
        return canonical_sha256(
            [
                [ENGINE_VERSION, library_versions(), _fonts_sha256(), hash_fallback_fonts(settings.RENDER_EMOJI_FONT)],
                [self.product.slug, self.product.to_rules(), [area.to_geometry() for area in self.product.areas]],
                [settings.RENDER_MAX_LAYERS, settings.RENDER_MAX_CODE_POINTS, settings.RENDER_MAX_MEGAPIXELS],
                [
                    {pk: asset.sha256 for pk, asset in self.assets.items()},
                    choose_watermark(is_test=wanted.tenant.is_test),
                ],
                [wanted.design_data, wanted.placement, wanted.width, wanted.format],
            ]
        )

    def to_snapshot(self) -> dict[str, Any]:
        """Return what a worker would freeze, with the one picture that is wanted as its output.

        Raises SpecError for design_data that cannot be drawn on the product, and UnusedPlacementError.
        """
        wanted, product = self.request, self.product
        areas = [to_area(area.to_geometry()) for area in product.areas]
        parsed = parse_design(
            wanted.design_data,
            Rules.from_json(product.to_rules()),
            installed_fonts(),
            areas,
            design_bounds(),
            self.assets,
        )
        sheet = _pick_placement(parsed.placements, wanted.placement)
        # Of no design that there is: a revision is what is frozen, wherever it comes from.
        design = Design(product=product, test=wanted.tenant.is_test)
        data = DesignRevision(design=design, number=0, design_data=wanted.design_data, schema_version=SCHEMA_VERSION)
        name = f"preview.{wanted.format}"
        output = Output(name, "preview", wanted.format, _longer_side(sheet, wanted.width), sheet.placement)
        return {**build_snapshot(data, product, installed_fonts(), self.assets), "outputs": [output.to_json()]}


def look_up_inputs(wanted: PreviewRequest) -> PreviewInputs:
    """Look up what a picture is drawn from; UnknownProductError for a product that there is not."""
    product = find_product(wanted.product_type)
    return PreviewInputs(wanted, product, find_assets(wanted.design_data, wanted.tenant, wanted.for_design))


def _pick_placement(sheets: Sequence[PlacementSpec], placement: str) -> PlacementSpec:
    found = {sheet.placement: sheet for sheet in sheets}
    if placement and placement not in found:
        raise UnusedPlacementError(", ".join(found))
    return found[placement] if placement else sheets[0]


def _longer_side(sheet: PlacementSpec, width: int) -> int:
    """Return the longer side, px, of a picture that is `width` px wide."""
    return width if sheet.width >= sheet.height else round(width * sheet.height / sheet.width)


@cache
def _fonts_sha256() -> str:
    return canonical_sha256({name: font.sha256 for name, font in installed_fonts().items()})
