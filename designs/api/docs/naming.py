"""Names of the schema's components, and `additionalProperties` of strict serializers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance

from designs.api.fields import StrictSerializer
from rendering.engine.schema import LAYER_MODELS

# These become class names in generated clients: plain nouns that clash with no built-in name (Error, Text, Image).
SERIALIZER_NAMES = {
    "AxisOut": "FontAxis",
    "ColorOut": "ColorShare",
    "DesignListOut": "DesignSummary",
    "ErrorOut": "RenderError",
    "FontSizeOut": "PlacementFontSizes",
    "FixOut": "FindingFix",
    "FontsOut": "FontList",
    "FullPrintAreaOut": "FullPrintArea",
    "FullProductOut": "FullProduct",
    "KeyOut": "ApiKey",
    "RevisionFilesOut": "RevisionFiles",
    "MonthOut": "MonthlyUse",
    "ProblemTrouble": "ProblemItem",
    "ProductsOut": "ProductList",
    "RatesOut": "MinuteLimits",
    "WidthOut": "PreviewWidths",
    "LifetimeOut": "Lifetimes",
    "Range": "NumberRange",
    "SampleCellOut": "FontSampleArea",
    "SessionSummaryOut": "SessionSummary",
}
LAYER_NAMES = {model.__name__: f"{model.__name__}Layer" for model in LAYER_MODELS}


class ApiSchema(AutoSchema):
    """Names components for client generators, and marks bodies that do not allow unknown fields."""

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Return the serializer's class name without its suffix `Out` or `In`."""
        name: str = super().get_serializer_name(serializer, direction)
        return SERIALIZER_NAMES.get(name, name.removesuffix("Out").removesuffix("In"))

    def get_paginated_name(self, serializer_name: str) -> str:
        """Return the name of a page of a list."""
        return f"{serializer_name}Page"

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(force_instance(serializer), StrictSerializer):
            schema["additionalProperties"] = False
        return schema
