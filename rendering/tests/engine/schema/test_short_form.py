import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.layout.page import lay_out
from rendering.engine.layout.text import TextLayer
from rendering.engine.schema import LongForm
from rendering.engine.text.fonts import faces_of
from rendering.engine.validation.parse import parse
from rendering.engine.values import Area
from rendering.fonts.catalogue import installed
from rendering.tests.support.drawings import FONTS, RULES, SQUARE, design, drawing_of, long_form, text
from rendering.tests.support.random_designs import by_lot

AREAS = [Area("front", 300, 400), Area("back", 300, 400)]


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("words", ["Test", "Long enough to be shrunk to its box", "Hi שלום ☕"])
def test_the_long_form_of_the_short_form_is_the_same_file(font: str, words: str) -> None:
    short = drawing_of(design(words, font, "#2A6F97"), "preview.png:600", "thumbnail.webp:100", areas=AREAS)
    layer = text(words, font=font, size=48, unit="square")
    long = drawing_of(
        long_form(layer, background="#2A6F97", frame="square"), "preview.png:600", "thumbnail.webp:100", areas=AREAS
    )
    assert [file.data for file in long.files] == [file.data for file in short.files]
    assert long.findings == short.findings


def test_a_size_may_be_told_in_millimetres_points_or_units_of_the_square() -> None:
    """The area's shorter side is 300 mm: half a mm is a unit of the square."""
    box = {"x": 20, "y": 20, "width": 260, "height": 260}
    sizes = [{"size": 40, "unit": "square"}, {"size": 20, "unit": "mm"}, {"size": 20 * 72 / 25.4, "unit": "pt"}]
    files = {drawing_of(long_form(text(**size, box=box), frame="square"), areas=AREAS).files[0].data for size in sizes}
    assert len(files) == 1


def test_a_whole_area_keeps_its_shape() -> None:
    (file,) = drawing_of(long_form(text()), "preview.png:600", areas=AREAS).files
    assert (file.width, file.height) == (450, 600)


def test_a_hidden_layer_is_kept_and_not_drawn() -> None:
    shown, hidden = text("Test"), text("Other", hidden=True, name="kept for later")
    assert drawing_of(long_form(shown, hidden)).files == drawing_of(long_form(shown)).files


def test_a_finding_names_the_placement_and_the_layer() -> None:
    data = long_form(text(), text("Far too long for its box", size=300, unit="square"), background="#000000")
    (finding,) = drawing_of(data).findings
    assert (finding.code, finding.placement, finding.layer) == ("text_shrunk", "front", 1)


@given(st.integers(0, 10_000))
def test_a_form_that_is_read_and_written_is_the_same_form(seed: int) -> None:
    form = LongForm.model_validate(by_lot(random.Random(seed)))
    again = LongForm.model_validate_json(form.model_dump_json())
    assert again == form


@given(st.floats(-360, 360), st.floats(-500, 500), st.floats(-500, 500))
def test_a_turn_there_and_back_ends_where_it_began(rotation: float, x: float, y: float) -> None:
    there, back = (laid_out(text("Turn", rotation=angle)) for angle in (rotation, -rotation))
    assert back.transform.map_point(*there.transform.map_point(x, y)) == pytest.approx((x, y), abs=1e-6)


def laid_out(layer: dict[str, Any]) -> TextLayer:
    (sheet,) = parse(long_form(layer), RULES, installed(), [SQUARE])
    placed = lay_out(sheet, installed(), faces_of).layers[0]
    assert isinstance(placed, TextLayer)
    return placed
