"""Print files of pixels: PNG and TIFF in the real size, mirrored, in inks, with a white mask beside them."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from rendering.engine.color.icc import SRGB_PROFILE
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.plates import WhiteInk
from rendering.engine.pdf.raster_files import write_png, write_tiff, write_white_mask
from rendering.engine.values import Area
from rendering.tests.support.drawings import CLEAR, long_form, text_layer
from rendering.tests.support.photos import ASSET, StoredImage, box_data, image_layer, photo
from rendering.tests.support.print_files import CMYK_PROFILE, draw_preview, flatten, lay_out_data, needs_profile

AREA = Area("front", 101.6, 50.8)  # 4 × 2 inches
PICTURES = {ASSET: StoredImage(photo(800, 400)).picture()}
MIXED = [image_layer(box=box_data(0, 0, 50, 50.8)), text_layer("Mirror", font="Pacifico-Regular", color="#204060")]


def draw(write: Any, *layers: dict[str, Any], background: Any = CLEAR, dpi: float = 300, **more: Any) -> Image.Image:
    (layout,) = lay_out_data(long_form(*layers, background=background), PICTURES, [AREA])
    out = io.BytesIO()
    write(layout, dpi, out, **more)
    image = Image.open(io.BytesIO(out.getvalue()))
    image.load()
    return image


def layout_of(*layers: dict[str, Any], background: Any = CLEAR) -> Any:
    return lay_out_data(long_form(*layers, background=background), PICTURES, [AREA])[0]


@pytest.mark.parametrize("layers", [[text_layer("Flat", color="#204060")], MIXED], ids=["flat", "mixed"])
def test_a_png_has_the_size_of_its_dpi_and_a_transparent_ground(layers: list[dict[str, Any]]) -> None:
    image = draw(write_png, *layers)
    assert image.size == (1200, 600)
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    assert alpha[0, -1] == 0
    assert alpha.max() == 255


@pytest.mark.parametrize("layers", [[text_layer("Flat", color="#204060")], MIXED], ids=["flat", "mixed"])
@pytest.mark.parametrize("write", [write_png, write_tiff])
def test_a_mirrored_file_is_the_mirror_image(write: Any, layers: list[dict[str, Any]]) -> None:
    plain, mirrored = (flatten(draw(write, *layers, is_mirrored=value).convert("RGBA")) for value in (False, True))
    difference = np.abs(np.asarray(ImageOps.mirror(plain), np.int16) - np.asarray(mirrored, np.int16))
    assert int(difference.max()) <= 1
    assert np.abs(np.asarray(plain, np.int16) - np.asarray(mirrored, np.int16)).max() > 100


def test_a_tiff_of_rgb_is_the_drawing_on_white() -> None:
    image = draw(write_tiff, *MIXED)
    assert (image.format, image.mode, image.size) == ("TIFF", "RGB", (1200, 600))
    assert image.info["compression"] == "tiff_lzw"
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    assert image.info["icc_profile"] == SRGB_PROFILE
    expected = draw_preview(layout_of(*MIXED), 1200)
    assert np.abs(np.asarray(image, np.int16) - np.asarray(expected, np.int16)).max() <= 1


@needs_profile
def test_a_tiff_of_inks_is_separated_by_the_press() -> None:
    press = Press(CMYK_PROFILE.read_bytes(), 260)
    image = draw(write_tiff, *MIXED, press=press)
    assert (image.mode, image.size) == ("CMYK", (1200, 600))
    assert image.info["icc_profile"] == press.profile
    expected = press.separate(draw_preview(layout_of(*MIXED), 1200))
    assert np.abs(np.asarray(image, np.int16) - np.asarray(expected, np.int16)).max() <= 4
    assert np.asarray(image, np.int64).sum(axis=2).max() <= 261 * 2.55


def test_a_tiff_of_many_strips_is_whole(tmp_path: Any) -> None:
    (layout,) = lay_out_data(long_form(*MIXED), PICTURES, [AREA])
    out = io.BytesIO()
    write_tiff(layout, 700, out)
    with Image.open(io.BytesIO(out.getvalue())) as image:
        assert image.size == (2800, 1400)
        assert len(image.tag_v2[273]) > 1  # type: ignore[attr-defined]
        drawn = compose_canvas(layout, 2800).to_image().convert("RGB")
        assert np.abs(np.asarray(image, np.int16) - np.asarray(drawn, np.int16)).max() <= 1


def test_the_white_mask_lies_over_the_png_px_by_px() -> None:
    out = io.BytesIO()
    plate = write_white_mask(layout_of(*MIXED), WhiteInk(choke_mm=0, dpi=300), out)
    with Image.open(io.BytesIO(out.getvalue())) as mask:
        assert mask.size == (1200, 600)
        alpha = np.asarray(draw(write_png, *MIXED).getchannel("A"), np.int16)
        assert np.abs((255 - np.asarray(mask, np.int16)) - alpha).max() <= 2
    assert 49 < plate.coverage < 80


def test_the_same_file_has_the_same_bytes() -> None:
    files = []
    for _ in range(2):
        out = io.BytesIO()
        write_tiff(layout_of(*MIXED), 150, out)
        files.append(out.getvalue())
    assert files[0] == files[1]
