"""Checks of text layers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rendering.engine.schema import Text
from rendering.engine.schema.units import LENGTH_UNITS, POINT_MM, SQUARE_UNITS
from rendering.engine.text.characters import LINE_BREAKS
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.problems import Problem
from rendering.engine.validation.text_rules import SizeField, check_text_fields
from rendering.engine.values import Area

CHARACTER_FIELDS = ("text",)
ONE_LINE_FITS = {"none", "shrink"}
BENDING_FIELDS = ("arc", "radius", "path")  # of which a text may have one


def check_fields(
    layer: Mapping[str, Any], pointer: str, bad: set[str], context: CheckContext, area: Area
) -> Iterator[Problem]:
    """Yield violations of the product's rules, and unknown fonts and axes."""
    unit = layer.get("unit", "mm")
    if unit not in LENGTH_UNITS:
        bad.add(f"{pointer}/size")  # a size in an unknown unit cannot be checked
    yield from check_text_fields(layer, pointer, bad, context, _size_field(unit, area))


def find_conflicts(layer: Text, pointer: str) -> Iterator[Problem]:
    """Yield conflicts between fields."""
    if layer.min_size > layer.size:
        yield Problem(f"{pointer}/min_size", "too_large", "The minimum size must not exceed the size.")
    bends = [field for field in BENDING_FIELDS if getattr(layer, field)]
    for field in bends[:1]:
        if not LINE_BREAKS.isdisjoint(layer.text):
            message = f"Only one line can follow a curve; remove the line break or the {field}."
            yield Problem(f"{pointer}/{field}", "conflict", message)
        if layer.fit not in ONE_LINE_FITS:
            message = f"Only one line can follow a curve; set fit to none or shrink, or remove the {field}."
            yield Problem(f"{pointer}/{field}", "conflict", message)
    for field in bends[1:]:
        message = f"A text follows one curve; remove the {field} or the {bends[0]}."
        yield Problem(f"{pointer}/{field}", "conflict", message)
    if bends and layer.valign in {"baseline", "cap"}:
        message = f"A curve has no straight baseline; set valign to top, middle or bottom, or remove the {bends[0]}."
        yield Problem(f"{pointer}/valign", "conflict", message)


def _size_field(unit: object, area: Area) -> SizeField:
    square_mm = min(area.width_mm, area.height_mm) / SQUARE_UNITS
    if unit == "square":
        return SizeField(square_mm)
    unit_mm, symbol = (POINT_MM, "pt") if unit == "pt" else (1.0, "mm")
    return SizeField(square_mm, unit=unit_mm / square_mm, symbol=symbol)
