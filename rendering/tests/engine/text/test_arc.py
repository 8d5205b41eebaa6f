"""Text on arcs: even on both sides, whatever is around the letters; letters rigid, but warped where they join."""

import base64
import io

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.glyphs import TextOrigin, rasterize_glyphs
from rendering.engine.text.arc import Circle, bend_letters, split_letters
from rendering.engine.text.fonts import load_face
from rendering.engine.text.joining import is_connected_face
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.bent_text import (
    Mask,
    circle_of,
    count_blots,
    letters_of,
    shape_line,
    warp_picture,
)
from rendering.tests.support.drawings import draw_image, long_form, text_layer

JOINED_TEXTS = {
    "Arabic": ("Amiri-Regular", "السلام عليكم"),
    "Devanagari": ("Noto Sans Devanagari", "नमस्ते दुनिया"),
    "Bengali": ("Noto Sans Bengali", "সুপ্রভাত"),
    "Great Vibes": ("GreatVibes-Regular", "Birthday"),
    "Pacifico": ("Pacifico-Regular", "Summer"),
    "Dancing Script": ("DancingScript-Bold", "moments"),
}
SIDE, EM = 400, 60  # px


def draw_bent(font: str, text: str, circle: Circle) -> Mask:
    line = split_letters(shape_line(font, text))
    assert line is not None
    origin = TextOrigin(SIDE / 2, SIDE / 2, EM)
    runs = bend_letters(line, circle).runs
    return np.asarray(rasterize_glyphs(origin, runs, Viewport(1.0, 0, 0, SIDE, SIDE)), dtype=float)


@pytest.mark.parametrize("arc", [160, -160, 360, -30])
@pytest.mark.parametrize("spacing", [-0.1, 0, 0.3, 1, 2])
@pytest.mark.parametrize(
    ("font", "text"), [("Bebas-Bold", "OOOO"), ("PressStart2P-Regular", "HOH"), ("Roboto-Bold", "\u202eHOH HOH")]
)
def test_an_arc_of_symmetric_letters_is_symmetric(font: str, text: str, spacing: float, arc: float) -> None:
    data = long_form(text_layer(text, font=font, size=110, arc=arc, letter_spacing=spacing))
    found = 255 - np.asarray(draw_image(data).convert("L"), dtype=float)
    off = float(np.abs(found - found[:, ::-1]).sum() / found.sum())
    assert off < 0.01


@pytest.mark.parametrize("blanks", [("   ", ""), ("", "   "), (" \u00a0", "\u200b "), ("\u2003", " ")])
@pytest.mark.parametrize("text", ["OOOO", "שלום"])
def test_blanks_at_the_ends_of_an_arc_change_nothing(text: str, blanks: tuple[str, str]) -> None:
    fields = {"font": "Roboto-Regular", "size": 80, "arc": 160, "letter_spacing": 0.2}
    plain = draw_image(long_form(text_layer(text, **fields)))
    assert draw_image(long_form(text_layer(blanks[0] + text + blanks[1], **fields))).tobytes() == plain.tobytes()


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("script", JOINED_TEXTS)
def test_joined_letters_are_bent_as_their_picture_would_be(script: str, side: int) -> None:
    font, text = JOINED_TEXTS[script]
    circle = circle_of(letters_of(font, text), side * 170)
    found, warped = draw_bent(font, text, circle), warp_picture(shape_line(font, text), circle, SIDE, EM)
    assert warped.sum() > 100_000
    assert np.abs(found - warped).sum() < 0.03 * warped.sum()
    # Single pixels are darker where two letters share an edge.
    assert np.quantile(np.abs(found - warped), 0.999) < 40


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("script", JOINED_TEXTS)
def test_joins_hold_on_a_circle(script: str, side: int) -> None:
    """As many connected areas as on a straight line, where Chromium's textPath tears letters apart."""
    font, text = JOINED_TEXTS[script]
    line = letters_of(font, text)
    straight, bent = (draw_bent(font, text, circle_of(line, degrees)) > 100 for degrees in (0.01, side * 150))
    assert count_blots(bent) == count_blots(straight)


