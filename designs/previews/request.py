"""The request for an instant preview: its inputs are hashed first, and validated only if a picture must be drawn."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, get_args
from uuid import UUID

from django.conf import settings

from designs.drawing.inputs import DrawInputs, build_pictures
from designs.models import Product
from designs.models.tenant import Tenant
from designs.renders.snapshot import asset_to_json, canonical_sha256, design_bounds, variant_to_json
from designs.renders.watermark import choose_watermark, load_watermark
from designs.scheduling import Caller
from designs.services import AssetsById, VariantChoice, find_assets, find_product, look_up_variant, parse_on_variant
from rendering.engine.draw import ENGINE_VERSION
from rendering.engine.encode.formats import FORMATS as OUTPUT_FORMATS
from rendering.engine.request import DrawRequest
from rendering.engine.schema import SCHEMA_VERSION
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
_COPY_FORMAT = "boxes"  # changes with what a copy holds, and with how findings are judged: versions share none
CONTENT_TYPES = tuple(OUTPUT_FORMATS[name].content_type for name in FORMATS)


Ground = Literal["product", "none"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)


class UnknownGroundError(LookupError):
    """The ground shall be the product's colour, but the design names no variant with a colour."""


class UnusedPlacementError(LookupError):
    """The design draws nothing on the requested placement; the text names those it draws on."""


@dataclass(frozen=True, slots=True)
class PreflightRequest:
    """A design to be judged on a product.

    `for_design` is the only design that the caller may draw for, None where there is no such restriction;
    `shared_assets` are those of the tenant that it may use for it.
    """

    tenant: Tenant
    product_type: str
    design_data: Any
    for_design: UUID | None = None
    shared_assets: Set[str] = frozenset()

    @property
    def caller(self) -> Caller:
        """Return who gets a share of the threads: the tenant, or the session by its design."""
        return Caller(self.tenant, self.for_design)

    def key_values(self) -> list[Any]:
        """Return what the caller chooses, for the key."""
        return [self.design_data]


@dataclass(frozen=True, slots=True)
class PreviewRequest(PreflightRequest):
    """What the caller wants to see: `width` in px; `placement` "" is the first that the design draws on.

    `ground` is what shows where the design is transparent: the colour of its variant, or nothing.
    """

    placement: str = ""
    width: int = WIDTH_DEFAULT
    format: str = FORMATS[0]
    ground: Ground = "none"

    def key_values(self) -> list[Any]:
        """Return what the caller chooses, for the key."""
        return [self.design_data, self.placement, self.width, self.format, self.ground]


@dataclass(frozen=True)
class PreflightInputs:
    """A request with all that its findings are made from; nothing is drawn."""

    request: PreflightRequest
    product: Product
    choice: VariantChoice
    assets: AssetsById

    @cached_property
    def key(self) -> str:
        """Hash everything that decides the picture, findings and facts: the same key means the same preview."""
        request, variant = self.request, self.choice.variant
        areas = [area.to_geometry(variant).to_json() for area in self.product.areas]
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
                request.key_values(),
                *([variant_to_json(variant)] if variant else []),
            ]
        )

    def to_draw_inputs(self) -> DrawInputs:
        """Return what a worker would draw from, with the requested picture as the only output, if any.

        Raises SpecError for design_data that cannot be drawn on the product, and what `_build_outputs` raises.
        """
        variant = self.choice.variant
        parsed = parse_on_variant(self.request.design_data, self.product, self.choice, self.assets)
        drawn = {spec.placement for spec in parsed.placements}
        areas = [area.to_geometry(variant) for area in self.product.areas if area.placement in drawn]
        request = DrawRequest(
            self.request.design_data,
            self.product.to_rules(),
            self._build_outputs(parsed),
            areas,
            design_bounds(),
            load_watermark({"watermark": choose_watermark(is_test=self.request.tenant.is_test)}),
            product_color=variant.color or None if variant else None,
            with_facts=True,
        )
        return DrawInputs(request, self._build_pictures())

    def _build_outputs(self, parsed: ParsedDesign) -> list[Output]:  # noqa: ARG002  # of the base class
        return []

    def _build_pictures(self) -> dict[str, Picture]:
        assets = {pk: asset_to_json(asset) for pk, asset in self.assets.items()}
        return build_pictures(assets, settings.RENDER_PREVIEW_SECONDS)


@dataclass(frozen=True)
class PreviewInputs(PreflightInputs):
    """A request with all that its picture is drawn from."""

    request: PreviewRequest

    def _build_outputs(self, parsed: ParsedDesign) -> list[Output]:
        """Return the output; UnusedPlacementError and UnknownGroundError where that cannot be drawn."""
        request, spec = self.request, parsed.find_placement(self.request.placement)
        if spec is None:
            raise UnusedPlacementError(", ".join(spec.placement for spec in parsed.placements))
        size = _longer_side(spec, request.width)
        name = f"preview.{request.format}"
        return [Output(name, "preview", request.format, size, spec.placement, ground=self._find_ground())]

    def _find_ground(self) -> str:
        """Return the colour (RRGGBB) that replaces transparency, "" for none."""
        if self.request.ground == "none":
            return ""
        variant = self.choice.variant
        if variant is None or not variant.color:
            raise UnknownGroundError(variant.sku if variant else "")
        return variant.color.removeprefix("#")


def look_up_preflight(request: PreflightRequest) -> PreflightInputs:
    """Look up what findings are made from; UnknownProductError where no active product has the name."""
    return PreflightInputs(request, *_look_up(request))


def look_up_inputs(request: PreviewRequest) -> PreviewInputs:
    """Look up what a picture is drawn from; UnknownProductError where no active product has the name."""
    return PreviewInputs(request, *_look_up(request))


def _look_up(request: PreflightRequest) -> tuple[Product, VariantChoice, AssetsById]:
    product = find_product(request.product_type)
    assets = find_assets(request.design_data, request.tenant, request.for_design, request.shared_assets)
    return product, look_up_variant(request.design_data, product), assets


def _longer_side(spec: PlacementSpec, width: int) -> int:
    """Return the longer side, px, of a picture that is `width` px wide."""
    return width if spec.width >= spec.height else round(width * spec.height / spec.width)


@cache
def _fonts_sha256() -> str:
    return canonical_sha256({name: font.sha256 for name, font in installed_fonts().items()})
