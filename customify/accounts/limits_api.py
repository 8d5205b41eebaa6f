"""`GET /api/v1/limits`: what the service accepts, so that a page can check before it sends.

Each number is read from where it is enforced: settings, constants and the rows of products.
"""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customify.accounts import preview_address_api
from customify.accounts.api import UploadLimitsOut, describe_upload_limits
from designs import previews
from designs.api import docs
from designs.api.conditions import MAX_WAIT
from designs.api.fields import METADATA_BYTES
from designs.api.product_fields import Range
from designs.api.session_fields import DEFAULT_LIFETIME, MAX_LIFETIME, MAX_ORIGINS, MIN_LIFETIME
from designs.models import Design, Product
from designs.previews.budget import SESSION_SHARE
from designs.renders.snapshot import design_bounds
from designs.services.decoders import session_refusals
from rendering.engine.schema import DEPTH_CEILING, PLACEMENTS_CEILING
from rendering.engine.schema.units import POINT_MM, SQUARE_UNITS
from rendering.engine.values import Area, Rules
from rendering.ingest.sniff import FILE_KINDS

NO_LIMIT = "null: no limit."


class UploadRulesOut(UploadLimitsOut):
    """What an uploaded image may be, and how many there may be."""

    formats = serializers.ListField(child=serializers.CharField(), help_text="By what the file holds, not by its name.")
    media_types = serializers.ListField(child=serializers.CharField(), help_text="For `accept` of a file input.")
    for_session = serializers.IntegerField(help_text="Images that a designer session may upload for its design.")


class DesignLimitsOut(serializers.Serializer[Any]):
    """How large a design may be."""

    body_bytes = serializers.IntegerField(help_text="Largest body of a request that is no upload.")
    placements = serializers.IntegerField()
    layers = serializers.IntegerField(help_text="Of all placements, with those in groups.")
    group_depth = serializers.IntegerField(help_text="How deep groups may be nested.")
    code_points = serializers.IntegerField(help_text="Of all texts and codes together.")
    metadata_bytes = serializers.IntegerField(help_text="Of `metadata` as JSON.")
    external_id_length = serializers.IntegerField(help_text="Of `external_id`, in characters.")


class FontSizeOut(serializers.Serializer[Any]):
    """Font sizes on a placement, in the units that a text layer may choose."""

    placement = serializers.CharField()
    mm = Range()
    pt = Range(help_text="1 pt is 1/72 inch.")
    unit_mm = serializers.FloatField(help_text="Length of one square unit, mm: 1/600 of the area's shorter side.")


class ProductLimitsOut(serializers.Serializer[Any]):
    """What texts of a product may be."""

    product_type = serializers.CharField()
    text_length = Range(help_text="Of one text, in characters as people count them (grapheme clusters).")
    font_size = Range(help_text="In square units, as `fontSize` of the short form.")
    font_sizes = FontSizeOut(many=True, help_text="The same for `size` of a text layer, by placement.")


class WidthOut(serializers.Serializer[Any]):
    """Widths of a preview, px."""

    min = serializers.IntegerField()
    default = serializers.IntegerField()
    max = serializers.IntegerField()


class LifetimeOut(serializers.Serializer[Any]):
    """Lifetimes, s."""

    min = serializers.IntegerField()
    default = serializers.IntegerField()
    max = serializers.IntegerField()


class AddressLimitsOut(serializers.Serializer[Any]):
    """What signed addresses of previews may be."""

    expires_in = LifetimeOut()
    length = serializers.IntegerField(help_text="Longest address, in characters; the design is part of it.")


class PreviewLimitsOut(serializers.Serializer[Any]):
    """What previews may be."""

    width = WidthOut()
    formats = serializers.ListField(child=serializers.CharField(), help_text="The first is the default.")
    seconds = serializers.FloatField(help_text="Longest time to draw one.")
    address = AddressLimitsOut(help_text="Of `POST /preview/urls`.")


class RatesOut(serializers.Serializer[Any]):
    """What a caller may do within a minute."""

    requests = serializers.IntegerField(allow_null=True, help_text=f"Of a key, a session or a user. {NO_LIMIT}")
    drawing_seconds = serializers.FloatField(
        allow_null=True, help_text=f"Processor time for the previews of a user's keys of one mode. {NO_LIMIT}"
    )
    drawing_seconds_of_session = serializers.FloatField(allow_null=True, help_text=NO_LIMIT)
    refused_uploads = serializers.IntegerField(allow_null=True, help_text=f"Of a user's keys of one mode. {NO_LIMIT}")
    refused_uploads_of_session = serializers.IntegerField(allow_null=True, help_text=NO_LIMIT)


class SessionLimitsOut(serializers.Serializer[Any]):
    """What designer sessions may be."""

    expires_in = LifetimeOut()
    origins = serializers.IntegerField(help_text="How many origins a session may have.")


class LimitsOut(serializers.Serializer[Any]):
    """What the service accepts."""

    upload = UploadRulesOut()
    design = DesignLimitsOut()
    products = ProductLimitsOut(many=True)
    preview = PreviewLimitsOut()
    per_minute = RatesOut()
    session = SessionLimitsOut()
    wait_seconds = serializers.FloatField(help_text="Largest `?wait`.")


