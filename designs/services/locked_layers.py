"""Layers that the shop has locked: an edit by a designer session must leave them as they are (decision 47)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from designs.models import DesignRevision
from rendering.engine.schema import AnyLayer, Group, Placement, iter_leaves
from rendering.engine.validation.parse import read_design
from rendering.engine.validation.parsed import DesignContents
from rendering.engine.validation.problems import Problem, join_pointer, limit_problems
from rendering.engine.validation.rules import iter_raw_layers

_CODE = "locked_layer"
_CHANGED = "This layer is locked: it must stay as the shop has made it."
_NEWLY_LOCKED = "Only the shop can lock a layer. Leave `locked` out."
_UNLOCKED = "Only the shop can unlock this layer."
_MOVED = "This layer is locked: it must keep its place among the other layers."
_MISSING = "A locked layer of the shop is missing here."
_FRAME = "Locked layers are placed in this frame, so it cannot be changed."
_LANGUAGE = "Locked texts are in this language, so it cannot be changed. Give your own texts a language of their own."


class LockedLayerError(Exception):
    """A session's edit changes locked layers; `problems` say where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def check_locked_layers(before: DesignRevision, data: Mapping[str, Any], contents: DesignContents) -> None:
    """Compare valid design_data, which holds `contents`, with the newest revision; LockedLayerError for changes."""
    if not (_names_locked_layer(before.design_data) or _names_locked_layer(data)):
        return
    earlier = read_design(before.design_data, before.schema_version)
    problems = [*_compare_languages(before.design_data, data, earlier), *_compare_contents(earlier, contents)]
    if problems:
        raise LockedLayerError(limit_problems(problems))


def _names_locked_layer(data: Mapping[str, Any]) -> bool:
    return any(layer.get("locked") for layer in iter_raw_layers(data))


def _compare_languages(old: Mapping[str, Any], new: Mapping[str, Any], earlier: DesignContents) -> Iterator[Problem]:
    fixed = [layer for content in earlier.by_placement.values() for layer in content.layers if _is_fixed(layer)]
    texts = any(layer.texts and getattr(layer, "language", None) is None for layer in iter_leaves(tuple(fixed)))
    if texts and old.get("language") != new.get("language"):
        yield Problem("/language", _CODE, _LANGUAGE)


def _compare_contents(old: DesignContents, new: DesignContents) -> Iterator[Problem]:
    for name in dict.fromkeys([*old.by_placement, *new.by_placement]):
        before, after = old.by_placement.get(name), new.by_placement.get(name)
        pointer = join_pointer("/placements", name)
        if after is None:
            if before is not None and any(map(_is_fixed, before.layers)):
                yield Problem("", _CODE, f"{_MISSING} Keep the placement {name}.")
            continue
        yield from _compare_placements(before, after, pointer)


def _compare_placements(before: Placement | None, after: Placement, pointer: str) -> Iterator[Problem]:
    layers = before.layers if before is not None else ()
    if before is not None and before.frame != after.frame and any(map(_is_fixed, layers)):
        yield Problem(f"{pointer}/frame", _CODE, _FRAME)
    yield from _compare_layers(layers, after.layers, f"{pointer}/layers")


def _is_fixed(layer: AnyLayer) -> bool:
    """Tell whether a layer is locked, or a group that holds a locked one: moving the group would move that."""
    return layer.locked or (isinstance(layer, Group) and any(map(_is_fixed, layer.layers)))


def _spell(layer: AnyLayer) -> str:
    """Return a text that is equal for equal layers; of a group that only holds a locked layer, without its layers."""
    is_holder = not layer.locked and _is_fixed(layer)
    return layer.model_dump_json(exclude={"layers"} if is_holder else None)


def _compare_layers(old: Sequence[AnyLayer], new: Sequence[AnyLayer], pointer: str) -> Iterator[Problem]:
    """Compare the layers of a placement or a group; `pointer` is that of the new list."""
    before = [layer for layer in old if _is_fixed(layer)]
    after = {number: layer for number, layer in enumerate(new) if _is_fixed(layer)}
    spelled = {number: _spell(layer) for number, layer in after.items()}
    if Counter(map(_spell, before)) != Counter(spelled.values()):
        yield from _find_changed(before, new, spelled, pointer)
        return
    if list(map(_spell, before)) != list(spelled.values()):
        moved = (at for (at, text), layer in zip(spelled.items(), before, strict=True) if text != _spell(layer))
        yield from (Problem(f"{pointer}/{at}", _CODE, _MOVED) for at in moved)
        return
    yield from _find_crossed(old, new, pointer)
    for earlier, (at, layer) in zip(before, after.items(), strict=True):
        if isinstance(layer, Group) and isinstance(earlier, Group) and not layer.locked:
            yield from _compare_layers(earlier.layers, layer.layers, f"{pointer}/{at}/layers")


def _find_changed(
    before: Sequence[AnyLayer], new: Sequence[AnyLayer], spelled: Mapping[int, str], pointer: str
) -> Iterator[Problem]:
    """Yield what is not as it was: fixed layers that are changed, added, unlocked or missing."""
    left = Counter(map(_spell, before))
    extra = []
    for at, text in spelled.items():
        if left[text]:
            left[text] -= 1
        else:
            extra.append(at)
    unlocked = [
        at
        for at, layer in enumerate(new)
        if at not in spelled and left[layer.model_copy(update={"locked": True}).model_dump_json()]
    ]
    lost = left.total() - len(unlocked)
    for number, at in enumerate(extra):
        if number < lost:
            yield Problem(f"{pointer}/{at}", _CODE, _CHANGED)
        else:
            yield Problem(f"{pointer}/{at}/locked", _CODE, _NEWLY_LOCKED)
    yield from (Problem(f"{pointer}/{at}/locked", _CODE, _UNLOCKED) for at in unlocked)
    if lost > len(extra):
        yield Problem(pointer, _CODE, _MISSING)


def _find_crossed(old: Sequence[AnyLayer], new: Sequence[AnyLayer], pointer: str) -> Iterator[Problem]:
    """Yield the fixed layers that an unchanged layer of the shopper was moved across, from above to below or back."""
    for (_, below_old, above_old), (at, below, above) in zip(_neighbours(old), _neighbours(new), strict=True):
        sank = (below - below_old).keys() & (above_old - above).keys()
        rose = (above - above_old).keys() & (below_old - below).keys()
        if sank or rose:
            yield Problem(f"{pointer}/{at}", _CODE, _MOVED)


def _neighbours(layers: Sequence[AnyLayer]) -> Iterator[tuple[int, Counter[str], Counter[str]]]:
    """Yield each fixed layer's index, and the free layers below and above it."""
    free = [None if _is_fixed(layer) else layer.model_dump_json() for layer in layers]
    for at, text in enumerate(free):
        if text is None:
            yield at, Counter(filter(None, free[:at])), Counter(filter(None, free[at:]))
