"""The watermark is on previews, thumbnails and mockups, visible on any background, and never on a print file."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
from PIL import Image, ImageChops

from customify.testing.spawn import PROJECT
from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.values import FontError, Output, PictureError, Watermark
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import CLEAR, RULES, SQUARE, long_form, text_layer
from rendering.tests.support.image_comparison import mean_difference

GOLDEN = PROJECT / "docs" / "images" / "watermark"
CORNER = Watermark(text="PREVIEW", font="Roboto-Bold")
TILED = Watermark(text="TEST", font="Roboto-Bold", place="tiled", opacity=0.4, scale=0.25)
DATA = long_form(text_layer("Slow\nmornings", font="Pacifico-Regular", size=110, color="#FFD166"), background="#1F3A5F")


def logo() -> bytes:
    """Return a PNG with transparency: a red and white ring."""
    shape = {"type": "shape", "shape": "ellipse", "box": {"x": 60, "y": 60, "width": 480, "height": 480}}
    ring = {**shape, "fill": {"type": "color", "color": "#D1495B"}, "stroke": {"width": 60, "color": "#FFFFFF"}}
    wanted = parse_outputs(["preview.png:200"])
    return draw(long_form(ring, background=CLEAR), RULES, installed_fonts(), wanted, areas=[SQUARE]).files[0].data


def shown(data: dict[str, Any], mark: Watermark | None, kind: str = "preview", size: int = 300) -> Image.Image:
    wanted = [Output(f"{kind}.png", kind, "png", size)]
    drawing = draw(data, RULES, installed_fonts(), wanted, fallbacks=fallback_fonts(), areas=[SQUARE], watermark=mark)
    with Image.open(io.BytesIO(drawing.files[0].data)) as found:
        return found.convert("RGBA")


@pytest.mark.parametrize("kind", ["preview", "thumbnail", "mockup"])
@pytest.mark.parametrize("mark", [CORNER, TILED], ids=["corner", "tiled"])
def test_previews_and_thumbnails_have_the_watermark(kind: str, mark: Watermark) -> None:
    assert mean_difference(shown(DATA, mark, kind), shown(DATA, None, kind)) > 1


@pytest.mark.parametrize("mark", [CORNER, TILED], ids=["corner", "tiled"])
def test_a_print_file_never_has_the_watermark(mark: Watermark) -> None:
    wanted = [Output("preview.png", "preview", "png", 200), Output("print.png", "print_file", "png", 200)]
    marked, clean = draw(DATA, RULES, installed_fonts(), wanted, areas=[SQUARE], watermark=mark).files
    (alone,) = draw(DATA, RULES, installed_fonts(), wanted[1:], areas=[SQUARE]).files
    assert clean.data == alone.data
    assert marked.data != clean.data


@pytest.mark.parametrize("color", ["#FFFFFF", "#000000", "#808080", "#FFD166"])
@pytest.mark.parametrize("mark", [CORNER, TILED], ids=["corner", "tiled"])
def test_a_text_watermark_is_visible_on_any_background(color: str, mark: Watermark) -> None:
    found, plain = (shown(long_form(background=color), one).convert("L") for one in (mark, None))
    seen, (value,) = set(found.tobytes()), set(plain.tobytes())
    assert max(max(seen) - value, value - min(seen)) > 45


def test_a_watermark_in_the_corner_changes_nothing_else() -> None:
    difference = ImageChops.difference(shown(DATA, CORNER), shown(DATA, None)).convert("RGB")
    left, top, right, bottom = difference.getbbox() or (0, 0, 0, 0)
    assert right == pytest.approx(291, abs=2)
    assert bottom == pytest.approx(291, abs=2)
    assert right - left <= 0.3 * 300 + 2
    assert bottom - top < 40


def test_tiles_reach_every_part() -> None:
    difference = ImageChops.difference(shown(DATA, TILED), shown(DATA, None)).convert("RGB")
    for x in range(0, 300, 100):
        for y in range(0, 300, 100):
            assert difference.crop((x, y, x + 100, y + 100)).getbbox()


def test_opacity_and_scale_are_applied() -> None:
    sizes = [shown(DATA, Watermark(text="A", font="Roboto-Bold", opacity=part)) for part in (0.2, 1)]
    plain = shown(DATA, None)
    assert mean_difference(sizes[1], plain) == pytest.approx(5 * mean_difference(sizes[0], plain), rel=0.1)
    small, large = (shown(DATA, Watermark(picture=logo(), scale=scale)) for scale in (0.1, 0.2))
    assert mean_difference(large, plain) > 3 * mean_difference(small, plain)


def test_a_watermark_on_transparency_is_visible() -> None:
    found = shown(long_form(background=CLEAR), CORNER)
    alphas = set(found.getchannel("A").tobytes())
    assert min(alphas) == 0
    assert max(alphas) == pytest.approx(153, abs=2)


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("corner", CORNER),
        ("tiled", TILED),
        ("picture", Watermark(picture=b"logo", scale=0.2, opacity=0.9)),
        ("picture-tiled", Watermark(picture=b"logo", place="tiled", scale=0.15, opacity=0.5)),
    ],
)
def test_watermarks_match_their_golden_images(name: str, mark: Watermark) -> None:
    """`REDRAW=1` draws the golden images again; look at them before you commit them."""
    if mark.picture:
        mark = Watermark(picture=logo(), place=mark.place, scale=mark.scale, opacity=mark.opacity)
    found, path = shown(DATA, mark), GOLDEN / f"{name}.png"
    if os.environ.get("REDRAW"):
        path.parent.mkdir(exist_ok=True)
        found.convert("RGB").save(path, optimize=True)
    with Image.open(path) as golden:
        assert mean_difference(found, golden.convert("RGBA")) < 0.05


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "either a text or a picture"),
        ({"text": "A", "picture": b"x", "font": "Roboto-Bold"}, "either a text or a picture"),
        ({"text": "A"}, "needs a font"),
        ({"text": "A", "font": "Roboto-Bold", "opacity": 0}, "above 0"),
        ({"text": "A", "font": "Roboto-Bold", "scale": 1.1}, "at most 1"),
    ],
)
def test_an_invalid_watermark_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Watermark(**fields)


def test_an_invalid_font_or_image_is_reported() -> None:
    with pytest.raises(FontError, match="'Comic' is not in the catalogue"):
        shown(DATA, Watermark(text="A", font="Comic"))
    for data in (b"GIF89a", logo()[:60], b"\xff\xd8\xff"):
        with pytest.raises(PictureError, match="not a readable PNG or JPEG"):
            shown(DATA, Watermark(picture=data))


def test_the_size_of_a_watermark_is_bounded() -> None:
    wide = Watermark(text="W" * 200, font="Roboto-Bold", place="tiled", scale=0.01)
    assert shown(DATA, wide, size=100).size == (100, 100)
    assert shown(DATA, Watermark(text="I", font="Roboto-Bold", scale=1, place="tiled"), size=100).size == (100, 100)
