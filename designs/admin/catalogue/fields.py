"""Form fields of the catalogue, with messages that say what is wrong in a value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, cast, get_args

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from pydantic import TypeAdapter
from pydantic import ValidationError as EntryError

from designs.catalogue.entries import COLOR_PATTERN, OverrideEntry
from designs.models import Technique
from rendering.engine.geometry.svg_path import read_svg_path
from rendering.engine.preflight.codes import CODES
from rendering.engine.values import SeverityRule

_OVERRIDES = TypeAdapter(list[OverrideEntry])
_CACHE_NAME = "_technique_choices"  # of a request


class ColorsField(forms.CharField):
    """A list of colours as people type it: #FF0000, #FFFFFF."""

    def prepare_value(self, value: Any) -> Any:
        """Return the text to show."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the colours; ValidationError for something else."""
        colors = [each.upper() for each in re.split(r"[\s,;]+", super().clean(value)) if each]
        for color in colors:
            if not re.match(COLOR_PATTERN, color):
                raise ValidationError(f"{color} is no colour. Write #RRGGBB, with commas between colours.")
        return list(dict.fromkeys(colors))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not their spelling."""
        try:
            return bool((initial or []) != self.clean(data))
        except ValidationError:
            return True


class StorableJson(json.JSONDecoder):
    """Takes for wrong JSON also what Python or a database cannot hold: deep nesting, long numbers, half characters."""

    def decode(self, s: str, *args: Any, **kwargs: Any) -> Any:
        """Return the value; JSONDecodeError for any other."""
        try:
            value = super().decode(s, *args, **kwargs)
            json.dumps(value, ensure_ascii=False).encode()
        except (RecursionError, ValueError) as error:
            raise json.JSONDecodeError(str(error), s, 0) from None
        return value


class CatalogueJsonField(forms.JSONField):
    """A JSON field whose every wrong value is a message on the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decoder=StorableJson, **kwargs)


class SeveritiesField(CatalogueJsonField):
    """Severities by code, as JSON."""

    def clean(self, value: Any) -> dict[str, str]:
        """Return the severities; ValidationError for unknown codes and severities."""
        severities = super().clean(value) or {}
        if not isinstance(severities, dict):
            raise ValidationError('Write an object, such as {"thin_line": "error"}.')
        for code, severity in severities.items():
            if code not in CODES:
                raise ValidationError(f"No finding has the code {code}. docs/catalogue.md lists them.")
            if severity not in get_args(SeverityRule):
                raise ValidationError(f"{code} must be one of {', '.join(get_args(SeverityRule))}.")
        return severities


class OverridesField(CatalogueJsonField):
    """Other values of a print area for some sizes or SKUs, as JSON."""

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Return the overrides; ValidationError names the first wrong value."""
        values = super().clean(value) or []
        try:
            entries = _OVERRIDES.validate_python(values)
        except EntryError as error:
            first = error.errors(include_url=False)[0]
            where = " → ".join(str(step + 1 if isinstance(step, int) else step) for step in first["loc"])
            raise ValidationError(f"{where or 'The list'}: {first['msg']}.") from None
        for entry in entries:
            if not entry.sizes and not entry.skus:
                raise ValidationError("An override holds for no variant: give it sizes or skus.")
            if entry.technique and not Technique.objects.filter(slug=entry.technique).exists():
                raise ValidationError(f"There is no technique {entry.technique}.")
            check_outline(entry.outline or "")
        return [entry.model_dump(exclude_none=True, exclude_defaults=True) for entry in entries]


def check_outline(outline: str) -> None:
    """Raise ValidationError for path data that cannot be read: designs could not be drawn; "" is for a rectangle."""
    if outline:
        try:
            read_svg_path(outline)
        except ValueError as error:
            raise ValidationError(f"This is no outline: {error}.") from None


def share_technique_choices(field: forms.Field | None, request: HttpRequest) -> forms.Field | None:
    """Let all technique fields of a page use one query: Django would run one for each print area."""
    if isinstance(field, forms.ModelChoiceField) and _is_of_techniques(field):
        if not hasattr(request, _CACHE_NAME):
            setattr(request, _CACHE_NAME, list(cast("Iterable[Any]", field.choices)))
        field.choices = getattr(request, _CACHE_NAME)
    return field


def _is_of_techniques(field: forms.ModelChoiceField[Model]) -> bool:
    return field.queryset is not None and field.queryset.model is Technique
