"""QR codes are as large as asked at every size, and read by another program."""

import math
from typing import Any

import pytest
import segno
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from rendering.engine.geometry.transform import Transform
from rendering.engine.layout import qr as qr_layout
from rendering.engine.layout.page import lay_out
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.paint.flat_canvas import FlatCanvas
from rendering.engine.schema import Qr
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import collect_asset_ids, parse_design
from rendering.fonts.catalogue import installed_fonts
from rendering.gallery.pictures import BADGE, LANDSCAPE, make_pictures
from rendering.tests.support.contexts import layout_context
from rendering.tests.support.drawings import LENIENT_RULES, long_form
from rendering.tests.support.layers import AREA, draw_layers, draw_layers_image, layer_problems

ADDRESS = "https://example.com/t/1?name=Ada"


def code(value: str = ADDRESS, side: float = 80, **more: Any) -> dict[str, Any]:
    return {"type": "qr", "value": value, "box": {"x": 10, "y": 10, "width": side, "height": side}, **more}


def read(layer: dict[str, Any], size: int = 600, background: dict[str, Any] | None = None) -> list[str]:
    picture = draw_layers_image([layer], size, background or {"type": "color", "color": "#FFFFFF"})
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("RGB"))]


@pytest.mark.parametrize("size", [100, 200, 333, 600, 1_200])
@pytest.mark.parametrize("rotation", [0, 17, 90])
def test_a_code_is_read_at_every_size_and_rotation(size: int, rotation: float) -> None:
    assert read(code(rotation=rotation), size) == [ADDRESS]


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("value", ["1", "HELLO 123", "Grüße, 日本 · 😀", "x" * 300])
def test_a_code_is_read_whatever_its_value(value: str, level: str) -> None:
    assert read(code(value, level=level), 900) == [value]


def test_each_level_survives_its_promised_damage() -> None:
    hole = {
        "type": "shape", "shape": "ellipse", "box": {"x": 40, "y": 40, "width": 22, "height": 22},
        "fill": {"type": "color", "color": "#FFFFFF"},
    }  # fmt: skip
    picture = draw_layers_image([code(level="H"), hole], 600)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [ADDRESS]


def test_a_code_is_read_in_color_and_over_other_layers() -> None:
    sand = {"type": "color", "color": "#FFD166"}
    assert read(code(color="#1F3A5F", background=None), 600, sand) == [ADDRESS]
    assert read(code(color="#1F3A5F", background="#FFF3DC"), 600, {"type": "color", "color": "#000000"}) == [ADDRESS]


@pytest.mark.parametrize("rotation", [0, 31])
@pytest.mark.parametrize("size", [200, 250, 333, 601, 1_777, 4_500])
def test_background_and_modules_are_as_large_as_asked(size: int, rotation: float) -> None:
    """Measured by their areas, so to fractions of a pixel."""
    layer = code("1", side=57.3, rotation=rotation, color="#FF0000", background="#0000FF")
    red, green, _ = draw_layers_image([layer], size).split()
    whole = 255 - ImageStat.Stat(green).mean[0]
    dark = whole - (255 - ImageStat.Stat(red).mean[0])
    assert math.sqrt(whole / 255) * 100 == pytest.approx(57.3, rel=2e-3)
    assert dark / whole == pytest.approx(count_dark("1") / 29**2, rel=5e-3)


def count_dark(value: str) -> int:
    return sum(map(sum, segno.make_qr(value, error="M").matrix))


@pytest.mark.parametrize("rotation", [0, 23])
@pytest.mark.parametrize("more", [{}, {"logo": {}}, {"background": "#FFD166", "quiet": 1}])
def test_a_code_of_600_pixels_is_one_of_3600_reduced(rotation: float, more: dict[str, Any]) -> None:
    layer = code(side=61.7, rotation=rotation, **more)
    reduced = draw_layers_image([layer], 3_600).resize((600, 600), Image.Resampling.BOX)
    difference = ImageChops.difference(draw_layers_image([layer], 600), reduced)
    assert max(ImageStat.Stat(difference).mean) < 0.1
    assert max(difference.tobytes()) <= 4


def test_modules_that_fall_on_whole_pixels_have_sharp_edges() -> None:
    for rotation in (0, 90, 180, -90):
        picture = draw_layers_image([code("1", side=58, rotation=rotation)], 200).convert("L")
        assert set(picture.tobytes()) == {0, 255}


def test_the_quiet_zone_has_the_requested_width() -> None:
    widths = []
    for quiet in (0, 4):
        picture = draw_layers_image([code("1", quiet=quiet)], 1_000).convert("L").point(lambda value: 255 - value)
        left, _, right, _ = picture.getbbox() or (0, 0, 0, 0)
        widths.append(right - left)
    assert widths[0] == 800
    assert widths[1] == pytest.approx(800 * 21 / 29, abs=2)


@pytest.mark.parametrize("background", [None, "#FFFFFF"])
def test_a_code_on_one_color_is_a_palette_image(background: str | None) -> None:
    """Also where its background has the color of the design's background."""
    data = long_form(code(background=background))
    (placement,) = parse_design(data, LENIENT_RULES, installed_fonts(), [AREA]).placements
    canvas = compose_canvas(lay_out(placement, installed_fonts(), load_faces), 600)
    assert isinstance(canvas, FlatCanvas)
    assert draw_layers([code(background=background)], 600).files[0].data[25] == 3  # the PNG's colour type


