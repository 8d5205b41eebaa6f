"""Letters that a slanted line keeps apart share nothing, and many that are apart are told so without Skia."""

import itertools

import pathops
import pytest

from rendering.engine.raster import outline_store
from rendering.engine.raster.overlaps import separate_overlaps
from rendering.engine.raster.slants import measure_reach
from rendering.engine.text.fonts import load_face, load_faces
from rendering.engine.text.shaping import shape_paragraph
from rendering.fonts.catalogue import installed_fonts

LETTERS = "AVWTLofjy7"


@pytest.mark.parametrize("font", ["Roboto-Regular", "Pacifico-Regular", "Cinzel-Bold"])
def test_letters_that_are_apart_share_no_area(font: str) -> None:
    face = load_face(installed_fonts()[font])
    outlines = {letter: face.find_outline(face.hb_font.get_nominal_glyph(ord(letter)) or 0) for letter in LETTERS}
    reaches = {letter: measure_reach(outline) for letter, outline in outlines.items()}
    apart = 0
    for one, other, part in itertools.product(LETTERS, LETTERS, (0.3, 0.45, 0.6)):
        dx, dy = part * face.upem, part * 100
        if reaches[one].is_apart(reaches[other], dx, dy):
            apart += 1
            moved = outlines[other].transform(1, 0, 0, 1, dx, dy)
            assert not abs(pathops.op(outlines[one], moved, pathops.PathOp.INTERSECTION).area)
    assert apart > 20


def test_skia_is_not_asked_for_letters_that_a_slanted_line_keeps_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(outline_store, "_intersect_paths", lambda *paths, **_: asked.append(paths))
    load_face(installed_fonts()["Roboto-Regular"]).outline_store = None
    runs = shape_paragraph(load_faces(installed_fonts()["Roboto-Regular"]), "AVAWA").cut_line().runs
    boxes = [run.face.measure_ink(glyph) for run in runs for glyph, *_ in run.glyphs]
    assert all(boxes)
    assert separate_overlaps(runs)
    assert not asked
    load_face(installed_fonts()["Roboto-Regular"]).outline_store = None
