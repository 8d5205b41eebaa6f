"""Lay out one text layer, as the engine draws it."""

from typing import Any

from rendering.engine.layout.page import lay_out
from rendering.engine.layout.text import TextLayer
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.engine.values import Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import SQUARE, long_form, text_layer

RULES = Rules(text_min=1, text_max=2000, size_min=0.01, size_max=1000)


def lay_out_text(text: str, **fields: Any) -> TextLayer:
    """Return the layer of a text on a square of 600 mm."""
    data = long_form(text_layer(text, **fields))
    (placement,) = parse_design(data, RULES, installed_fonts(), [SQUARE]).placements
    placed = lay_out(placement, installed_fonts(), lambda font: load_faces(font, fallback_fonts())).layers[0]
    assert isinstance(placed, TextLayer)
    return placed


def find_baselines(layer: TextLayer) -> list[float]:
    """Return the distinct baselines of glyphs that are placed on one, mm from the top."""
    return sorted({round(layer.y - glyph[2] * layer.size, 6) for run in layer.block.runs for glyph in run.glyphs})
