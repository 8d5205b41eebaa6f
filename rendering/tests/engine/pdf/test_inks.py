"""Files of inks: colours through the profile of a press, mixing as the preview has it, and black that overprints."""

from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from rendering.engine.geometry.rect import Rect
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.pdf import pictures as pictures_pdf
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.document import PdfJob
from rendering.engine.pdf.mixing import find_mixed_areas
from rendering.gallery.pictures import make_pictures
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.photos import ASSET, StoredImage, box_data, image_layer, photo, sticker
from rendering.tests.support.print_files import (
    CMYK_PROFILE,
    draw_preview,
    lay_out_data,
    make_pdf,
    needs_ghostscript,
    needs_profile,
    open_pdf,
    rasterize_inks,
    separate_with_ghostscript,
)

pytestmark = [needs_profile, needs_ghostscript]
LIMIT = 2.0  # of 255
MAX_INK = 280.0
FRAME = Rect(0, 0, 300, 300)


def make_job(**more: Any) -> PdfJob:
    return PdfJob(press=Press(CMYK_PROFILE.read_bytes(), MAX_INK), **more)


def plate(x: float, y: float, color: str, **more: Any) -> dict[str, Any]:
    fill = {"type": "color", "color": color}
    return {"type": "shape", "shape": "rectangle", "box": box_data(x, y, 100, 100), "fill": fill, **more}


@pytest.mark.parametrize("name", ["shadow", "groups", "masks", "badge", "shapes", "photo"])
def test_inks_are_those_of_the_preview(name: str, tmp_path: Path) -> None:
    """What blends, too: in each ink, as if the preview itself had been separated."""
    piece = next(piece for piece in GALLERY if piece.name == name)
    (layout,) = lay_out_data(piece.design_data, make_pictures())
    job, preview = make_job(), draw_preview(layout)
    expected = np.asarray(job.press.separate(preview), np.int16)
    found = rasterize_inks(make_pdf([layout], job), preview.size, tmp_path)
    assert float(np.abs(found - expected).mean()) <= LIMIT
    assert found.sum(axis=2).max() <= (MAX_INK + 3) / 100 * 255  # JPEG and rounding


def test_what_overlaps_on_a_transparent_ground_is_mixed_once(tmp_path: Path) -> None:
    layers = [plate(20, 20, "#FF0000", opacity=0.5), plate(80, 80, "#0000FF", opacity=0.5, blend="multiply")]
    layers += [plate(50, 50, "#00A050"), plate(150, 150, "#FFCC00", opacity=0.4)]
    (layout,) = lay_out_data(long_form(*layers, background=CLEAR))
    job, drawn = make_job(), compose_canvas(layout, 600).to_image()
    alpha = np.asarray(drawn.getchannel("A"), np.float64)[..., None] / 255
    expected = np.rint(np.asarray(job.press.separate(drawn.convert("RGB"))) * alpha)  # paper has no ink
    found = rasterize_inks(make_pdf([layout], job), drawn.size, tmp_path)
    assert float(np.abs(found - expected).mean()) <= LIMIT
    areas = find_mixed_areas(layout, FRAME)
    assert list(areas) == [3]
    assert areas[3].bounds == pytest.approx((20, 20, 250, 250))


def test_areas_that_are_apart_stay_apart_and_plain_layers_stay_outlines() -> None:
    layers = [plate(0, 0, "#FF0000", opacity=0.5), plate(150, 150, "#0000FF", opacity=0.5), text_layer("Over")]
    (layout,) = lay_out_data(long_form(*layers))
    assert sorted(find_mixed_areas(layout, FRAME)) == [0, 1]


@pytest.mark.parametrize(
    "image",
    [pytest.param(photo(200, 150), id="without alpha"), pytest.param(sticker(), id="cut out")],
)
def test_a_picture_that_is_not_translucent_keeps_its_own_pixels(image: Image.Image) -> None:
    (layout,) = lay_out_data(long_form(image_layer()), {ASSET: StoredImage(image).picture()})
    assert find_mixed_areas(layout, FRAME) == {}


def test_a_soft_picture_mixes() -> None:
    image = photo(200, 150).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    (layout,) = lay_out_data(long_form(image_layer()), {ASSET: StoredImage(image).picture()})
    assert list(find_mixed_areas(layout, FRAME)) == [0]


def test_black_is_one_ink() -> None:
    (layout,) = lay_out_data(long_form(text_layer("Black", color="#000000")))
    document = open_pdf(make_pdf([layout], make_job()))
    assert b"0 0 0 1 k" in document.pages[0].Contents.read_bytes()


def test_black_text_overprints_a_flat_colour_and_leaves_its_ink_whole(tmp_path: Path) -> None:
    text = text_layer("■■■", color="#000000", font="Roboto-Regular", size=120)
    (layout,) = lay_out_data(long_form(text, background="#FFDD00"))
    plates = separate_with_ghostscript(make_pdf([layout], make_job()), 72, tmp_path)
    black = plates["Black"] == 255
    assert black.sum() > 1000
    yellow = plates["Yellow"]
    assert int(yellow[black].min()) == int(yellow.max()) > 200


def test_black_text_over_a_photo_is_knocked_out(tmp_path: Path) -> None:
    text = text_layer("■■■", color="#000000", font="Roboto-Regular", size=120)
    pictures = {ASSET: StoredImage(photo(400, 400)).picture()}
    (layout,) = lay_out_data(long_form(image_layer(), text), pictures)
    plates = separate_with_ghostscript(make_pdf([layout], make_job()), 72, tmp_path)
    black = plates["Black"] == 255
    assert black.sum() > 1000
    assert max(int(plates[name][black].max()) for name in ("Cyan", "Magenta", "Yellow")) == 0


def test_ink_under_black_text_stays_within_the_limit(tmp_path: Path) -> None:
    text = text_layer("■■■", color="#000000", font="Roboto-Regular", size=120)
    (layout,) = lay_out_data(long_form(text, background="#2B1A0C"))
    plates = separate_with_ghostscript(make_pdf([layout], make_job()), 72, tmp_path)
    total = sum(plates[name].astype(int) for name in ("Cyan", "Magenta", "Yellow", "Black"))
    assert int(np.asarray(total).max()) <= (MAX_INK + 1) / 100 * 255


def test_a_large_photo_that_mixes_is_a_jpeg_with_a_mask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures_pdf, "_LOSSLESS_PIXELS", 1000)
    pictures = {ASSET: StoredImage(photo(400, 400)).picture()}
    layer = image_layer(opacity=0.5, mask="circle", box=box_data(50, 50, 200, 200))
    (layout,) = lay_out_data(long_form(layer, background=CLEAR), pictures)
    job, drawn = make_job(), compose_canvas(layout, 600).to_image()
    data = make_pdf([layout], job)
    document = open_pdf(data)
    images = [one for one in document.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    (colored,) = [one for one in images if one.ColorSpace == "/DeviceCMYK"]
    assert colored.Filter == "/DCTDecode"
    assert colored.SMask.ColorSpace == "/DeviceGray"
    alpha = np.asarray(drawn.getchannel("A"), np.float64)[..., None] / 255
    expected = np.rint(np.asarray(job.press.separate(drawn.convert("RGB"))) * alpha)
    assert float(np.abs(rasterize_inks(data, drawn.size, tmp_path) - expected).mean()) <= LIMIT
