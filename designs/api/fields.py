"""Serializer fields without type coercion: a number is not a string, and "false" is not false."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings

from rendering.engine.schema import DesignData
from rendering.engine.validation.problems import PROBLEMS_CEILING

METADATA_BYTES = 16_384


WORDS = {
    "required": "This field is required; add it.",
    "null": "This may not be null: give a value.",
}


class Worded(serializers.Field):
    """Base of fields of requests: their messages say what to do."""

    default_error_messages = {**WORDS}


class StrictCharField(Worded, serializers.CharField):
    """A JSON string without control characters."""

    default_error_messages = {
        "blank": "This may not be empty: give a value.",
        "max_length": "This may have at most {max_length} characters.",
        "wrong_type": "This must be a string.",
        "invalid_character": "This contains a control character, which is not allowed.",
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the string unchanged; DRF's own field would strip it."""
        if not isinstance(data, str):
            self.fail("wrong_type")
        if any(unicodedata.category(character) == "Cc" for character in data):
            self.fail("invalid_character")
        return data


class ReferenceField(StrictCharField):
    """An id of the shop's own: kept and compared as it is, so it must not be of blanks alone."""

    default_error_messages = {"blanks": "This has blanks alone: give an id, or leave it empty if that is allowed."}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse blanks alone, which Django REST framework takes for an empty text."""
        if isinstance(data, str) and data and not data.strip():
            self.fail("blanks")
        return super().run_validation(data)


class StrictBooleanField(Worded, serializers.BooleanField):
    """A JSON boolean."""

    default_error_messages = {"wrong_type": "This must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        """Return the boolean; any other type is an error."""
        if not isinstance(data, bool):
            self.fail("wrong_type")
        return data


class StrictIntegerField(Worded, serializers.IntegerField):
    """A JSON number without a fraction."""

    default_error_messages = {
        "wrong_type": "This must be a whole number.",
        "min_value": "This must be at least {min_value}.",
        "max_value": "This must be at most {max_value}.",
    }

    def to_internal_value(self, data: Any) -> int:
        """Return the integer; any other type is an error."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("wrong_type")
        return data


class StrictNumberField(Worded, serializers.FloatField):
    """A JSON number."""

    default_error_messages = {
        "wrong_type": "This must be a number.",
        "invalid": "This must be a number.",
        "max_value": "This must be at most {max_value}.",
        "min_value": "This must be at least {min_value}.",
    }

    def to_internal_value(self, data: Any) -> float:
        """Return the number; any other type, and what is no finite number, is an error."""
        if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
            self.fail("wrong_type")
        return float(data)


class StrictChoiceField(Worded, serializers.ChoiceField):
    """One of some words."""

    def __init__(self, choices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self.error_messages["invalid_choice"] = f"This must be one of {', '.join(map(str, self.choices))}."


class StrictListField(Worded, serializers.ListField):
    """A JSON list."""

    default_error_messages = {
        "not_a_list": "This must be a list.",
        "min_length": "This list is too short; it must have {min_length} or more items.",
        "max_length": "This list is too long; it may have {max_length} items at most.",
    }


class UploadField(Worded, serializers.FileField):
    """A file of multipart/form-data."""

    default_error_messages = {
        "required": "Send an image, as a file in the field `file`.",
        "invalid": "This must be a file with a name: in a form, an input of the type file in a form of the type "
        "multipart/form-data.",
    }


@extend_schema_field({"type": "object", "additionalProperties": True, "maxProperties": 500})
class MetadataField(Worded, serializers.Field):
    """The shop's own data, stored and returned unchanged."""

    default_error_messages = {
        "wrong_type": "This must be an object.",
        "too_large": f"This is larger than {METADATA_BYTES:,} bytes as JSON; keep more in your own database.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object; it must have at most METADATA_BYTES as JSON."""
        if not isinstance(data, dict):
            self.fail("wrong_type")
        if len(json.dumps(data)) > METADATA_BYTES:
            self.fail("too_large")
        return data

    def to_representation(self, value: Any) -> Any:
        """Return the value unchanged."""
        return value


@extend_schema_field(DesignData)  # type: ignore[arg-type]  # drf-spectacular's own extension reads pydantic
class DesignDataField(Worded, serializers.Field):
    """The data to render. The engine's schema and the product's rules validate it, not this field."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the value unvalidated, because the rules depend on the product."""
        return data

    def to_representation(self, value: Any) -> Any:
        """Return the value unchanged."""
        return value


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that rejects unknown fields, so that a misspelt option is not ignored silently."""

    default_error_messages = {**WORDS, "invalid": "This must be an object."}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the values. For a body of null, the framework has words of its own."""
        if data is None and self.root is self:
            words = ErrorDetail(str(self.error_messages["invalid"]), code="null")
            raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [words]})
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        """Return the values of the known fields; each unknown field is an error."""
        unknown: dict[str, Any] = {}
        if data is None:
            raise serializers.ValidationError(self.error_messages["invalid"], code="invalid")
        if isinstance(data, Mapping):
            known = self.fields  # read once: the property is slow
            unknown_names = (name for name in data if name not in known)
            # One more than a response lists: a hostile body may have a hundred thousand.
            unknown = {
                str(name): [ErrorDetail("This field is not known here; remove it.", code="unknown_field")]
                for name in islice(unknown_names, PROBLEMS_CEILING + 1)
            }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**cast("dict[str, Any]", error.detail), **unknown}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return values
