"""Colour emoji: fonts made here, so that every colour and edge is known, in each format that a font may have."""

import io
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from PIL import Image

from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.values import Drawing
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts, find_emoji_font_problem, hash_fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, SQUARE, find_ink_box, long_form, open_rgb, text_layer

RED, BLUE = (255, 0, 0), (0, 0, 255)
SUN = "🌞"


def square(left: int, bottom: int, right: int, top: int) -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    for corner in ((left, top), (right, top), (right, bottom)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


@pytest.fixture(scope="module", params=[0, 1, 2], ids=["COLRv0", "COLRv1", "clip boxes"])
def emoji(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a font whose only emoji is a red square with a blue upper left quarter."""
    builder = FontBuilder(1000)
    order = [".notdef", "sun", "whole", "part"]
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({ord(SUN): "sun"})
    shapes = {name: square(100, 0, 900, 800) for name in order}
    builder.setupGlyf(shapes | {"part": square(100, 400, 500, 800)})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Sun", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    layers: Any = [("whole", 0), ("part", 1)]
    if request.param:
        solid = [{"Format": 2, "PaletteIndex": index, "Alpha": 1.0} for _, index in layers]
        paints = [{"Format": 10, "Glyph": name, "Paint": solid[index]} for name, index in layers]
        layers = {"Format": 1, "Layers": paints}
    boxes = {"sun": (100, 0, 900, 800)} if request.param == 2 else None
    builder.setupCOLR({"sun": layers}, version=min(request.param, 1), clipBoxes=boxes)
    builder.setupCPAL([[(1, 0, 0, 1), (0, 0, 1, 1)]])
    path: Path = tmp_path_factory.mktemp("fonts") / f"Sun{request.param}.ttf"
    builder.save(path)
    return path


def drawn(data: dict[str, Any], path: Path, *outputs: str) -> Drawing:
    wanted = parse_outputs(outputs or ["preview.png:600"])
    return draw(data, RULES, installed_fonts(), wanted, fallbacks=fallback_fonts(path), areas=[SQUARE])


def picture(layer: dict[str, Any], path: Path, background: Any = "#FFFFFF") -> Image.Image:
    return open_rgb(drawn(long_form(layer, background=background), path).files[0].data)


def test_an_emoji_has_its_own_colors_and_the_text_the_layers_color(emoji: Path) -> None:
    found = picture(text_layer(f"H{SUN}H", size=150, color="#00AA00"), emoji)
    left, top, right, bottom = find_ink_box(found)
    assert found.getpixel((300, 330)) == RED
    colors = {pixel for _, pixel in found.getcolors(1 << 20) or []}
    assert {RED, BLUE, (0, 0xAA, 0)} <= colors
    blue = [x for x in range(left, right) if found.getpixel((x, (top + bottom) // 2 - 30)) == BLUE]
    assert min(blue) < 300
    assert max(blue) < 305  # its left half


def test_an_emoji_is_upright_and_fills_its_box(emoji: Path) -> None:
    found = picture(text_layer(SUN, size=300, box={"x": 100, "y": 100, "width": 200, "height": 200}), emoji)
    assert find_ink_box(found) == (100, 100, 300, 300)
    assert (found.getpixel((150, 150)), found.getpixel((250, 250))) == (BLUE, RED)


def test_an_emoji_rotates_fades_and_bends_with_its_layer(emoji: Path) -> None:
    box = {"x": 100, "y": 100, "width": 200, "height": 200}
    turned = picture(text_layer(SUN, size=300, box=box, rotation=90), emoji)
    assert (turned.getpixel((250, 150)), turned.getpixel((150, 150))) == (BLUE, RED)
    faded = picture(text_layer(SUN, size=300, box=box, opacity=0.5), emoji)
    assert faded.getpixel((250, 250)) == (255, 127, 127)
    bent = picture(text_layer(SUN * 5, size=300, arc=180), emoji)
    left, _, right, _ = find_ink_box(bent)
    assert (left, right) == pytest.approx((30, 570), abs=2)


def test_the_shadow_of_an_emoji_follows_its_shape(emoji: Path) -> None:
    shadow = {"x": 50, "y": 0, "blur": 0, "color": "#000000", "opacity": 1}
    layer = text_layer(SUN, size=300, box={"x": 100, "y": 100, "width": 200, "height": 200}, shadow=shadow)
    assert picture(layer, emoji).getpixel((330, 200)) == (0, 0, 0)


def test_an_emoji_keeps_its_colors_on_a_transparent_background(emoji: Path) -> None:
    data = long_form(text_layer(SUN, size=200), background={"type": "transparent"})
    webp = drawn(data, emoji, "preview.webp:300").files[0].data
    assert webp[:4] == b"RIFF"
    with Image.open(io.BytesIO(drawn(data, emoji).files[0].data)) as opened_file:
        found = opened_file.convert("RGBA")
        assert found.getchannel("A").getpixel((0, 0)) == 0
        assert (*RED, 255) in {pixel for _, pixel in found.getcolors(1 << 20) or []}


def test_the_emoji_font_is_named_and_part_of_the_hash(emoji: Path) -> None:
    drawing = drawn(long_form(text_layer(f"Hi {SUN}")), emoji)
    assert emoji.stem in drawing.fonts
    assert hash_fallback_fonts(emoji) != hash_fallback_fonts()
    assert not find_emoji_font_problem(emoji)
    assert "no COLR table" in find_emoji_font_problem(installed_fonts()["Bebas-Bold"].path)


def test_a_line_goes_around_the_whole_emoji(emoji: Path) -> None:
    """The line reaches 20 px beyond the square, with round corners, and not along its inner edges."""
    box = {"x": 100, "y": 100, "width": 240, "height": 240}
    layer = text_layer(SUN, size=300, box=box, outline={"width": 20, "color": "#00FF00"})
    found = picture(layer, emoji)
    assert find_ink_box(found) == (100, 100, 340, 340)
    assert [found.getpixel(at) for at in ((110, 220), (330, 220), (220, 110), (220, 330))] == [(0, 255, 0)] * 4
    assert (found.getpixel((150, 150)), found.getpixel((219, 300)), found.getpixel((221, 150))) == (BLUE, RED, RED)
    assert found.getpixel((102, 102)) == (255, 255, 255)
    count = sum(count for count, pixel in found.getcolors(1 << 20) or [] if pixel == (0, 255, 0))
    assert count == pytest.approx(4 * 200 * 20 + 3.1416 * 20 * 20, rel=0.02)


def test_the_shadow_of_an_outlined_emoji_includes_the_line(emoji: Path) -> None:
    shadow = {"x": 100, "y": 0, "blur": 0, "color": "#000000", "opacity": 1}
    box = {"x": 100, "y": 100, "width": 240, "height": 240}
    layer = text_layer(SUN, size=300, box=box, outline={"width": 20, "color": "#00FF00"}, shadow=shadow)
    found = picture(layer, emoji)
    assert (found.getpixel((430, 220)), found.getpixel((445, 220))) == ((0, 0, 0), (255, 255, 255))


@pytest.fixture
def svg_font(tmp_path: Path) -> Path:
    """Make a font whose emoji is an SVG picture, without an outline."""
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "sun"])
    builder.setupCharacterMap({ord(SUN): "sun"})
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "sun")})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "sun": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Picture", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    pictures = newTable("SVG ")
    pictures.docList = [('<svg xmlns="http://www.w3.org/2000/svg"><g id="glyph1"/></svg>', 1, 1)]
    builder.font["SVG "] = pictures
    path = tmp_path / "Picture.ttf"
    builder.save(path)
    return path


def test_a_font_of_pictures_is_refused_by_the_check_and_skipped_with_a_finding(svg_font: Path) -> None:
    assert find_emoji_font_problem(svg_font) == (
        "its glyphs are SVG pictures (an SVG table), and colours are drawn from a COLR table only"
    )
    drawing = drawn(long_form(text_layer(f"Hi {SUN}")), svg_font)
    assert set(drawing.fonts) == {"Bebas-Bold", "Noto Color Emoji"}
    assert [finding.code for finding in drawing.findings] == ["emoji_font_unusable", "substituted_font"]
    assert drawing.findings[0].severity == "warning"
    assert "The emoji of Picture are SVG pictures" in drawing.findings[0].message
    assert [finding.code for finding in drawn(long_form(text_layer("Hi")), svg_font).findings] == []


def test_a_chosen_font_is_tried_first_and_our_own_has_the_rest(emoji: Path) -> None:
    drawing = drawn(long_form(text_layer(f"{SUN}🎂")), emoji)
    assert drawing.fonts == (emoji.stem, "Noto Color Emoji")
