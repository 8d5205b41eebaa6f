"""Outlines that a face keeps are found again, however many there are."""

import string

import numpy as np
from numpy.typing import NDArray

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.glyphs import TextOrigin, rasterize_glyphs
from rendering.engine.raster.outline_store import OutlineStore
from rendering.engine.text.fonts import load_face
from rendering.engine.text.shaping import GlyphRun
from rendering.fonts.catalogue import installed_fonts

VIEWPORT = Viewport(1.0, 0, 0, 60, 60)
ORIGIN = TextOrigin(10, 40, 40)
MOVED = (1.0, 0.0, 0.0, 1.0, 40.0, 0.0)


def test_an_outline_is_the_same_in_every_font_of_many() -> None:
    face = load_face(installed_fonts()["Roboto-Regular"])
    glyphs = [face.hb_font.get_nominal_glyph(ord(letter)) or 0 for letter in string.ascii_letters]
    store = OutlineStore(face, 1 / face.upem)
    # What a glyph shares with itself a little to the right differs from glyph to glyph.
    numbers = [store.find_shared(glyph, [(face, glyph, MOVED)]) for glyph in glyphs]
    kept = [(number, glyph) for number, glyph in zip(numbers, glyphs, strict=True) if number is not None]
    assert len(kept) == len(glyphs) > 32
    together = [list(store.draw_outlines([(number, 0.0, 0.0, 1.0, 0.0)])) for number, _ in kept]
    for (_, glyph), runs in zip(kept, together, strict=True):
        alone = OutlineStore(face, 1 / face.upem)
        number = alone.find_shared(glyph, [(face, glyph, MOVED)])
        assert number is not None
        assert np.array_equal(_draw(runs), _draw(list(alone.draw_outlines([(number, 0.0, 0.0, 1.0, 0.0)]))))


def _draw(runs: list[GlyphRun]) -> NDArray[np.uint8]:
    return np.asarray(rasterize_glyphs(ORIGIN, runs, VIEWPORT))
