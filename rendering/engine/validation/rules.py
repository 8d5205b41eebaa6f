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
_CHARACTER_FIELDS = tuple(dict.fromkeys(name for module in _MODULES.values() for name in module.CHARACTER_FIELDS))


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
            points += _count_characters(layer)
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


def _count_characters(layer: Mapping[str, Any]) -> int:
    """Return how many characters a layer has, whatever its type says: a wrong type must not hide a long text."""
    return sum(len(value) for name in _CHARACTER_FIELDS if isinstance(value := layer.get(name), str))


def _check_layer(
    layer: Mapping[str, Any], pointer: str, bad: set[str], context: CheckContext, area: Area
) -> Iterator[Problem]:
    kind = layer.get("type", "text")
    if kind == GROUP and pointer.count("/layers/") > DEPTH_CEILING:
        message = f"Groups may stand in groups, but no more than {DEPTH_CEILING} in each other."
        yield Problem(pointer, "too_deep", message)
    elif isinstance(kind, str) and kind in _MODULES:
        yield from _MODULES[kind].check_fields(layer, pointer, bad, context, area)


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


def find_conflicts(form: LongForm) -> Iterator[Problem]:
    """Yield the fields of a valid form that contradict each other."""
    for name, content in form.placements.items():
        at = join_pointer("/placements", name)
        yield from find_fill_conflicts(content.background, f"{at}/background")
        yield from _layer_conflicts(content.layers, at)
        for kind, module in _MODULES.items():
            if find_shared := getattr(module, "find_placement_conflicts", None):
                yield from find_shared([layer for layer in iter_leaves(content.layers) if layer.kind == kind], at)


def _layer_conflicts(layers: Sequence[AnyLayer], pointer: str) -> Iterator[Problem]:
    for number, layer in enumerate(layers):
        here = f"{pointer}/layers/{number}"
        if isinstance(layer, Group):
            yield from _layer_conflicts(layer.layers, here)
        else:
            yield from _MODULES[layer.kind].find_conflicts(layer, here)
