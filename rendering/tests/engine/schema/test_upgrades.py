"""Documents of an earlier schema version keep their meaning."""

import copy
from typing import Any

import pytest

from rendering.engine.draw import draw
from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.schema import SCHEMA_VERSION, Text, iter_leaves, upgrade_document
from rendering.engine.validation.parse import read_design
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import RULES, SQUARE, long_form, short_form, text_layer

LINES = text_layer("Slow\nmornings", font="Pacifico-Regular")


def in_groups(layer: dict[str, Any], depth: int = 4) -> dict[str, Any]:
    return layer if not depth else {"type": "group", "rotation": 5, "layers": [in_groups(layer, depth - 1)]}


def line_heights(data: dict[str, Any], schema_version: int) -> list[float | str]:
    contents = read_design(data, schema_version)
    layers = (layer for content in contents.by_placement.values() for layer in iter_leaves(content.layers))
    return [layer.line_height for layer in layers if isinstance(layer, Text)]


def drawn(data: dict[str, Any], schema_version: int | None) -> bytes:
    request = DrawRequest(data, RULES, parse_outputs(["preview.png:200"]), [SQUARE], schema_version=schema_version)
    return draw(request, Resources(installed_fonts(), fallback_fonts())).files[0].data


def test_a_line_height_that_is_not_said_is_1_2_in_version_1_and_auto_since() -> None:
    data = long_form(LINES, in_groups(LINES), {**LINES, "line_height": 0.9}, {**LINES, "line_height": "auto"})
    assert line_heights(data, 1) == [1.2, 1.2, 0.9, "auto"]
    assert line_heights(data, SCHEMA_VERSION) == ["auto", "auto", 0.9, "auto"]


def test_an_old_design_is_drawn_as_it_was() -> None:
    data, said = long_form(LINES), long_form({**LINES, "line_height": 1.2})
    assert drawn(data, 1) == drawn(said, 1) == drawn(said, SCHEMA_VERSION)
    assert drawn(data, None) == drawn(data, SCHEMA_VERSION) != drawn(data, 1)


def test_the_document_itself_is_not_changed() -> None:
    data = long_form(LINES, in_groups(LINES))
    before = copy.deepcopy(data)
    assert upgrade_document(data, 1) != before
    assert data == before
    assert upgrade_document(data, SCHEMA_VERSION) is data


@pytest.mark.parametrize("data", [short_form(), {"placements": 1}, {"placements": {"front": {"layers": "ab"}}}, {}])
def test_a_document_without_text_layers_stays_the_same(data: dict[str, Any]) -> None:
    assert upgrade_document(data, 1) == data
