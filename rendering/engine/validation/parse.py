"""From design_data to what is drawn: checked against the schema, a product's rules, its print areas and the fonts."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError

from rendering.engine.schema import ASSET_PATTERN, LAYERS_CEILING, PLACEMENTS_CEILING, LongForm, Placement, ShortForm
from rendering.engine.schema.units import SQUARE_UNITS
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.parsed import ParsedDesign, PlacementSpec
from rendering.engine.validation.problems import (
    Problem,
    SpecError,
    find_unknown_fields,
    from_validation_error,
    limit_problems,
)
from rendering.engine.validation.rules import check_values, find_conflicts, iter_raw_layers
from rendering.engine.validation.text_rules import SizeField, check_text_fields
from rendering.engine.values import Area, DrawLimits, Font, Rules

DEFAULT_AREA = Area(
    "front", float(SQUARE_UNITS), float(SQUARE_UNITS)
)  # for a product that has no print area: a unit is a mm
_ASSET_ID = re.compile(ASSET_PATTERN)
_NODES_CEILING = 20_000  # values in a body; a design of all layers there may be has a quarter of that
_NOT_AN_OBJECT = Problem("", "not_an_object", 'design_data must be an object such as {"text": …}.')


def parse_design(  # noqa: PLR0917  # what it judges, and by what
    data: object,
    rules: Rules,
    fonts: Mapping[str, Font],
    areas: Sequence[Area] = (),
    limits: DrawLimits = DrawLimits(),  # noqa: B008  a frozen value
    pictures: Container[str] = (),
) -> ParsedDesign:
    """Check design_data against its schema, the product's rules and print areas, the fonts and the limits.

    Of the areas the first is the default placement, which the short form means. `pictures` holds the ids of the
    caller's assets. Every problem found is raised at once, as SpecError.
    Nothing here takes longer than the length of the body.
    """
    if not isinstance(data, Mapping):
        raise SpecError((_NOT_AN_OBJECT,))
    areas = areas or (DEFAULT_AREA,)
    checked = CheckContext(rules, fonts, limits, pictures)
    if is_long_form(data):
        return ParsedDesign(_parse_long_form(data, areas, checked))
    return ParsedDesign((_placement_spec(_parse_short_form(data, checked), areas[0]),))


def is_long_form(data: Mapping[str, Any]) -> bool:
    """Tell the long form from the short one."""
    return "placements" in data or "version" in data


def collect_font_names(data: Mapping[str, Any]) -> set[str]:
    """Return the names of the fonts in design_data that `parse` accepted."""
    if not is_long_form(data):
        return {data["font"]}
    return {layer["font"] for layer in _raw_layers_of_type(data, "text")}


def collect_texts(data: Mapping[str, Any]) -> list[str]:
    """Return the texts in design_data that `parse` accepted, from the bottom."""
    if not is_long_form(data):
        return [data["text"]]
    return [layer["text"] for layer in _raw_layers_of_type(data, "text")]


def collect_asset_ids(data: object) -> set[str]:
    """Return the ids of the assets that design_data names, whatever else is right or wrong with it.

    No more than any design may have layers; what is no id is left out.
    """
    if not isinstance(data, Mapping) or not is_long_form(data):
        return set()
    named = (layer.get("asset") for layer in _raw_layers_of_type(data, "image"))
    ids = (asset for asset in named if isinstance(asset, str) and _ASSET_ID.fullmatch(asset))
    return set(islice(ids, LAYERS_CEILING * PLACEMENTS_CEILING))


def _raw_layers_of_type(data: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    """Yield the layers of a kind, from the bottom, those in groups too."""
    return (layer for layer in iter_raw_layers(data) if layer.get("type") == kind)


def collect_placement_names(data: Mapping[str, Any]) -> set[str] | None:
    """Return the names of the placements in design_data that `parse` accepted; None is the product's main one."""
    return set(data["placements"]) if is_long_form(data) else None


def _parse_short_form(data: Mapping[str, Any], context: CheckContext) -> Placement:
    """Read the short form as the one text layer that it is."""
    known = {name: data[name] for name in ShortForm.model_fields if name in data}
    problems, form = [*find_unknown_fields(data, ShortForm.model_fields)], None
    try:
        form = ShortForm.model_validate(known)
    except ValidationError as error:
        # Limits are checked against the rules instead.
        told = {"required", "wrong_type", "invalid_color", "invalid_character"}
        problems += (problem for problem in from_validation_error(error) if problem.code in told)
    bad = {problem.pointer for problem in problems}
    problems += check_text_fields(known, "", bad, context, SizeField("fontSize"), one_line=True)
    if problems or form is None:
        raise SpecError(tuple(problems))
    layer = {"type": "text", "text": form.text, "font": form.font, "size": form.fontSize, "unit": "square"}
    ground = {"type": "color", "color": form.color}
    return Placement.model_validate({"frame": "square", "background": ground, "layers": [layer]})


def _parse_long_form(
    data: Mapping[str, Any], areas: Sequence[Area], context: CheckContext
) -> tuple[PlacementSpec, ...]:
    if _is_too_complex(data):
        raise SpecError((Problem("", "too_complex", "This holds far more values than any design; send fewer."),))
    problems: list[Problem] = []
    form = None
    try:
        form = LongForm.model_validate(data)
    except ValidationError as error:
        problems += from_validation_error(error)
    problems += check_values(data, areas, context, problems)
    if form is None or problems:
        raise SpecError(limit_problems(problems))
    if conflicts := tuple(find_conflicts(form)):
        raise SpecError(conflicts)
    return tuple(
        _placement_spec(form.placements[area.placement], area) for area in areas if area.placement in form.placements
    )


def _is_too_complex(data: Any) -> bool:
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


def _placement_spec(content: Placement, area: Area) -> PlacementSpec:
    shorter = min(area.width_mm, area.height_mm)
    width, height = (shorter, shorter) if content.frame == "square" else (area.width_mm, area.height_mm)
    return PlacementSpec(area.placement, width, height, shorter / SQUARE_UNITS, content, area.min_dpi)
