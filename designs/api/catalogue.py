"""The catalogue: what can be printed on, and in which fonts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from designs.api import docs
from designs.models import Product
from rendering import fonts


class Range(serializers.Serializer[Any]):
    """Least and most, both allowed."""

    min = serializers.FloatField()
    max = serializers.FloatField()


class PrintAreaOut(serializers.Serializer[Any]):
    """A printable rectangle."""

    placement = serializers.CharField()
    main = serializers.BooleanField()
    width_mm = serializers.FloatField()
    height_mm = serializers.FloatField()
    bleed_mm = serializers.FloatField()
    safe_mm = serializers.FloatField()
    min_dpi = serializers.IntegerField()


class ProductOut(serializers.Serializer[Any]):
    """A product and its rules."""

    product_type = serializers.CharField(source="slug")
    name = serializers.CharField()
    text_length = Range(help_text="Code points of a text.")
    font_size = Range(help_text="fontSize, in units of the 600 unit square.")
    print_areas = PrintAreaOut(many=True)

    def to_representation(self, instance: Product) -> dict[str, Any]:
        """Return the product as JSON values."""
        return {
            "product_type": instance.slug,
            "name": instance.name,
            "text_length": {"min": instance.text_min, "max": instance.text_max},
            "font_size": {"min": instance.size_min, "max": instance.size_max},
            "print_areas": [{**area.geometry(), "main": area.main} for area in instance.print_areas.all()],
        }


class FontOut(serializers.Serializer[Any]):
    """A font of the catalogue."""

    name = serializers.CharField(help_text="As design_data names it.")
    family = serializers.CharField()
    style = serializers.CharField()  # type: ignore[assignment]  # the answer's own name
    license = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of the font file.")


class Products(APIView):
    """What can be printed on, with the rules a design keeps."""

    @extend_schema(summary="List products", responses={200: ProductOut(many=True), **docs.problems()})
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the active products."""
        rows = Product.objects.filter(active=True).prefetch_related("print_areas")
        return Response({"results": ProductOut(rows, many=True).data})


class Fonts(APIView):
    """The fonts a design may name; an unknown one is refused."""

    @extend_schema(summary="List fonts", responses={200: FontOut(many=True), **docs.problems()})
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the installed fonts."""
        return Response({"results": FontOut(list(fonts.installed().values()), many=True).data})


class Root(APIView):
    """Customify's API, version 1."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Say where everything is."""
        names = ("designs", "products", "fonts", "schema", "docs")
        return Response({name: reverse(f"v1-{name}", request=request) for name in names})
