"""Ink is a Rect at every step, from a glyph to a placed layer: y runs down, and the baseline is at 0."""

import pytest

from rendering.engine.geometry.rect import Rect
from rendering.engine.text.arc import Circle, bend_letters, split_letters
from rendering.engine.text.fonts import load_faces
from rendering.engine.text.shaping import shape_paragraph
from rendering.engine.text.text_block import stack_lines
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts

FACES = load_faces(installed_fonts()["Roboto-Regular"], fallback_fonts())


def shape_ink(text: str) -> Rect:
    ink = shape_paragraph(FACES, text).cut_line().ink
    assert ink is not None
    return ink


def test_a_glyph_stands_above_the_baseline_and_a_descender_below() -> None:
    (run,) = shape_paragraph(FACES, "Hg").cut_line().runs
    high, low = (run.face.measure_ink(glyph) for glyph, *_ in run.glyphs)
    assert high is not None
    assert low is not None
    assert high.top < -0.6 * run.face.upem < 0 == high.bottom
    assert low.top < 0 < low.bottom


@pytest.mark.parametrize("text", ["H", "g", "Hg", "☕", "שלום"])
def test_a_line_has_its_top_above_its_bottom(text: str) -> None:
    ink = shape_ink(text)
    assert ink.top < ink.bottom
    assert ink.top < 0


def test_further_lines_reach_further_down() -> None:
    lines = [shape_paragraph(FACES, "H").cut_line() for _ in range(3)]
    block = stack_lines(lines, "left", 1.5)
    assert block.ink is not None
    assert block.ink.top == shape_ink("H").top
    assert block.ink.bottom == pytest.approx(3.0)


def test_an_arc_that_bends_up_has_its_ends_below_and_one_that_bends_down_above() -> None:
    straight = shape_ink("HHHHHHHH")
    line = split_letters(shape_paragraph(FACES, "HHHHHHHH"))
    assert line is not None
    up, down = (bend_letters(line, Circle(radius, line.length / 2)).ink for radius in (2.7, -2.7))
    assert up is not None
    assert down is not None
    assert up.bottom > straight.bottom + 0.5
    assert up.top == pytest.approx(straight.top, abs=0.1)
    assert down.top < straight.top - 0.5
    assert down.bottom == pytest.approx(straight.bottom, abs=0.1)
