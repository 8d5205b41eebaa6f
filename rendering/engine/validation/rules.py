"""Rules of the long form beyond its schema: placements, limits, depth of groups, conflicting fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rendering.engine.kinds import GROUP, load_kind_modules
from rendering.engine.schema import DEPTH_CEILING, AnyLayer, Group, LongForm, iter_leaves
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.fill import find_fill_conflicts
from rendering.engine.validation.problems import Problem, join_pointer
from rendering.engine.values import Area

_MODULES = load_kind_modules("validation")
_PLACEMENT_CHECKS = {
    kind: module.find_placement_conflicts
    for kind, module in _MODULES.items()
    if hasattr(module, "find_placement_conflicts")
}
_CHARACTER_FIELDS = tuple(dict.fromkeys(name for module in _MODULES.values() for name in module.CHARACTER_FIELDS))


def check_values(
    data: Mapping[str, Any], areas: Sequence[Area], context: CheckContext, reported: Sequence[Problem]
) -> Iterator[Problem]:
    """Yield the problems that the schema cannot express; values with `reported` problems are not checked again."""
    bad = {
        "/".join(parts[:end])
        for problem in reported
        for parts in [problem.pointer.split("/")]
        for end in range(2, len(parts) + 1)
    }
    by_name = {area.placement: area for area in areas}
    layers = points = 0
    for name, content in _named_items(data.get("placements")):
        pointer = join_pointer("/placements", name)
        area = by_name.get(name)
        if area is None:
            message = f"This product has no such placement; it has {', '.join(by_name)}."
            yield Problem(pointer, "unknown_placement", message)
            continue
        for layer_pointer, layer in _walk_layers(pointer, content):
            layers += 1
            points += _count_code_points(layer)
            yield from _check_layer(layer, layer_pointer, bad, context, area)
    if layers > context.limits.layers:
        message = f"The design has {layers} layers; at most {context.limits.layers} are allowed. Remove some."
        yield Problem("/placements", "too_many", message)
    if points > context.limits.code_points:
        most = context.limits.code_points
        message = (
            f"The texts and codes of all layers have {points:,} characters (code points); at most {most:,} are allowed."
        )
        yield Problem("/placements", "too_long", message)


def _count_code_points(layer: Mapping[str, Any]) -> int:
    """Count the code points of a layer of any type, even a wrong one, which must not hide a long text."""
    return sum(len(value) for name in _CHARACTER_FIELDS if isinstance(value := layer.get(name), str))


def _check_layer(
    layer: Mapping[str, Any], pointer: str, bad: set[str], context: CheckContext, area: Area
) -> Iterator[Problem]:
    kind = layer.get("type", "text")
    if kind == GROUP and pointer.count("/layers/") > DEPTH_CEILING:
        message = f"Groups may be nested at most {DEPTH_CEILING} deep."
        yield Problem(pointer, "too_deep", message)
    elif isinstance(kind, str) and kind in _MODULES:
        yield from _MODULES[kind].check_fields(layer, pointer, bad, context, area)


def _named_items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((name, item) for name, item in value.items() if isinstance(name, str))


def iter_raw_layers(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the raw fields of each layer of the long form, valid or not."""
    for name, content in _named_items(data.get("placements")):
        yield from (layer for _, layer in _walk_layers(join_pointer("/placements", name), content))


def _walk_layers(pointer: str, holder: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield pointer and raw fields of each layer, groups before their layers, one level beyond the depth limit."""
    for number, layer in enumerate(_child_layers(holder)):
        layer_pointer = f"{pointer}/layers/{number}"
        yield layer_pointer, layer
        if layer.get("type") == "group" and layer_pointer.count("/layers/") <= DEPTH_CEILING:
            yield from _walk_layers(layer_pointer, layer)


def _child_layers(content: object) -> Iterator[Mapping[str, Any]]:
    layers = content.get("layers") if isinstance(content, Mapping) else None
    if isinstance(layers, list | tuple):
        yield from (layer if isinstance(layer, Mapping) else {} for layer in layers)


def find_conflicts(form: LongForm) -> Iterator[Problem]:
    """Yield the conflicts between fields that are each valid."""
    for name, content in form.placements.items():
        pointer = join_pointer("/placements", name)
        yield from find_fill_conflicts(content.background, f"{pointer}/background")
        yield from _layer_conflicts(content.layers, pointer)
        for kind, find_placement_conflicts in _PLACEMENT_CHECKS.items():
            layers = [layer for layer in iter_leaves(content.layers) if layer.kind == kind]
            if layers:
                yield from find_placement_conflicts(layers, pointer)


def _layer_conflicts(layers: Sequence[AnyLayer], pointer: str) -> Iterator[Problem]:
    for number, layer in enumerate(layers):
        layer_pointer = f"{pointer}/layers/{number}"
        if isinstance(layer, Group):
            yield from _layer_conflicts(layer.layers, layer_pointer)
        else:
            yield from _MODULES[layer.kind].find_conflicts(layer, layer_pointer)
