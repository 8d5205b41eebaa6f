"""Parses design_data: checks it against the schema, a product's rules and print areas, and the fonts."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError

from rendering.engine.schema import (
    ASSET_PATTERN,
    LAYERS_CEILING,
    PLACEMENTS_CEILING,
    SCHEMA_VERSION,
    LongForm,
    Placement,
    ShortForm,
    upgrade_document,
)
from rendering.engine.schema.units import SQUARE_UNITS
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.parsed import DesignContents, ParsedDesign, PlacementSpec
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

# For a product without print areas: a square unit is 1 mm.
DEFAULT_AREA = Area("front", float(SQUARE_UNITS), float(SQUARE_UNITS))
_ASSET_ID = re.compile(ASSET_PATTERN)
_NODES_CEILING = 20_000  # values in design_data; the largest valid design has a quarter of that
_NOT_AN_OBJECT = Problem("", "not_an_object", 'design_data must be an object such as {"text": …}.')


def parse_design(  # noqa: PLR0917  the design, and what it is checked against
    data: object,
    rules: Rules,
    fonts: Mapping[str, Font],
    areas: Sequence[Area] = (),
    limits: DrawLimits = DrawLimits(),  # noqa: B008  a frozen value
    pictures: Container[str] = (),
    *,
    schema_version: int = SCHEMA_VERSION,
) -> ParsedDesign:
    """Check design_data against its schema, the product's rules and print areas, the fonts and the limits.

    The first area is the default placement, on which the short form is drawn. `pictures` holds the ids of the caller's
    assets, `schema_version` is the version that the design was written for. Raises one SpecError with all problems.
    Takes time linear in the size of design_data.
    """
    if not isinstance(data, Mapping):
        raise SpecError((_NOT_AN_OBJECT,))
    areas = areas or (DEFAULT_AREA,)
    context = CheckContext(rules, fonts, limits, pictures)
    if is_long_form(data):
        data = upgrade_document(data, schema_version)
        form = _parse_long_form(data, areas, context)
        placements, language = form.placements, form.language or ""
        specs = [
            _placement_spec(placements[area.placement], area, language)
            for area in areas
            if area.placement in placements
        ]
        return ParsedDesign(DesignContents(placements), tuple(specs))
    content = _parse_short_form(data, areas[0], context)
    return ParsedDesign(DesignContents({"": content}), (_placement_spec(content, areas[0], is_short_form=True),))


def read_design(data: Mapping[str, Any], schema_version: int = SCHEMA_VERSION) -> DesignContents:
    """Read design_data that was valid when it was stored: against the schema alone, whatever the rules are today.

    Raises SpecError if the schema does not allow it.
    """
    try:
        if is_long_form(data):
            return DesignContents(LongForm.model_validate(upgrade_document(data, schema_version)).placements)
        return DesignContents({"": _expand_short_form(ShortForm.model_validate(data))})
    except ValidationError as error:
        raise SpecError(limit_problems(list(from_validation_error(error)))) from error


def is_long_form(data: Mapping[str, Any]) -> bool:
    """Return whether design_data is in the long form."""
    return "placements" in data or "version" in data


def collect_asset_ids(data: object) -> set[str]:
    """Return the ids of the assets that design_data names, before it is parsed: parsing asks which of them exist.

    Returns at most as many ids as a design may have layers. Malformed ids are left out.
    """
    if not isinstance(data, Mapping) or not is_long_form(data):
        return set()
    named = (asset for layer in iter_raw_layers(data) for asset in _find_assets(layer))
    ids = (asset for asset in named if isinstance(asset, str) and _ASSET_ID.fullmatch(asset))
    return set(islice(ids, LAYERS_CEILING * PLACEMENTS_CEILING))


def _find_assets(layer: Mapping[str, Any]) -> Iterator[object]:
    """Yield the assets that a layer of any type names, itself or in one of its objects, such as a logo."""
    yield layer.get("asset")
    yield from (value.get("asset") for value in layer.values() if isinstance(value, Mapping))


def _parse_short_form(data: Mapping[str, Any], area: Area, context: CheckContext) -> Placement:
    """Parse the short form into a placement with one text layer."""
    known_fields = {name: data[name] for name in ShortForm.model_fields if name in data}
    problems, form = [*find_unknown_fields(data, ShortForm.model_fields)], None
    try:
        form = ShortForm.model_validate(known_fields)
    except ValidationError as error:
        # Lengths and sizes are checked below, against the product's narrower limits.
        schema_codes = {"required", "wrong_type", "invalid_color", "invalid_character", "invalid_language"}
        found = from_validation_error(error)
        problems += (each for each in found if each.code in schema_codes or each.pointer == "/variant")
    bad = {problem.pointer for problem in problems}
    size = SizeField(min(area.width_mm, area.height_mm) / SQUARE_UNITS, "fontSize")
    problems += check_text_fields(known_fields, "", bad, context, size, one_line=True)
    if problems or form is None:
        raise SpecError(tuple(problems))
    if "fontSize" not in known_fields:  # the usual size, or the nearest that the product allows
        rules = context.rules
        form = form.model_copy(update={"fontSize": min(max(form.fontSize, rules.size_min), rules.size_max)})
    return _expand_short_form(form)


def _expand_short_form(form: ShortForm) -> Placement:
    """Return the short form as a placement with one text layer."""
    layer = {
        "type": "text",
        "text": form.text,
        "font": form.font,
        "size": form.fontSize,
        "unit": "square",
        "language": form.language,
    }
    background = {"type": "color", "color": form.color}
    return Placement.model_validate({"frame": "square", "background": background, "layers": [layer]})


def _parse_long_form(data: Mapping[str, Any], areas: Sequence[Area], context: CheckContext) -> LongForm:
    if _is_too_complex(data):
        raise SpecError((Problem("", "too_complex", "The design holds too many values; send fewer."),))
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
    return form


def _is_too_complex(data: Any) -> bool:
    """Return whether there are more than `_NODES_CEILING` values; stops counting there."""
    remaining, stack = _NODES_CEILING, [data]
    while stack:
        value = stack.pop()
        children = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
        remaining -= len(children)
        if remaining < 0:
            return True
        stack.extend(children)
    return False


def _placement_spec(
    content: Placement, area: Area, language: str = "", *, is_short_form: bool = False
) -> PlacementSpec:
    shorter = min(area.width_mm, area.height_mm)
    width, height = (shorter, shorter) if content.frame == "square" else (area.width_mm, area.height_mm)
    return PlacementSpec(
        area.placement,
        width,
        height,
        shorter / SQUARE_UNITS,
        content,
        area,
        language,
        is_short_form=is_short_form,
    )
