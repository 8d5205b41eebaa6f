"""What the long form must keep to beyond its schema: a product's placements and rules, the bounds, and good sense."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rendering.engine.geometry.shape_paths import measure_edge
from rendering.engine.schema import (
    DEPTH_CEILING,
    AnyLayer,
    Background,
    Group,
    Image,
    LinearGradient,
    LongForm,
    RadialGradient,
    Shape,
    Text,
)
from rendering.engine.schema.qr import BYTE_CAPACITY
from rendering.engine.schema.units import LENGTH_UNITS, POINT_MM, SQUARE_UNITS
from rendering.engine.validation.problems import Problem, join_pointer
from rendering.engine.validation.text_rules import CheckContext, SizeField, check_text_fields
from rendering.engine.values import Area

TOTAL_DASHES_CEILING = 2_000  # of a stroke, and of all strokes of a placement
ONE_LINE_FITS = {"none", "shrink"}
_TOLERANCE = 1e-9  # that adding two fractions may be off


def check_values(
    data: Mapping[str, Any], areas: Sequence[Area], context: CheckContext, known: Sequence[Problem]
) -> Iterator[Problem]:
    """Yield what is wrong with values whose shape is right; what pydantic found is `known` and not told again."""
    bad = {
        "/".join(parts[:end]) for one in known for parts in [one.pointer.split("/")] for end in range(2, len(parts) + 1)
    }
    by_name = {area.placement: area for area in areas}
    layers = points = 0
    for name, content in _named_items(data.get("placements")):
        at = join_pointer("/placements", name)
        area = by_name.get(name)
        if area is None:
            message = f"This product has no such placement; it has {', '.join(by_name)}."
            yield Problem(at, "unknown_placement", message)
            continue
        for inside, layer in _walk_layers(at, content):
            layers += 1
            points += sum(len(said) for said in (layer.get("text"), layer.get("value")) if isinstance(said, str))
            if layer.get("unit", "mm") not in LENGTH_UNITS:
                bad.add(f"{inside}/size")  # of what is not said
            yield from _check_layer(layer, inside, bad, context, area)
    if layers > context.limits.layers:
        yield Problem(
            "/placements", "too_many", f"There are {layers} layers; at most {context.limits.layers} are drawn."
        )
    if points > context.limits.code_points:
        most = context.limits.code_points
        yield Problem(
            "/placements", "too_long", f"All texts and codes have {points} characters; at most {most} are drawn."
        )


def _check_layer(
    layer: Mapping[str, Any], pointer: str, bad: set[str], context: CheckContext, area: Area
) -> Iterator[Problem]:
    kind = layer.get("type", "text")
    if kind == "text":
        yield from check_text_fields(layer, pointer, bad, context, _size_field(layer.get("unit", "mm"), area))
    elif kind == "image":
        asset = layer.get("asset")
        if f"{pointer}/asset" not in bad and isinstance(asset, str) and asset not in context.pictures:
            message = "You have no such asset; upload the picture first, and name the id that the answer gives."
            yield Problem(f"{pointer}/asset", "unknown_asset", message)
    elif kind == "qr":
        yield from _check_qr(layer, pointer, bad)
    elif kind == "group" and pointer.count("/layers/") > DEPTH_CEILING:
        yield Problem(
            pointer, "too_deep", f"Groups may stand in groups, but no more than {DEPTH_CEILING} in each other."
        )


def _check_qr(layer: Mapping[str, Any], pointer: str, bad: set[str]) -> Iterator[Problem]:
    value, level = layer.get("value"), layer.get("level", "M")
    most = BYTE_CAPACITY.get(level) if isinstance(level, str) else None
    if f"{pointer}/value" in bad or not isinstance(value, str) or most is None:
        return
    if (size := len(value.encode(errors="replace"))) > most:
        message = f"No QR code of level {level} holds more than {most} bytes, and this has {size} in UTF-8."
        yield Problem(f"{pointer}/value", "too_long", message)


def _named_items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((name, inside) for name, inside in value.items() if isinstance(name, str))


def iter_raw_layers(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the fields of each layer of the long form, be it right or wrong."""
    for name, content in _named_items(data.get("placements")):
        yield from (layer for _, layer in _walk_layers(join_pointer("/placements", name), content))


