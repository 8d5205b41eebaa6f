"""Outlines in print files: where the layout has them, read from the file's own paths."""

from typing import Any

import pytest

from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.text import TextLayer
from rendering.gallery.pictures import make_pictures
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.code_readers import needs_zbar, read_with_zbar, read_with_zxing
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.print_files import (
    Box,
    lay_out_data,
    make_pdf,
    open_pdf,
    rasterize_pdf,
    read_contours,
    unite_boxes,
)

TENTH = 0.1 * 300 / 600  # mm; a tenth of a px of a preview of 600 px
BOX = {"x": 20, "y": 30, "width": 260, "height": 240}


def contours(layout: Layout) -> list[list[Box]]:
    document = open_pdf(make_pdf([layout]))
    return read_contours(document)


def text_of(layout: Layout) -> TextLayer:
    (layer,) = layout.iter_leaves()
    assert isinstance(layer, TextLayer)
    return layer


def glyph_boxes(layer: TextLayer) -> list[Box]:
    """Return the boxes of upright glyphs as HarfBuzz measures them."""
    boxes = []
    for run in layer.block.runs:
        unit = layer.size * run.scale
        for glyph, x, y, _, _ in run.glyphs:
            found = run.face.hb_font.get_glyph_extents(glyph)
            left, top = layer.x + x * layer.size + found.x_bearing * unit, layer.y - y * layer.size
            top -= found.y_bearing * unit
            boxes.append((left, top, left + found.width * unit, top - found.height * unit))
    return boxes


def assert_near(found: Box, expected: Box | Rect) -> None:
    assert max(abs(one - other) for one, other in zip(found, expected, strict=True)) <= TENTH, (found, expected)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("Hamburgefonstiv", {"font": "Roboto-Regular"}),
        ("Slow\nmornings", {"font": "Pacifico-Regular"}),
        ("Kaffee und Kuchen am Sonntag", {"fit": "wrap", "size": 60}),
        ("नमस्ते दुनिया مرحبا שלום", {}),
    ],
)
def test_every_glyph_is_where_the_layout_has_it(words: str, fields: dict[str, Any]) -> None:
    (layout,) = lay_out_data(long_form(text_layer(words, box=BOX, **fields), background=CLEAR))
    layer = text_of(layout)
    paths = iter([box for path in contours(layout) for box in path])
    glyphs = [(run.face, glyph[0]) for run in layer.block.runs for glyph in run.glyphs]
    for (face, glyph), expected in zip(glyphs, glyph_boxes(layer), strict=True):
        count = len(list(face.find_outline(glyph).contours))
        assert_near(unite_boxes([next(paths) for _ in range(count)]), expected)
    assert next(paths, None) is None


@pytest.mark.parametrize("fields", [{"rotation": 90}, {"arc": 120}, {"path": {"type": "circle", "radius": 70}}])
def test_turned_and_bent_text_is_where_the_layout_has_it(fields: dict[str, Any]) -> None:
    (layout,) = lay_out_data(long_form(text_layer("Hamburgefonstiv", box=BOX, **fields), background=CLEAR))
    layer = text_of(layout)
    assert layer.visible_bounds
    assert_near(unite_boxes([box for path in contours(layout) for box in path]), layer.visible_bounds)


@pytest.mark.parametrize("shape", ["rectangle", "ellipse", "polygon", "star", "heart", "line"])
@pytest.mark.parametrize("rotation", [0, 20])
def test_shapes_are_where_the_layout_has_them(shape: str, rotation: float) -> None:
    color = {"type": "color", "color": "#FF0000"}
    data = {"type": "shape", "shape": shape, "box": BOX, "radius": 20, "rotation": rotation}
    data |= {"stroke": {"width": 3, "color": "#0000FF"}} | ({} if shape == "line" else {"fill": color})
    (layout,) = lay_out_data(long_form(data, background=CLEAR))
    (layer,) = layout.layers
    assert layer.visible_bounds
    assert_near(unite_boxes([box for path in contours(layout) for box in path]), layer.visible_bounds)


def test_letters_of_one_face_are_one_path_so_that_overlaps_do_not_show_twice() -> None:
    (layout,) = lay_out_data(long_form(text_layer("Coffee", font="Pacifico-Regular", opacity=0.5), background=CLEAR))
    (path,) = contours(layout)
    assert len(path) >= len("Coffee")


@needs_zbar
def test_every_code_of_the_gallery_is_read_from_the_print_file() -> None:
    piece = next(piece for piece in GALLERY if piece.name == "codes")
    (layout,) = lay_out_data(piece.design_data, make_pictures())
    values = [layer["value"] for layer in piece.design_data["placements"]["front"]["layers"] if layer["type"] == "qr"]
    drawn = rasterize_pdf(make_pdf([layout]), 1200, 1200)
    assert values
    found = set(read_with_zbar(drawn)) | set(read_with_zxing(drawn))
    assert set(values) <= found
