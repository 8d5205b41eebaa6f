"""The request for an instant preview: its inputs are looked up and hashed first, and judged only if they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from designs.drawing.inputs import DrawInputs, build_pictures
from designs.models import Product
from designs.models.tenant import Tenant
from designs.renders.snapshot import area_to_json, asset_to_json, canonical_sha256, design_bounds
from designs.renders.watermark import choose_watermark, load_watermark
from designs.services import AssetsById, find_assets, find_product
from rendering.engine.draw import ENGINE_VERSION
from rendering.engine.validation.parse import PlacementSpec, parse_design
from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import hash_fallback_fonts
from rendering.versions import library_versions

WIDTH_MIN, WIDTH_DEFAULT, WIDTH_MAX = 50, 600, 1_600  # px
FORMATS = ("webp", "png", "jpeg")


class UnusedPlacementError(LookupError):
    """The design draws nothing on the requested placement; the text names those it draws on."""


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What the caller wants to see: `width` in px; `placement` "" is the first that the design draws on.

    `for_design` is the only design that the caller may draw for, None where there is no such restriction.
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
    """A request with all that its picture is drawn from."""

    request: PreviewRequest
    product: Product
    assets: AssetsById

    @cached_property
    def key(self) -> str:
        """Hash everything that decides the picture and its findings: the same key means the same picture."""
        request = self.request
        areas = [area_to_json(area.to_geometry()) for area in self.product.areas]
        return canonical_sha256(
            [
                [ENGINE_VERSION, library_versions(), _fonts_sha256(), hash_fallback_fonts(settings.RENDER_EMOJI_FONT)],
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
        data, rules = self.request.design_data, self.product.to_rules()
        areas = [area.to_geometry() for area in self.product.areas]
        placements = parse_design(data, rules, installed_fonts(), areas, design_bounds(), self.assets)
        return DrawInputs(
            data,
            rules,
            _drawn_areas(areas, placements),
            [self._build_output(placements)],
            build_pictures({pk: asset_to_json(asset) for pk, asset in self.assets.items()}),
            load_watermark({"watermark": choose_watermark(is_test=self.request.tenant.is_test)}),
        )

    def _build_output(self, placements: Sequence[PlacementSpec]) -> Output:
        request = self.request
        placement = _pick_placement(placements, request.placement)
        size = _longer_side(placement, request.width)
        return Output(f"preview.{request.format}", "preview", request.format, size, placement.placement)


def look_up_inputs(request: PreviewRequest) -> PreviewInputs:
    """Look up what a picture is drawn from; UnknownProductError where no active product has the name."""
    product = find_product(request.product_type)
    return PreviewInputs(request, product, find_assets(request.design_data, request.tenant, request.for_design))


def _drawn_areas(areas: Sequence[Area], placements: Sequence[PlacementSpec]) -> list[Area]:
    """Return the print areas that the design draws on, as a snapshot holds them."""
    drawn = {placement.placement for placement in placements}
    return [area for area in areas if area.placement in drawn]


def _pick_placement(placements: Sequence[PlacementSpec], name: str) -> PlacementSpec:
    by_name = {placement.placement: placement for placement in placements}
    if name and name not in by_name:
        raise UnusedPlacementError(", ".join(by_name))
    return by_name[name] if name else placements[0]


def _longer_side(placement: PlacementSpec, width: int) -> int:
    """Return the longer side, px, of a picture that is `width` px wide."""
    return width if placement.width >= placement.height else round(width * placement.height / placement.width)


@cache
def _fonts_sha256() -> str:
    return canonical_sha256({name: font.sha256 for name, font in installed_fonts().items()})
