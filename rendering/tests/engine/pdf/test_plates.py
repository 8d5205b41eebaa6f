"""Plates of their own: white ink under the art, seen as printers' software separates it, and plates as data."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.paint.coverage import draw_coverage
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.document import PdfJob
from rendering.engine.pdf.plates import WhiteInk, draw_white, separate_plates
from rendering.engine.raster.erosion import erode_mask
from rendering.gallery.pictures import make_pictures
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.photos import ASSET, StoredImage, box_data, image_layer, photo, sticker
from rendering.tests.support.print_files import (
    CMYK_PROFILE,
    lay_out_data,
    make_pdf,
    mean_difference,
    needs_ghostscript,
    needs_profile,
    rasterize_pdf,
    separate_with_ghostscript,
)

FRAME = Rect(0, 0, 300, 300)
DISC = {
    "type": "shape",
    "shape": "ellipse",
    "box": box_data(50, 50, 200, 200),
    "fill": {"type": "color", "color": "#FF8000"},
}


@pytest.mark.parametrize("radius", [0.5, 1, 2.4, 5, 7.9])
def test_erosion_takes_the_least_within_a_disc(radius: float) -> None:
    rng = np.random.default_rng(1)
    mask = rng.integers(0, 256, (40, 50)).astype(np.uint8)
    mask[5:35, 5:45] |= 128
    reach = int(radius)
    padded = np.pad(mask, reach, constant_values=255)
    expected = mask.copy()
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dx * dx + dy * dy <= radius * radius:
                moved = padded[reach + dy : reach + dy + 40, reach + dx : reach + dx + 50]
                expected = np.minimum(expected, moved)
    assert np.array_equal(erode_mask(mask, radius), expected)


@pytest.mark.parametrize("piece", GALLERY, ids=lambda piece: piece.name)
def test_coverage_is_the_alpha_of_the_drawing(piece: Any) -> None:
    data = {**piece.design_data, "placements": {"front": {**piece.design_data["placements"]["front"]}}}
    data["placements"]["front"]["background"] = CLEAR
    (layout,) = lay_out_data(data, make_pictures())
    drawn = compose_canvas(layout, 300).to_image()
    covered = draw_coverage(layout, Viewport(1.0, 0, 0, 300, 300))
    difference = np.abs(np.asarray(covered, np.int16) - np.asarray(drawn.getchannel("A"), np.int16))
    assert int(difference.max()) <= 3  # levels of several layers are rounded one by one


def test_a_photo_without_alpha_is_not_decoded_for_its_coverage() -> None:
    stored = StoredImage(photo(800, 600))
    (layout,) = lay_out_data(long_form(image_layer(rotation=20), background=CLEAR), {ASSET: stored.picture()})
    stored.reads.clear()
    draw_white(layout, WhiteInk(), FRAME)
    assert stored.reads["full"] == 0


def test_white_ends_before_the_art_by_the_choke() -> None:
    (layout,) = lay_out_data(long_form(DISC, background=CLEAR))
    mask, viewport = draw_white(layout, WhiteInk(choke_mm=0.5), FRAME)
    across = np.flatnonzero(np.asarray(mask)[mask.height // 2] > 127)
    assert (across[0] / viewport.zoom, (across[-1] + 1) / viewport.zoom) == pytest.approx((50.5, 249.5), abs=0.1)


@needs_ghostscript
@pytest.mark.parametrize("inks", [False, pytest.param(True, marks=needs_profile)])
def test_white_is_under_the_art_and_changes_no_other_plate(inks: bool, tmp_path: Path) -> None:
    pictures = {ASSET: StoredImage(sticker()).picture()}
    layers = [DISC, image_layer(box=box_data(180, 180, 110, 110)), text_layer("White", size=60, color="#0040FF")]
    (layout,) = lay_out_data(long_form(*layers, background=CLEAR), pictures)
    press = Press(CMYK_PROFILE.read_bytes()) if inks else Press()
    plain = separate_with_ghostscript(make_pdf([layout], PdfJob(press=press)), 72, tmp_path)
    plates = separate_with_ghostscript(make_pdf([layout], PdfJob(press=press, white=WhiteInk())), 72, tmp_path)
    for name in ("Cyan", "Magenta", "Yellow", "Black"):
        assert np.abs(plates[name].astype(int) - plain[name]).max() <= 1, name
    height, width = plates["White"].shape
    covered = np.asarray(draw_coverage(layout, Viewport(width / 300, 0, 0, width, height)), int)
    difference = np.abs(plates["White"].astype(int) - covered)
    assert difference.mean() < 2  # the choke
    assert plates["White"][covered == 0].max() == 0
    inside = erode_mask(covered.astype(np.uint8), 3)
    assert plates["White"][inside == 255].min() == 255


def test_viewers_show_the_art_as_it_is_with_white_beneath_it() -> None:
    (layout,) = lay_out_data(long_form(DISC, background=CLEAR))
    plain, with_white = (
        rasterize_pdf(make_pdf([layout], job), 300, 300) for job in (PdfJob(), PdfJob(white=WhiteInk()))
    )
    assert mean_difference(plain, with_white) < 0.1


@needs_profile
def test_plates_as_data_say_how_much_ink_they_take() -> None:
    half = {
        **DISC,
        "shape": "rectangle",
        "box": box_data(0, 0, 150, 300),
        "fill": {"type": "color", "color": "#000000"},
    }
    (layout,) = lay_out_data(long_form(half, background=CLEAR))
    plates = {
        each.name: each for each in separate_plates(layout, Press(CMYK_PROFILE.read_bytes()), WhiteInk(choke_mm=0))
    }
    assert list(plates) == ["Cyan", "Magenta", "Yellow", "Black", "White"]
    assert plates["White"].coverage == pytest.approx(50, abs=0.1)
    assert 25 < plates["Black"].coverage <= 50
    with Image.open(io.BytesIO(plates["White"].to_png(150))) as film:
        assert film.mode == "L"
        assert film.info["dpi"] == pytest.approx((150, 150), abs=0.1)
        assert film.getpixel((10, 10)) == 0
        assert film.getpixel((film.width - 10, 10)) == 255


def test_without_a_profile_there_are_no_plates_of_a_press() -> None:
    (layout,) = lay_out_data(long_form(DISC, background=CLEAR))
    assert [each.name for each in separate_plates(layout, Press(), WhiteInk())] == ["White"]
