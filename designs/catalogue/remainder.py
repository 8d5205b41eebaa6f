"""What is sound in a file with mistakes: it is checked too, so that one run names every mistake.

A value that is wrong is left out, or replaced by one that cannot be wrong where an entry needs it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError

from designs.catalogue.checks import Mistake
from designs.catalogue.entries import CatalogueFile, ProductEntry, TechniqueEntry
from designs.catalogue.lines import Location

_ROUNDS = 3  # of repairs; a value that is replaced may show that the next one is missing
_STAND_INS: Mapping[str, Any] = {
    "name": "unknown",
    "text_max": 2_000,
    "size_min": 0.001,
    "size_max": 600.0,
    "width_mm": 5_000.0,
    "height_mm": 5_000.0,
    "areas": [{"placement": "unknown", "main": True, "width_mm": 5_000.0, "height_mm": 5_000.0}],
}
_UNIQUE = frozenset({"placement", "sku"})  # stand-ins must differ


def salvage_file(tree: Mapping[str, Any]) -> CatalogueFile:
    """Return what is sound in the values of a file."""
    return CatalogueFile.model_construct(
        version=1,
        techniques=dict(_iter_sound(tree.get("techniques"), TechniqueEntry)),
        products=dict(_iter_sound(tree.get("products"), ProductEntry)),
    )


def drop_consequences(mistakes: Collection[Mistake], reported: Collection[Location]) -> Iterator[Mistake]:
    """Yield the mistakes that do not merely follow from what is reported already."""
    uncertain = {where[:3] for where in reported if where[-1:] == ("main",)}  # (products, slug, areas)
    # An override of which a key or a value is wrong only seems to change nothing, or to hold for no variant.
    uncertain |= {where[:6] for where in reported if where[4:5] == ("overrides",)}
    for where, text in mistakes:
        if where not in uncertain and not any(where[: len(each)] == each for each in reported):
            yield where, text


def _iter_sound(entries: Any, model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for slug, entry in entries.items() if isinstance(entries, dict) else ():
        values = deepcopy(entry)
        for _ in range(_ROUNDS):
            try:
                yield slug, model.model_validate(values)
            except ValidationError as error:
                if not isinstance(values, dict):
                    break
                for each in error.errors(include_url=False, include_input=False):
                    _repair(values, each["loc"])
            else:
                break


def _repair(values: Any, where: Location) -> None:
    *steps, last = where
    if last == "[key]":
        *steps, last = steps
    for step in steps:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return
    if last in _UNIQUE and isinstance(values, dict):
        values[last] = "-".join(["unknown", *(str(step) for step in steps if isinstance(step, int))])
    elif last in _STAND_INS and isinstance(values, dict):
        values[last] = deepcopy(_STAND_INS[str(last)])
    elif isinstance(last, int) and isinstance(values, list):
        values[last] = _stand_in_for(steps[-1] if steps else "", last)
    elif isinstance(values, dict):
        values.pop(last, None)


def _stand_in_for(name: str | int, number: int) -> Any:
    """Return an item for a list that cannot do without one at this place."""
    items: Mapping[str | int, Any] = {
        "areas": {"placement": f"unknown-{number}", "width_mm": 5_000.0, "height_mm": 5_000.0},
        "variants": {"sku": f"unknown-{number}"},
        "overrides": {"sizes": ["unknown"], "safe_mm": 0.0},
        "colors": f"#{number:06X}",
    }
    return items.get(name, "unknown")
