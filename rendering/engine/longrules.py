"""What the long form must keep to beyond its schema: a product's placements and rules, the bounds, and good sense."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rendering.engine.problems import Problem, pointer_to
from rendering.engine.schema import LinearGradient, LongForm, Placement, RadialGradient, Text
from rendering.engine.textrules import Checked, SizeField, text_problems
from rendering.engine.values import Area

SQUARE = 600  # units along the shorter side of a print area, the short form's measure
POINT = 25.4 / 72  # mm
UNITS = ("mm", "pt", "square")
ONE_LINE_FITS = {"none", "shrink"}


def value_problems(
    data: Mapping[str, Any], areas: Sequence[Area], checked: Checked, known: Sequence[Problem]
) -> Iterator[Problem]:
    """Yield what is wrong with values whose shape is right; what pydantic found is `known` and not told again."""
    bad = {
        "/".join(parts[:end]) for one in known for parts in [one.pointer.split("/")] for end in range(2, len(parts) + 1)
    }
    by_name = {area.placement: area for area in areas}
    layers = points = 0
    for name, content in _items(data.get("placements")):
        at = pointer_to("/placements", name)
        area = by_name.get(name)
        if area is None:
            message = f"This product has no such placement; it has {', '.join(by_name)}."
            yield Problem(at, "unknown_placement", message)
            continue
        for number, layer in enumerate(_layers(content)):
            layers += 1
            points += len(layer["text"]) if isinstance(layer.get("text"), str) else 0
            if layer.get("unit", "mm") not in UNITS:
                bad.add(f"{at}/layers/{number}/size")  # of what is not said
            size = _size_field(layer.get("unit", "mm"), area)
            yield from text_problems(layer, f"{at}/layers/{number}", bad, checked, size)
    if layers > checked.bounds.layers:
        yield Problem(
            "/placements", "too_many", f"There are {layers} layers; at most {checked.bounds.layers} are drawn."
        )
    if points > checked.bounds.code_points:
        most = checked.bounds.code_points
        yield Problem("/placements", "too_long", f"All texts have {points} characters; at most {most} are drawn.")


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((name, inside) for name, inside in value.items() if isinstance(name, str))


def _layers(content: object) -> Iterator[Mapping[str, Any]]:
    layers = content.get("layers") if isinstance(content, Mapping) else None
    if isinstance(layers, list | tuple):
        yield from (layer if isinstance(layer, Mapping) else {} for layer in layers)


def _size_field(unit: object, area: Area) -> SizeField:
    per_mm = SQUARE / min(area.width_mm, area.height_mm)
    if unit == "square":
        return SizeField()
    return SizeField(unit=per_mm * POINT, word="pt") if unit == "pt" else SizeField(unit=per_mm, word="mm")


def conflicts_in(form: LongForm) -> Iterator[Problem]:
    """Yield the fields of a valid form that contradict each other."""
    for name, content in form.placements.items():
        yield from _ground_conflicts(content, f"/placements/{name}/background")
        for number, layer in enumerate(content.layers):
            yield from _text_conflicts(layer, f"/placements/{name}/layers/{number}")


def _ground_conflicts(content: Placement, at: str) -> Iterator[Problem]:
    ground = content.background
    if isinstance(ground, LinearGradient | RadialGradient):
        offsets = [stop.offset for stop in ground.stops]
        if offsets != sorted(offsets):
            yield Problem(f"{at}/stops", "out_of_order", "The stops must stand in the order of their offsets.")


def _text_conflicts(layer: Text, at: str) -> Iterator[Problem]:
    if layer.min_size > layer.size:
        yield Problem(f"{at}/min_size", "too_large", "The smallest size must not be above the size.")
    if layer.arc and "\n" in layer.text:
        yield Problem(f"{at}/arc", "conflict", "Only one line can be bent; take out the line break or the arc.")
    if layer.arc and layer.fit not in ONE_LINE_FITS:
        message = "Only one line can be bent; choose the fit none or shrink, or take out the arc."
        yield Problem(f"{at}/arc", "conflict", message)