def _walk_layers(pointer: str, holder: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield pointer and fields of each layer, a group before those in it, one level past what is drawn at most."""
    for number, layer in enumerate(_child_layers(holder)):
        inside = f"{pointer}/layers/{number}"
        yield inside, layer
        if layer.get("type") == "group" and inside.count("/layers/") <= DEPTH_CEILING:
            yield from _walk_layers(inside, layer)


def _child_layers(content: object) -> Iterator[Mapping[str, Any]]:
    layers = content.get("layers") if isinstance(content, Mapping) else None
    if isinstance(layers, list | tuple):
        yield from (layer if isinstance(layer, Mapping) else {} for layer in layers)


def _size_field(unit: object, area: Area) -> SizeField:
    per_mm = SQUARE_UNITS / min(area.width_mm, area.height_mm)
    if unit == "square":
        return SizeField()
    return SizeField(unit=per_mm * POINT_MM, word="pt") if unit == "pt" else SizeField(unit=per_mm, word="mm")


def find_conflicts(form: LongForm) -> Iterator[Problem]:
    """Yield the fields of a valid form that contradict each other."""
    for name, content in form.placements.items():
        at = join_pointer("/placements", name)
        yield from _fill_conflicts(content.background, f"{at}/background")
        yield from _layer_conflicts(content.layers, at)
        counts = [_count_dashes(layer) for layer in _iter_shapes(content.layers)]
        dashes = sum(counts)
        if dashes > TOTAL_DASHES_CEILING >= max(counts):
            message = (
                f"All strokes have {dashes:,.0f} dashes; at most {TOTAL_DASHES_CEILING:,} are drawn: make them longer."
            )
            yield Problem(at, "too_many", message)


def _iter_shapes(layers: Sequence[AnyLayer]) -> Iterator[Shape]:
    for layer in layers:
        if isinstance(layer, Shape):
            yield layer
        elif isinstance(layer, Group):
            yield from _iter_shapes(layer.layers)


def _count_dashes(layer: Shape) -> float:
    dash = layer.stroke.dash if layer.stroke else ()
    return measure_edge(layer) / max(sum(dash), _TOLERANCE) * len(dash) / 2 if dash else 0


def _layer_conflicts(layers: Sequence[AnyLayer], pointer: str) -> Iterator[Problem]:
    for number, layer in enumerate(layers):
        here = f"{pointer}/layers/{number}"
        if isinstance(layer, Text):
            yield from _text_conflicts(layer, here)
        elif isinstance(layer, Shape):
            yield from _shape_conflicts(layer, here)
        elif isinstance(layer, Image):
            yield from _image_conflicts(layer, here)
        elif isinstance(layer, Group):
            yield from _layer_conflicts(layer.layers, here)


def _fill_conflicts(fill: Background | None, pointer: str) -> Iterator[Problem]:
    if isinstance(fill, LinearGradient | RadialGradient):
        offsets = [stop.offset for stop in fill.stops]
        if offsets != sorted(offsets):
            yield Problem(f"{pointer}/stops", "out_of_order", "The stops must stand in the order of their offsets.")


def _shape_conflicts(layer: Shape, pointer: str) -> Iterator[Problem]:
    yield from _fill_conflicts(layer.fill, f"{pointer}/fill")
    if layer.shape == "line" and layer.stroke is None:
        yield Problem(f"{pointer}/stroke", "required", "A line is nothing but its stroke: say how wide it is.")
    elif layer.fill is None and layer.stroke is None:
        yield Problem(pointer, "nothing_to_draw", "Give the shape a fill, a stroke, or both.")
    if layer.shape == "line" and layer.fill is not None:
        yield Problem(f"{pointer}/fill", "conflict", "A line has no inside to fill; take out the fill.")
    if _count_dashes(layer) > TOTAL_DASHES_CEILING:
        message = f"Its edge would have more than {TOTAL_DASHES_CEILING:,} dashes; make them longer."
        yield Problem(f"{pointer}/stroke/dash", "too_many", message)
    if layer.stroke and len(layer.stroke.dash) % 2:
        yield Problem(f"{pointer}/stroke/dash", "odd_number", "Dashes and gaps come in pairs: an even number.")


def _image_conflicts(layer: Image, pointer: str) -> Iterator[Problem]:
    crop = layer.crop
    if crop and (crop.x + crop.width > 1 + _TOLERANCE or crop.y + crop.height > 1 + _TOLERANCE):
        yield Problem(
            f"{pointer}/crop",
            "out_of_range",
            "The crop reaches out of the picture: x + width, and y + height, are at most 1.",
        )


def _text_conflicts(layer: Text, pointer: str) -> Iterator[Problem]:
    if layer.min_size > layer.size:
        yield Problem(f"{pointer}/min_size", "too_large", "The smallest size must not be above the size.")
    if layer.arc and "\n" in layer.text:
        yield Problem(f"{pointer}/arc", "conflict", "Only one line can be bent; take out the line break or the arc.")
    if layer.arc and layer.fit not in ONE_LINE_FITS:
        message = "Only one line can be bent; choose the fit none or shrink, or take out the arc."
        yield Problem(f"{pointer}/arc", "conflict", message)
