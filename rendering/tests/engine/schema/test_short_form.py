import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.schema import LongForm
from rendering.engine.values import Area
from rendering.tests.support.drawings import FONTS, draw_data, long_form, short_form, text_layer
from rendering.tests.support.random_designs import random_design

AREAS = [Area("front", 300, 400), Area("back", 300, 400)]


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("words", ["Test", "Long enough to be shrunk to its box", "Hi שלום ☕"])
def test_the_long_form_of_the_short_form_is_the_same_file(font: str, words: str) -> None:
    short = draw_data(short_form(words, font, "#2A6F97"), "preview.png:600", "thumbnail.webp:100", areas=AREAS)
    layer = text_layer(words, font=font, size=48, unit="square")
    long = draw_data(
        long_form(layer, background="#2A6F97", frame="square"), "preview.png:600", "thumbnail.webp:100", areas=AREAS
    )
    assert [file.data for file in long.files] == [file.data for file in short.files]
    assert long.findings == short.findings


def test_a_size_may_be_in_millimetres_points_or_units_of_the_square() -> None:
    """The area's shorter side is 300 mm, so a unit of the square is 0.5 mm."""
    box = {"x": 20, "y": 20, "width": 260, "height": 260}
    sizes = [{"size": 40, "unit": "square"}, {"size": 20, "unit": "mm"}, {"size": 20 * 72 / 25.4, "unit": "pt"}]
    files = {
        draw_data(long_form(text_layer(**size, box=box), frame="square"), areas=AREAS).files[0].data for size in sizes
    }
    assert len(files) == 1


def test_a_whole_area_keeps_its_aspect_ratio() -> None:
    (file,) = draw_data(long_form(text_layer()), "preview.png:600", areas=AREAS).files
    assert (file.width, file.height) == (450, 600)


def test_a_hidden_layer_is_kept_and_not_drawn() -> None:
    shown, hidden = text_layer("Test"), text_layer("Other", hidden=True, name="kept for later")
    assert draw_data(long_form(shown, hidden)).files == draw_data(long_form(shown)).files


def test_a_finding_names_the_placement_and_the_layer() -> None:
    data = long_form(
        text_layer(), text_layer("Far too long for its box", size=300, unit="square"), background="#000000"
    )
    (finding,) = draw_data(data).findings
    assert (finding.code, finding.placement, finding.layer) == ("text_shrunk", "front", 1)


@given(st.integers(0, 10_000))
def test_a_form_survives_parsing_and_serialising(seed: int) -> None:
    form = LongForm.model_validate(random_design(random.Random(seed)))
    again = LongForm.model_validate_json(form.model_dump_json())
    assert again == form
