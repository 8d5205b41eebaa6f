"""From design_data to what is drawn: checked against the schema, a product's rules, its print areas and the fonts."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import ValidationError

from rendering.engine.schema import ASSET, LAYERS_CEILING, PLACEMENTS_CEILING, LongForm, Placement, ShortForm
from rendering.engine.validation.problems import Problem, SpecError, bounded, of_validation, unknown_fields
from rendering.engine.validation.rules import SQUARE, conflicts_in, every_layer, value_problems
from rendering.engine.validation.text_rules import Checked, SizeField, text_problems
from rendering.engine.values import Area, Bounds, Font, Rules

NOWHERE = Area("front", float(SQUARE), float(SQUARE))  # for a product that has no print area: a unit is a mm
_ASSET = re.compile(ASSET)
_NODES_CEILING = 20_000  # values in a body; a design of all layers there may be has a quarter of that
_NOT_AN_OBJECT = Problem("", "not_an_object", 'design_data must be an object such as {"text": …}.')


@dataclass(frozen=True, slots=True)
class Sheet:
    """One placement to be drawn: what is on it, its frame in mm, and how many mm are a unit of the square."""

    placement: str
    width: float
    height: float
    unit: float
    content: Placement
    min_dpi: float = 0.0  # of the pictures on it


def parse(  # noqa: PLR0917  # what it judges, and by what
    data: object,
    rules: Rules,
    fonts: Mapping[str, Font],
    areas: Sequence[Area] = (),
    limits: Bounds = Bounds(),  # noqa: B008  a frozen value
    pictures: Container[str] = (),
) -> tuple[Sheet, ...]:
    """Return the sheets of a design, in the order of the product's print areas, of which the first is the main one.

    `pictures` are the ids of the assets there are. Every problem found is raised at once, as SpecError.
    Nothing here takes longer than the length of the body.
    """
    if not isinstance(data, Mapping):
        raise SpecError((_NOT_AN_OBJECT,))
    areas = areas or (NOWHERE,)
    checked = Checked(rules, fonts, limits, pictures)
    if is_long(data):
        return _long(data, areas, checked)
    return (_sheet(_short(data, checked), areas[0]),)


def is_long(data: Mapping[str, Any]) -> bool:
    """Tell the long form from the short one."""
    return "placements" in data or "version" in data


def fonts_named(data: Mapping[str, Any]) -> set[str]:
    """Return the names of the fonts in design_data that `parse` accepted."""
    if not is_long(data):
        return {data["font"]}
    return {layer["font"] for layer in _layers_of(data, "text")}


def texts_of(data: Mapping[str, Any]) -> list[str]:
    """Return the texts in design_data that `parse` accepted, from the bottom."""
    if not is_long(data):
        return [data["text"]]
    return [layer["text"] for layer in _layers_of(data, "text")]


def assets_named(data: object) -> set[str]:
    """Return the ids of the assets that design_data names, whatever else is right or wrong with it.

    No more than any design may have layers; what is no id is left out.
    """
    if not isinstance(data, Mapping) or not is_long(data):
        return set()
    named = (layer.get("asset") for layer in _layers_of(data, "image"))
    ids = (asset for asset in named if isinstance(asset, str) and _ASSET.fullmatch(asset))
    return set(islice(ids, LAYERS_CEILING * PLACEMENTS_CEILING))


def _layers_of(data: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    """Yield the layers of a kind, from the bottom, those in groups too."""
    return (layer for layer in every_layer(data) if layer.get("type") == kind)


def placements_named(data: Mapping[str, Any]) -> set[str] | None:
    """Return the names of the placements in design_data that `parse` accepted; None is the product's main one."""
    return set(data["placements"]) if is_long(data) else None


def _short(data: Mapping[str, Any], context: Checked) -> Placement:
    """Read the short form as the one text layer that it is."""
    known = {name: data[name] for name in ShortForm.model_fields if name in data}
    problems, form = [*unknown_fields(data, ShortForm.model_fields)], None
    try:
        form = ShortForm.model_validate(known)
    except ValidationError as error:
        # Limits are checked against the rules instead.
        told = {"required", "wrong_type", "invalid_color", "invalid_character"}
        problems += (problem for problem in of_validation(error) if problem.code in told)
    bad = {problem.pointer for problem in problems}
    problems += text_problems(known, "", bad, context, SizeField("fontSize"), one_line=True)
    if problems or form is None:
        raise SpecError(tuple(problems))
    layer = {"type": "text", "text": form.text, "font": form.font, "size": form.fontSize, "unit": "square"}
    ground = {"type": "color", "color": form.color}
    return Placement.model_validate({"frame": "square", "background": ground, "layers": [layer]})


def _long(data: Mapping[str, Any], areas: Sequence[Area], context: Checked) -> tuple[Sheet, ...]:
    if _is_huge(data):
        raise SpecError((Problem("", "too_complex", "This holds far more values than any design; send fewer."),))
    problems: list[Problem] = []
    form = None
    try:
        form = LongForm.model_validate(data)
    except ValidationError as error:
        problems += of_validation(error)
    problems += value_problems(data, areas, context, problems)
    if form is None or problems:
        raise SpecError(bounded(problems))
    if conflicts := tuple(conflicts_in(form)):
        raise SpecError(conflicts)
    return tuple(_sheet(form.placements[area.placement], area) for area in areas if area.placement in form.placements)


def _is_huge(data: Any) -> bool:
    """Tell whether there are more values than are worth looking at, without looking at more."""
    left, waiting = _NODES_CEILING, [data]
    while waiting:
        value = waiting.pop()
        inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
        left -= len(inside)
        if left < 0:
            return True
        waiting.extend(inside)
    return False


def _sheet(content: Placement, area: Area) -> Sheet:
    shorter = min(area.width_mm, area.height_mm)
    width, height = (shorter, shorter) if content.frame == "square" else (area.width_mm, area.height_mm)
    return Sheet(area.placement, width, height, shorter / SQUARE, content, area.min_dpi)
