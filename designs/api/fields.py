"""Serializer fields that take exactly what they say: no number for a text, no "false" for false."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from itertools import islice
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from designs.api.errors import MAX_PROBLEM_ITEMS
from rendering.engine.schema import DesignData

METADATA_BYTES = 16_384


class StrictCharField(serializers.CharField):
    """A JSON string without control characters."""

    default_error_messages = {
        "wrong_type": "This must be a string.",
        "invalid_character": "This holds a control character, which cannot be kept.",
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the text as it was sent."""
        if not isinstance(data, str):
            self.fail("wrong_type")
        if any(unicodedata.category(character) == "Cc" for character in data):
            self.fail("invalid_character")
        return data


class StrictBooleanField(serializers.BooleanField):
    """true or false."""

    default_error_messages = {"wrong_type": "This must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        """Return the boolean."""
        if not isinstance(data, bool):
            self.fail("wrong_type")
        return data


class StrictIntegerField(serializers.IntegerField):
    """A JSON number without a fraction."""

    default_error_messages = {"wrong_type": "This must be a whole number."}

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("wrong_type")
        return data


@extend_schema_field({"type": "object", "additionalProperties": True, "maxProperties": 500})
class MetadataField(serializers.Field):
    """The shop's own data, kept and returned as it is."""

    default_error_messages = {
        "wrong_type": "This must be an object.",
        "too_large": f"This is larger than {METADATA_BYTES:,} bytes as JSON.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object; a large one is refused."""
        if not isinstance(data, dict):
            self.fail("wrong_type")
        if len(json.dumps(data)) > METADATA_BYTES:
            self.fail("too_large")
        return data

    def to_representation(self, value: Any) -> Any:
        """Return it as it is."""
        return value


@extend_schema_field(DesignData)  # type: ignore[arg-type]  # drf-spectacular's own extension reads pydantic
class DesignDataField(serializers.Field):
    """What is drawn. Its content is judged by the engine's schema and the product's rules."""

    def to_internal_value(self, data: Any) -> Any:
        """Return it unjudged: which rules hold depends on the product."""
        return data

    def to_representation(self, value: Any) -> Any:
        """Return it as it is."""
        return value


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: a misspelt option must not be lost in silence."""

    default_error_messages = {"invalid": "This must be an object."}

    def to_internal_value(self, data: Any) -> Any:
        """Return the known fields' values; unknown ones are errors of their own."""
        unknown: dict[str, Any] = {}
        if data is None:
            raise serializers.ValidationError(self.error_messages["invalid"], code="invalid")
        if isinstance(data, Mapping):
            known = self.fields  # DRF looks it up anew each time
            strangers = (name for name in data if name not in known)
            # No more than the answer names: a body may hold a hundred thousand.
            unknown = {
                str(name): [ErrorDetail("This field is not known here; remove it.", code="unknown_field")]
                for name in islice(strangers, MAX_PROBLEM_ITEMS + 1)
            }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**cast("dict[str, Any]", error.detail), **unknown}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return values
