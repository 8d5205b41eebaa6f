"""The request for an instant preview: its inputs are hashed first, and validated only if a picture must be drawn."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from designs.drawing.inputs import DrawInputs, build_pictures
from designs.models import Product
from designs.models.tenant import Tenant
from designs.renders.snapshot import asset_to_json, canonical_sha256, design_bounds
from designs.renders.watermark import choose_watermark, load_watermark
from designs.scheduling import Caller
from designs.services import AssetsById, find_assets, find_product
from rendering.engine.draw import ENGINE_VERSION
from rendering.engine.encode.formats import FORMATS as OUTPUT_FORMATS
from rendering.engine.request import DrawRequest
from rendering.engine.schema import SCHEMA_VERSION
from rendering.engine.validation.parse import parse_design
from rendering.engine.validation.parsed import ParsedDesign, PlacementSpec
from rendering.engine.values import Output, Picture
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import hash_fallback_fonts
from rendering.versions import library_versions

WIDTH_MIN, WIDTH_DEFAULT, WIDTH_MAX = 50, 600, 1_600  # px
_DEFAULT_FORMAT = "webp"
FORMATS = (
    _DEFAULT_FORMAT,
    *(row.name for row in OUTPUT_FORMATS.values() if row.is_preview_format and row.name != _DEFAULT_FORMAT),
)
_COPY_FORMAT = "facts"  # changes with what a copy holds: processes of two versions share none
CONTENT_TYPES = tuple(OUTPUT_FORMATS[name].content_type for name in FORMATS)


class UnusedPlacementError(LookupError):
    """The design draws nothing on the requested placement; the text names those it draws on."""


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What the caller wants to see: `width` in px; `placement` "" is the first that the design draws on.

    `for_design` is the only design that the caller may draw for, None where there is no such restriction;
    `shared_assets` are those of the tenant that it may use for it.
    """

    tenant: Tenant
    product_type: str
    design_data: Any
    placement: str = ""
    width: int = WIDTH_DEFAULT
    format: str = FORMATS[0]
    for_design: UUID | None = None
    shared_assets: Set[str] = frozenset()

    @property
    def caller(self) -> Caller:
        """Return who gets a share of the threads: the tenant, or the session by its design."""
        return Caller(self.tenant, self.for_design)


@dataclass(frozen=True)
class PreviewInputs:
    """A request with all that its picture is drawn from."""

    request: PreviewRequest
    product: Product
    assets: AssetsById

    @cached_property
    def key(self) -> str:
        """Hash everything that decides the picture, findings and facts: the same key means the same preview."""
        request = self.request
        areas = [area.to_geometry().to_json() for area in self.product.areas]
        return canonical_sha256(
            [
                [ENGINE_VERSION, SCHEMA_VERSION, _COPY_FORMAT, library_versions(), _fonts_sha256()],
                hash_fallback_fonts(settings.RENDER_EMOJI_FONT),
                [self.product.slug, self.product.to_rules().to_json(), areas],
                [settings.RENDER_MAX_LAYERS, settings.RENDER_MAX_CODE_POINTS, settings.RENDER_MAX_MEGAPIXELS],
                [
                    {pk: asset.sha256 for pk, asset in self.assets.items()},
                    choose_watermark(is_test=request.tenant.is_test),
                ],
                [request.design_data, request.placement, request.width, request.format],
            ]
        )

    def to_draw_inputs(self) -> DrawInputs:
        """Return what a worker would draw from, with the requested picture as the only output.

        Raises SpecError for design_data that cannot be drawn on the product, and UnusedPlacementError.
        """
        data, rules, limits = self.request.design_data, self.product.to_rules(), design_bounds()
        areas = [area.to_geometry() for area in self.product.areas]
        parsed = parse_design(data, rules, installed_fonts(), areas, limits, self.assets)
        drawn = {spec.placement for spec in parsed.placements}
        request = DrawRequest(
            data,
            rules,
            [self._build_output(parsed)],
            [area for area in areas if area.placement in drawn],
            limits,
            load_watermark({"watermark": choose_watermark(is_test=self.request.tenant.is_test)}),
            with_facts=True,
        )
        return DrawInputs(request, self._build_pictures())

    def _build_pictures(self) -> dict[str, Picture]:
        assets = {pk: asset_to_json(asset) for pk, asset in self.assets.items()}
        return build_pictures(assets, settings.RENDER_PREVIEW_SECONDS)

    def _build_output(self, parsed: ParsedDesign) -> Output:
        request, spec = self.request, parsed.find_placement(self.request.placement)
        if spec is None:
            raise UnusedPlacementError(", ".join(spec.placement for spec in parsed.placements))
        size = _longer_side(spec, request.width)
        return Output(f"preview.{request.format}", "preview", request.format, size, spec.placement)


def look_up_inputs(request: PreviewRequest) -> PreviewInputs:
    """Look up what a picture is drawn from; UnknownProductError where no active product has the name."""
    product = find_product(request.product_type)
    assets = find_assets(request.design_data, request.tenant, request.for_design, request.shared_assets)
    return PreviewInputs(request, product, assets)


def _longer_side(spec: PlacementSpec, width: int) -> int:
    """Return the longer side, px, of a picture that is `width` px wide."""
    return width if spec.width >= spec.height else round(width * spec.height / spec.width)


@cache
def _fonts_sha256() -> str:
    return canonical_sha256({name: font.sha256 for name, font in installed_fonts().items()})
