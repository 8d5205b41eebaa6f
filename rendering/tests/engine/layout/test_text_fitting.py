"""Fitted text is never larger than its box and never smaller than needed, in every mode."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.layout.page import lay_out
from rendering.engine.layout.text import TextLayer
from rendering.engine.text.fonts import load_faces
from rendering.engine.text.line_breaking import ParagraphBreaker
from rendering.engine.text.shaping import shape_paragraph
from rendering.engine.validation.parse import parse_design
from rendering.engine.values import Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import FONTS, SQUARE, draw_data, long_form, text_layer

RULES = Rules(text_min=1, text_max=2000, size_min=0.01, size_max=1000)
LETTERS = string.ascii_letters + string.digits + " .,-'éßنصעבสวนमन"
words = st.text(LETTERS, min_size=1, max_size=60).filter(lambda one: bool(one.strip()))
lines = st.lists(words, min_size=1, max_size=3).map("\n".join)
boxes = st.fixed_dictionaries(
    {"x": st.just(0), "y": st.just(0), "width": st.floats(20, 600), "height": st.floats(20, 600)}
)
fonts = st.sampled_from(FONTS)
HAIR = 1e-6  # relative


def laid_out(layer: dict[str, Any]) -> TextLayer:
    (placement,) = parse_design(long_form(layer), RULES, installed_fonts(), [SQUARE]).placements
    placed = lay_out(placement, installed_fonts(), lambda font: load_faces(font, fallback_fonts())).layers[0]
    assert isinstance(placed, TextLayer)
    return placed


def over(layer: TextLayer) -> float:
    """Return by which fraction the ink is larger than the box; negative where it fits on both axes."""
    assert layer.ink is not None
    return max(layer.ink.width / layer.box.width, layer.ink.height / layer.box.height) - 1


def longest_word(layer: dict[str, Any]) -> float:
    """Return the advance of the longest unbreakable part, in ems."""
    faces = load_faces(installed_fonts()[layer["font"]], fallback_fonts())
    return max(
        ParagraphBreaker(shape_paragraph(faces, line)).measure_longest_word() for line in layer["text"].split("\n")
    )


@given(lines, fonts, boxes, st.sampled_from(["shrink", "wrap_shrink"]), st.sampled_from([1, 30, 200]))
def test_shrunk_text_is_in_its_box_and_fills_it_or_has_its_size(
    words: str, font: str, box: dict[str, float], fit: str, size: float
) -> None:
    found = laid_out(text_layer(words, font=font, size=size, box=box, fit=fit))
    assert over(found) <= HAIR
    if fit == "shrink" and found.size < size:
        assert over(found) >= -HAIR


@given(lines, fonts, boxes)
def test_wrapped_and_shrunk_text_is_not_smaller_than_needed(words: str, font: str, box: dict[str, float]) -> None:
    layer = text_layer(words, font=font, size=200, box=box, fit="wrap_shrink")
    found = laid_out(layer)
    if found.size < 200:
        # At a size 2 % larger, with new line breaks, the text is too high or a word too long.
        larger = laid_out({**layer, "size": found.size * 1.02, "fit": "wrap"})
        assert over(larger) > 0 or longest_word(layer) * found.size * 1.02 > box["width"]


@given(words, fonts, boxes)
def test_the_minimum_size_is_kept_even_where_nothing_fits(words: str, font: str, box: dict[str, float]) -> None:
    for fit in ("shrink", "wrap_shrink"):
        found = laid_out(text_layer(words, font=font, size=300, min_size=120, box=box, fit=fit))
        assert 120 <= found.size <= 300
        assert found.size == 120 or over(found) <= HAIR


@given(words, fonts, st.sampled_from(["left", "center", "right"]), st.sampled_from(["top", "middle", "bottom"]))
def test_ink_is_placed_where_it_is_aligned(words: str, font: str, align: str, valign: str) -> None:
    box = {"x": 100, "y": 50, "width": 300, "height": 200}
    found = laid_out(text_layer(words, font=font, size=20, box=box, align=align, valign=valign)).ink
    assert found is not None
    x = {"left": found.left - 100, "center": found.center[0] - 250, "right": found.right - 400}
    y = {"top": found.top - 50, "middle": found.center[1] - 150, "bottom": found.bottom - 250}
    assert x[align] == pytest.approx(0, abs=1e-6)
    assert y[valign] == pytest.approx(0, abs=1e-6)


@given(words, fonts, st.floats(-360, 360).filter(lambda angle: abs(angle) > 1))
def test_text_on_an_arc_touches_its_box_from_inside(words: str, font: str, arc: float) -> None:
    found = laid_out(
        text_layer(words, font=font, size=600, arc=arc, box={"x": 10, "y": 10, "width": 300, "height": 200})
    )
    assert over(found) <= 1e-5
    if found.size < 600:
        assert over(found) >= -1e-5


def test_every_line_is_aligned_by_its_own_ink() -> None:
    found = laid_out(text_layer("W\nii\nj", font="Pacifico-Regular", size=50, align="left"))
    edges = set()
    for run in found.block.runs:
        for glyph, x, *_ in run.glyphs[:1]:
            ink = run.face.measure_ink(glyph)
            assert ink is not None
            edges.add(round(x + ink.left * run.scale, 9))
    assert len(edges) == 1


def test_baselines_are_one_line_height_apart() -> None:
    apart = [laid_out(text_layer("H\nH", size=50, line_height=height, fit="none")).ink for height in (1.0, 1.5)]
    assert apart[0] is not None
    assert apart[1] is not None
    assert apart[1].height - apart[0].height == pytest.approx(25)


def test_an_ellipsis_replaces_what_does_not_fit_and_is_a_finding() -> None:
    box = {"x": 50, "y": 50, "width": 200, "height": 100}
    data = long_form(text_layer("One two three four five six seven eight", size=40, box=box, fit="ellipsis"))
    (finding,) = draw_data(data).findings
    assert (finding.code, finding.severity) == ("text_cut", "warning")
    found = laid_out(data["placements"]["front"]["layers"][0])
    assert over(found) <= HAIR
    assert found.size == 40
    enough = {**data["placements"]["front"]["layers"][0], "text": "One two"}
    assert laid_out(enough).cut_count == 0
    assert draw_data(long_form(enough)).findings == ()


@given(words.filter(lambda one: len(one) > 8), fonts, boxes, st.sampled_from([20, 60]))
def test_a_text_with_an_ellipsis_is_no_wider_than_its_box(
    words: str, font: str, box: dict[str, float], size: float
) -> None:
    found = laid_out(text_layer(words, font=font, size=size, box=box, fit="ellipsis"))
    assert 0 <= found.cut_count <= len(words)
    assert found.size == size


@pytest.mark.parametrize("fit", ["none", "wrap", "shrink"])
def test_text_that_is_larger_than_its_box_is_a_finding(fit: str) -> None:
    box = {"x": 200, "y": 200, "width": 100, "height": 20}
    data = long_form(text_layer("Much too large", size=100, min_size=90, box=box, fit=fit))
    assert "text_overflow" in [finding.code for finding in draw_data(data).findings]


def test_text_over_the_edge_of_the_frame_is_a_finding() -> None:
    box = {"x": 550, "y": 10, "width": 100, "height": 50}
    (finding,) = draw_data(long_form(text_layer("Edge", size=40, box=box))).findings
    assert finding.code == "outside_trim"


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_an_outline_is_inside_the_box_with_its_letters(align: str) -> None:
    box = {"x": 100, "y": 100, "width": 300, "height": 100}
    layer = text_layer("Outlined", size=200, box=box, align=align, outline={"width": 15, "color": "#FF0000"})
    found = laid_out(layer)
    assert found.ink is not None
    assert found.ink.left >= 115 - HAIR
    assert found.ink.right <= 385 + HAIR
    assert max(found.ink.width / 270, found.ink.height / 70) == pytest.approx(1)
    assert [finding.code for finding in draw_data(long_form(layer)).findings] == ["text_shrunk"]