EXAMPLE: dict[str, Any] = {
    "upload": {
        "bytes": 40_000_000,
        "megapixels": 50,
        "side_min": 50,
        "side_max": 12_000,
        "aspect_max": 20.0,
        "formats": ["jpeg", "png", "webp", "heic"],
        "media_types": ["image/jpeg", "image/png", "image/webp", "image/heic"],
        "for_session": 50,
    },
    "design": {
        "body_bytes": 2_097_152,
        "placements": 10,
        "layers": 100,
        "group_depth": 4,
        "code_points": 2_000,
        "metadata_bytes": 16_384,
        "external_id_length": 200,
    },
    "products": [
        {
            "product_type": "mug",
            "text_length": {"min": 1, "max": 100},
            "font_size": {"min": 8, "max": 144},
            "font_sizes": [
                {
                    "placement": "wrap",
                    "mm": {"min": 1.2, "max": 21.6},
                    "pt": {"min": 3.402, "max": 61.228},
                    "unit_mm": 0.15,
                }
            ],
        }
    ],
    "preview": {
        "width": {"min": 50, "default": 600, "max": 1_600},
        "formats": ["webp", "png", "jpeg"],
        "seconds": 5.0,
        "address": {"expires_in": {"min": 30, "default": 300, "max": 900}, "length": 6_000},
    },
    "per_minute": {
        "requests": 600,
        "drawing_seconds": 120.0,
        "drawing_seconds_of_session": 30.0,
        "refused_uploads": 60,
        "refused_uploads_of_session": 15,
    },
    "session": {"expires_in": {"min": 60, "default": 3_600, "max": 86_400}, "origins": 10},
    "wait_seconds": 10.0,
}


class Limits(APIView):
    """What the service accepts: sizes, formats, lengths and rates."""

    for_sessions = frozenset({"get"})

    @extend_schema(
        operation_id="limits_get",
        summary="Show what the service accepts",
        description="Sizes and formats of uploads, lengths and sizes of texts by product, previews, rates and "
        "sessions, so that a page can check before it sends. The same for every caller; any key and any designer "
        "session may read it. Quotas of the account are in `/api/v1/account`.",
        responses={200: LimitsOut, **docs.problem_responses()},
        examples=[docs.response_example("The defaults, with one product", EXAMPLE, 200)],
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Return the limits."""
        return Response(describe_limits())


def describe_limits() -> dict[str, Any]:
    """Return all limits."""
    rows = Product.objects.filter(active=True).prefetch_related("print_areas")
    return {
        "upload": {
            **describe_upload_limits(),
            "formats": list(FILE_KINDS),
            "media_types": list(FILE_KINDS.values()),
            "for_session": settings.SESSION_UPLOADS,
        },
        "design": _describe_design(),
        "products": [_describe_product(product) for product in rows],
        "preview": _describe_previews(),
        "per_minute": _describe_rates(),
        "session": {
            "expires_in": {"min": MIN_LIFETIME, "default": DEFAULT_LIFETIME, "max": MAX_LIFETIME},
            "origins": MAX_ORIGINS,
        },
        "wait_seconds": MAX_WAIT,
    }


def _describe_design() -> dict[str, Any]:
    limits = design_bounds()
    return {
        "body_bytes": settings.API_BODY_LIMIT,
        "placements": PLACEMENTS_CEILING,
        "layers": limits.layers,
        "group_depth": DEPTH_CEILING,
        "code_points": limits.code_points,
        "metadata_bytes": METADATA_BYTES,
        "external_id_length": Design._meta.get_field("external_id").max_length,  # noqa: SLF001  # Django's API
    }


def _describe_previews() -> dict[str, Any]:
    address = preview_address_api
    lifetimes = (address.MIN_LIFETIME, address.DEFAULT_LIFETIME, address.MAX_LIFETIME)
    return {
        "width": {"min": previews.WIDTH_MIN, "default": previews.WIDTH_DEFAULT, "max": previews.WIDTH_MAX},
        "formats": list(previews.FORMATS),
        "seconds": settings.RENDER_PREVIEW_SECONDS,
        "address": {
            "expires_in": dict(zip(("min", "default", "max"), lifetimes, strict=True)),
            "length": address.ADDRESS_LENGTH,
        },
    }


def _describe_product(product: Product) -> dict[str, Any]:
    rules = product.to_rules()
    return {
        "product_type": product.slug,
        "text_length": {"min": rules.text_min, "max": rules.text_max},
        "font_size": {"min": rules.size_min, "max": rules.size_max},
        "font_sizes": [_describe_sizes(rules, area.to_geometry()) for area in product.areas],
    }


def _describe_sizes(rules: Rules, area: Area) -> dict[str, Any]:
    unit_mm = min(area.width_mm, area.height_mm) / SQUARE_UNITS
    return {
        "placement": area.placement,
        "mm": _inner_range(rules, unit_mm),
        "pt": _inner_range(rules, unit_mm / POINT_MM),
        "unit_mm": unit_mm,
    }


def _inner_range(rules: Rules, unit: float) -> dict[str, float]:
    """Return the sizes in another unit, to thousandths within the range."""
    low, high = (round(size * unit * 1000, 6) for size in (rules.size_min, rules.size_max))
    return {"min": ceil(low) / 1000, "max": floor(high) / 1000}


def _describe_rates() -> dict[str, Any]:
    drawing = settings.RENDER_PREVIEW_BUDGET
    return {
        "requests": settings.API_RATE or None,
        "drawing_seconds": drawing or None,
        "drawing_seconds_of_session": drawing * SESSION_SHARE or None,
        "refused_uploads": settings.REFUSED_UPLOADS or None,
        "refused_uploads_of_session": session_refusals() or None,
    }
