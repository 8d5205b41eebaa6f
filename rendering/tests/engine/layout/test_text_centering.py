import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.layout.page import lay_out
from rendering.engine.layout.text import DEFAULT_MARGIN, TextLayer
from rendering.engine.schema.units import SQUARE_UNITS
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import (
    FONTS,
    RULES,
    draw_short_form,
    draw_short_form_image,
    find_ink_box,
    short_form,
)

texts = st.text(string.ascii_letters + string.digits + " .,!?-'&éßñÅ", min_size=1, max_size=60).filter(
    lambda text: not text.isspace()
)
sizes = st.floats(8, 300)


def layer(text: str, font: str, size: float) -> TextLayer:
    (placement,) = parse_design(short_form(text, font, fontSize=size), RULES, installed_fonts()).placements
    placed = lay_out(placement, installed_fonts(), load_faces).layers[0]
    assert isinstance(placed, TextLayer)
    return placed


@given(texts, st.sampled_from(FONTS), sizes)
def test_ink_is_centered_on_both_axes_and_stays_inside_the_margin(text: str, font: str, size: float) -> None:
    ink = layer(text, font, size).ink
    assert ink is not None
    assert ink.center == pytest.approx((SQUARE_UNITS / 2, SQUARE_UNITS / 2), abs=1e-6)
    assert min(ink) >= DEFAULT_MARGIN - 1e-6
    assert max(ink) <= SQUARE_UNITS - DEFAULT_MARGIN + 1e-6


@given(texts, st.sampled_from(FONTS), sizes)
def test_text_keeps_its_size_or_fills_the_box_exactly(text: str, font: str, size: float) -> None:
    placed = layer(text, font, size)
    assert placed.ink is not None
    room = SQUARE_UNITS - 2 * DEFAULT_MARGIN
    if placed.size < size:
        assert max(placed.ink.width, placed.ink.height) == pytest.approx(room, abs=1e-6)
    else:
        assert placed.size == size


@given(texts, st.sampled_from(FONTS), sizes, st.sampled_from([600, 200, 100]))
def test_the_pixels_lie_where_the_layout_says(text: str, font: str, size: float, px: int) -> None:
    ink = layer(text, font, size).ink
    assert ink is not None
    image = draw_short_form_image(f"preview.png:{px}", text=text, font=font, color="#000000", fontSize=size)
    left, top, right, bottom = find_ink_box(image, least=1)
    zoom = px / SQUARE_UNITS
    expected = (ink.left * zoom, ink.top * zoom, ink.right * zoom, ink.bottom * zoom)
    for seen, laid_out in zip((left, top, right, bottom), expected, strict=True):
        assert abs(seen - laid_out) <= 1.5  # pixels are whole, and coverage below 1/510 is invisible


def test_shrinking_is_a_finding_that_names_both_sizes() -> None:
    drawing = draw_short_form(text="Wide enough to be shrunk", font="Montserrat-Bold", fontSize=200)
    (finding,) = drawing.findings
    assert (finding.code, finding.severity, finding.layer, finding.required) == ("text_shrunk", "warning", 0, 200)
    assert finding.measured is not None
    assert 8 < finding.measured < 60


def test_a_text_that_is_shrunk_a_little_is_worth_a_note_alone() -> None:
    (found,) = draw_short_form(text="Wide enough to be shrunk", font="Montserrat-Bold", fontSize=200).findings
    assert found.measured is not None
    for factor, severity in ((1.3, "info"), (1.4, "warning")):
        size = found.measured * factor
        (finding,) = draw_short_form(text="Wide enough to be shrunk", font="Montserrat-Bold", fontSize=size).findings
        assert (finding.code, finding.severity) == ("text_shrunk", severity)


def test_text_that_fits_has_no_finding() -> None:
    assert draw_short_form(text="Test").findings == ()


def test_the_default_size_is_48() -> None:
    assert draw_short_form_image(text="Test").tobytes() == draw_short_form_image(text="Test", fontSize=48).tobytes()


def test_an_em_is_font_size_pixels_of_the_preview() -> None:
    # Bebas Neue's capitals are 0.7 em high.
    _, top, _, bottom = find_ink_box(draw_short_form_image(text="HHH", font="Bebas-Bold", fontSize=100))
    assert bottom - top == pytest.approx(70, abs=1)


def test_spaces_around_the_text_do_not_move_it() -> None:
    assert draw_short_form_image(text="   Test ").tobytes() == draw_short_form_image(text="Test").tobytes()
