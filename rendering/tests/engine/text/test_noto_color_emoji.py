"""The emoji that come with the service: their colours as Chromium paints them, and lines around them by distance."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import Page

from rendering.engine.text.color_glyphs import measure_areas, record_color_glyph, unite_areas
from rendering.engine.text.fonts import load_face
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import CLEAR, draw_data, draw_image, find_ink_box, long_form, text_layer

EMOJI = ("❤️", "😀", "👍🏽", "🎂", "🌈", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🚲", "👩‍💻", "1️⃣", "🦄", "🔥")
CELL, SIZE = 150, 96  # px
FONT = "http://fonts.test/emoji.ttf"  # answered by the test
PAINT = """
async ([font, emoji, cell, size]) => {
  const face = new FontFace("Emoji", `url(${font})`);
  document.fonts.add(await face.load());
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [cell * emoji.length, cell];
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.font = `${size}px Emoji`;
  emoji.forEach((text, at) => context.fillText(text, cell * at + 10, 110));
  return canvas.toDataURL("image/png").split(",")[1];
}
"""


def in_chromium(page: Page) -> list[Image.Image]:
    path, headers = fallback_fonts()[-1].path, {"Access-Control-Allow-Origin": "*"}
    page.route(FONT, lambda route: route.fulfill(path=path, headers=headers))
    found = page.evaluate(PAINT, [FONT, list(EMOJI), CELL, SIZE])
    with Image.open(io.BytesIO(base64.b64decode(found))) as opened:
        row = opened.convert("RGB")
    return [row.crop((at * CELL, 0, (at + 1) * CELL, CELL)) for at in range(len(EMOJI))]


def drawn(emoji: str, **fields: object) -> Image.Image:
    layer = text_layer(emoji, font="Roboto-Regular", size=SIZE, fit="none", **fields)
    return draw_image(long_form(layer)).convert("RGB")


def test_a_heart_is_red_without_any_setting() -> None:
    for heart in ("❤", "❤\ufe0f"):
        drawing = draw_data(long_form(text_layer(heart, font="Roboto-Regular", size=200, color="#0000FF")))
        assert drawing.fonts == ("Noto Color Emoji",)
        red, green, blue = np.asarray(drawn(heart))[300, 300].tolist()
        assert red > 200
        assert max(green, blue) < 90


def test_every_emoji_is_painted_as_chromium_paints_it(page: Page) -> None:
    for emoji, theirs in zip(EMOJI, in_chromium(page), strict=True):
        ours = drawn(emoji)
        left, top, right, bottom = find_ink_box(theirs)
        box = find_ink_box(ours)
        assert (box[2] - box[0], box[3] - box[1]) == pytest.approx((right - left, bottom - top), abs=2), emoji
        # Blurred, because each puts the ink at its own fraction of a pixel.
        blur = ImageFilter.GaussianBlur(2)
        same_place = ours.crop(box).resize((right - left, bottom - top)).filter(blur)
        difference = ImageChops.difference(same_place, theirs.crop((left, top, right, bottom)).filter(blur))
        assert max(ImageStat.Stat(difference).mean) < 6, emoji


def spread(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Return the pixels within `radius` px of the mask."""
    found = mask.copy()
    reach = int(radius)
    for dy in range(-reach, reach + 1):
        width = int((radius * radius - dy * dy) ** 0.5)
        for dx in range(-width, width + 1):
            found |= np.roll(mask, (dy, dx), (0, 1))
    return found


@pytest.mark.parametrize("emoji", ["❤️", "👍🏽", "🚲", "🇩🇪", "👩‍💻"])
def test_a_line_around_an_emoji_is_all_within_its_width(emoji: str) -> None:
    """Widened by distance, the emoji's own pixels give what the line and the emoji cover."""
    layer = text_layer(emoji, font="Roboto-Regular", size=200, fit="none")
    alone = draw_image(long_form(layer, background=CLEAR)).getchannel("A")
    lined = draw_image(long_form(layer | {"outline": {"width": 12, "color": "#0000FF"}}, background=CLEAR))
    covered = np.asarray(lined.getchannel("A")) >= 128
    expected = spread(np.asarray(alone) >= 128, 12)
    union = (covered | expected).sum()
    assert (covered & expected).sum() / union > 0.98


def test_the_outline_of_a_glyph_has_the_bounds_of_what_it_paints() -> None:
    face = load_face(fallback_fonts()[-1])
    for emoji in "❤😀🎸🍕🚗🏠":
        glyph = face.hb_font.get_nominal_glyph(ord(emoji))
        areas = record_color_glyph(face.hb_font, glyph)
        assert len(areas) > 1
        assert measure_areas(areas) == face.measure_ink(glyph)
        left, low, right, high = unite_areas(areas).bounds
        ink = face.measure_ink(glyph)
        assert ink is not None
        assert (left, -high, right, -low) == pytest.approx(tuple(ink), abs=2)


def test_the_glow_of_a_candle_gets_no_line_but_counts_as_ink() -> None:
    face = load_face(fallback_fonts()[-1])
    glyph = face.hb_font.get_nominal_glyph(ord("🎂"))
    ink = face.measure_ink(glyph)
    assert ink is not None
    _, _, _, high = unite_areas(record_color_glyph(face.hb_font, glyph)).bounds
    assert -ink.top - high > 50


def test_an_emoji_turns_with_its_layer_and_on_an_arc() -> None:
    upright = draw_image(long_form(text_layer("🎂", size=200, fit="none"), background=CLEAR))
    turned = draw_image(long_form(text_layer("🎂", size=200, fit="none", rotation=180), background=CLEAR))
    again = turned.transpose(Image.Transpose.ROTATE_180)
    assert max(ImageStat.Stat(ImageChops.difference(again.convert("RGB"), upright.convert("RGB"))).mean) < 0.5
    solid = sum(upright.getchannel("A").histogram()[128:])
    for fields in ({"rotation": 33}, {"rotation": 90}):
        found = draw_image(long_form(text_layer("🎂", size=200, fit="none", **fields), background=CLEAR))
        assert sum(found.getchannel("A").histogram()[128:]) == pytest.approx(solid, rel=0.01)
    bent = draw_image(long_form(text_layer("🎂🎂🎂", size=120, fit="none", arc=120), background=CLEAR))
    assert sum(bent.getchannel("A").histogram()[128:]) == pytest.approx(3 * solid * (120 / 200) ** 2, rel=0.02)