def test_a_logo_is_a_picture_in_the_middle_on_a_plate_of_whole_modules() -> None:
    """In the badge, the outermost ring is cream and the next one red."""
    pictures, side = make_pictures(), 82.0  # 33 modules of the code and 8 of its margin, 2 mm each
    layer = code(side=side, logo={"asset": BADGE, "size": 0.2, "quiet": 1}, color="#0000FF")
    picture = draw_layers_image([layer], 1_000, pictures=pictures)
    modules = qr_layout.place_layer(0, Qr.model_validate(code(logo={})), layout_context(), Transform()).drawn_modules
    assert len(modules) == 33
    assert [number for number in range(33) if not modules[number, 12:21].any()] == list(range(12, 21))
    module, middle = 20, 10 * (10 + side / 2)  # px
    logo = 0.2 * 33 * module  # with its border, 8.6 modules: the plate has 9
    around = [round(middle + sign * (logo / 2 + module / 3)) for sign in (-1, 1)]
    assert {picture.getpixel((x, round(middle))) for x in around} == {(255, 255, 255)}
    ring = picture.getpixel((round(middle - 0.43 * logo), round(middle)))
    assert ring == pytest.approx((0xD1, 0x49, 0x5B), abs=12)


def test_a_logo_is_rotated_and_faded_with_its_code() -> None:
    pictures, layer = make_pictures(), code(logo={"asset": LANDSCAPE})
    upright = draw_layers_image([layer], 600, pictures=pictures)
    turned = draw_layers_image([{**layer, "rotation": 90}], 600, pictures=pictures)
    assert ImageStat.Stat(ImageChops.difference(turned, upright.rotate(-90))).mean[0] < 0.5
    faded = draw_layers_image([{**layer, "opacity": 0.5}], 600, pictures=pictures)
    halved = Image.blend(Image.new("RGB", (600, 600), "white"), upright, 0.5)
    assert max(ImageChops.difference(faded, halved).tobytes()) <= 2


def test_the_assets_of_logos_are_in_the_result_and_must_exist() -> None:
    drawing = draw_layers([code(logo={"asset": BADGE}), code(logo={})], 100, pictures=make_pictures())
    assert drawing.assets == (BADGE,)
    at = "/placements/front/layers/0/logo"
    assert layer_problems([code(logo={"asset": BADGE})]) == [(f"{at}/asset", "unknown_asset")]
    assert layer_problems([code(logo={"asset": "x"})]) == [(f"{at}/asset", "invalid_asset")]
    assert layer_problems([code(logo={"size": 0.31})]) == [(f"{at}/size", "too_large")]
    group = {"type": "group", "layers": [code(logo={"asset": BADGE}), code(logo={"asset": "x"}), code(logo=None)]}
    assert collect_asset_ids(long_form(group)) == {BADGE}


def test_a_blended_background_of_the_same_color_is_kept() -> None:
    grey = {"type": "color", "color": "#808080"}
    mixed = draw_layers_image([code(background="#808080", blend="multiply")], 200, grey)
    assert mixed.getpixel((30, 30)) == (0x40, 0x40, 0x40)


def test_modules_smaller_than_a_pixel_are_drawn_by_coverage() -> None:
    large = draw_layers_image([code("x" * 200)], 2_000).convert("L").resize((40, 40), Image.Resampling.BOX)
    small = draw_layers_image([code("x" * 200)], 40).convert("L")
    assert len(set(small.tobytes())) > 20
    assert ImageStat.Stat(ImageChops.difference(large, small)).mean[0] < 0.2


@pytest.mark.parametrize("turns", [1, 2, 3, -1, 4])
def test_a_quarter_turn_turns_the_picture(turns: int) -> None:
    upright = draw_layers_image([code()], 600)
    assert draw_layers_image([code(rotation=90 * turns)], 600).tobytes() == upright.rotate(-90 * turns).tobytes()


def test_digits_and_capitals_need_fewer_modules() -> None:
    assert len(qr_layout.place_layer(0, Qr.model_validate(code("1" * 34)), layout_context(), Transform()).modules) == 21
    assert len(qr_layout.place_layer(0, Qr.model_validate(code("a" * 34)), layout_context(), Transform()).modules) > 21


def test_a_value_that_no_code_can_hold_is_refused() -> None:
    at = "/placements/front/layers/0/value"
    assert layer_problems([code("x" * 1_000, level="L")]) == []
    assert layer_problems([code("€" * 1_000, level="H")]) == [(at, "too_long")]
    assert layer_problems([code("")]) == [(at, "too_short")]
    assert layer_problems([code("x" * 1_001)]) == [(at, "too_long")]
    # A code costs as much as a text, and counts as one.
    assert layer_problems([code("x" * 1_000), code("y" * 1_000)]) == []
    assert layer_problems([code("x" * 1_000), code("y" * 1_000), code()]) == [("/placements", "too_long")]