TEXT_PATH = """
async ([font, text, size, path]) => {
  const face = new FontFace("Own", `url(data:font/ttf;base64,${font})`, {weight: "1 1000"});
  document.fonts.add(await face.load());
  document.body.style.margin = 0;
  document.body.innerHTML = `<svg width=600 height=600><path id=p fill=none d="${path}" /><text font-family=Own
    font-size=${size} text-anchor=middle><textPath href="#p" startOffset="50%">${text}</textPath></text></svg>`;
}
"""


@pytest.mark.parametrize(("side", "sweep"), [("outside", "M 300 480 A 180 180 0 1 1 300.01 480"),
                                             ("inside", "M 300 120 A 180 180 0 1 0 300.01 120")])  # fmt: skip
@pytest.mark.parametrize("font", ["Bebas-Bold", "AbrilFatface-Regular", "Poppins-Bold"])
def test_rigid_letters_are_where_chromium_has_them(page: Page, font: str, side: str, sweep: str) -> None:
    """Chromium centres a line by its advance and turns letters about the middle of theirs, which differs by little."""
    page.set_viewport_size({"width": 600, "height": 600})
    page.set_content("<!doctype html><body></body>")
    data = base64.b64encode(installed_fonts()[font].path.read_bytes()).decode()
    page.evaluate(TEXT_PATH, [data, "HOUSE NOTES", 60, sweep])
    with Image.open(io.BytesIO(page.screenshot())) as screenshot:
        theirs = screenshot.convert("L")
    straight = shape_line(font, "HOUSE NOTES").cut_line()
    assert straight.ink is not None
    off_center = np.degrees(straight.ink.center[0] - straight.advance / 2) * 60 / 180
    angle = off_center if side == "outside" else 180 - off_center
    path = {"type": "circle", "radius": 180, "side": side, "angle": float(angle)}
    box = {"x": 0, "y": 0, "width": 600, "height": 600}
    layer = text_layer("HOUSE NOTES", font=font, size=60, fit="none", color="#000000", path=path, box=box)
    ours = draw_image(long_form(layer)).convert("L")
    dark = 255 * 600 * 600 - ImageStat.Stat(theirs).sum[0]
    assert dark > 1_000_000
    assert ImageStat.Stat(ImageChops.difference(ours, theirs)).sum[0] < 0.09 * dark


def test_other_letters_stay_rigid() -> None:
    line = letters_of("Roboto-Regular", "Rigid ☕")
    block = bend_letters(line, circle_of(line, 200))
    assert [run.face for run in block.runs] == [letter.face for letter in (line.letters[0], line.letters[-1])]


def test_digits_and_signs_beside_joined_letters_stay_rigid() -> None:
    letters = letters_of("Amiri-Regular", "قهوة 123 ☕").letters
    assert [letter.is_joined for letter in letters] == [False] * 4 + [True] * 4


def test_connected_faces_are_found_by_their_outlines() -> None:
    connected = {font.family for font in installed_fonts().values() if is_connected_face(load_face(font))}
    assert connected == {"Dancing Script", "Great Vibes", "Lobster", "Pacifico", "Satisfy", "Yellowtail"}


def test_warped_and_rigid_letters_do_not_cancel_each_other_out() -> None:
    """As contours of opposite directions would where they overlap."""
    runs = [bend_letters(letters_of("Roboto-Bold", text), Circle(3, 0.3)).runs for text in ("O", "क")]
    origin, viewport = TextOrigin(SIDE / 2, SIDE / 2, EM), Viewport(1.0, 0, 0, SIDE, SIDE)
    draw = [np.asarray(rasterize_glyphs(origin, each, viewport), float) for each in (*runs, runs[0] + runs[1])]
    assert (np.minimum(draw[0], draw[1]) > 200).sum() > 50
    assert (draw[2] >= np.maximum(draw[0], draw[1]) - 1).all()
