"""QR codes are read by another program, and their modules are whole pixels."""

from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from rendering.engine.geometry.transform import Transform
from rendering.engine.layout import qr as qr_layout
from rendering.engine.layout.page import lay_out
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.paint.flat_canvas import FlatCanvas
from rendering.engine.schema import Qr
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.fonts.catalogue import installed_fonts
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


@pytest.mark.parametrize("size", [150, 333, 600, 1_000])
def test_modules_of_an_upright_code_are_whole_pixels(size: int) -> None:
    picture = draw_layers_image([code(color="#000000")], size).convert("L")
    assert set(picture.tobytes()) == {0, 255}
    left, top, right, bottom = picture.point(lambda value: 255 - value).getbbox() or (0, 0, 0, 0)
    across = right - left
    assert across == bottom - top
    row = picture.crop((left, top, right, top + 1)).tobytes()
    module = row.index(255) // 7  # the finder pattern is 7 modules wide
    assert across % module == 0
    assert all(len(set(row[start : start + module])) == 1 for start in range(0, across, module))


def test_the_quiet_zone_has_the_requested_width() -> None:
    widths = []
    for quiet in (0, 4):
        picture = draw_layers_image([code("1", quiet=quiet)], 1_000).convert("L").point(lambda value: 255 - value)
        left, _, right, _ = picture.getbbox() or (0, 0, 0, 0)
        widths.append(right - left)
    assert widths[0] == pytest.approx(800, abs=21)
    assert widths[1] == pytest.approx(800 * 21 / 29, abs=29)


@pytest.mark.parametrize("background", [None, "#FFFFFF"])
def test_a_code_on_one_color_is_a_palette_image(background: str | None) -> None:
    """Also where its background has the color of the design's background."""
    data = long_form(code(background=background))
    (placement,) = parse_design(data, LENIENT_RULES, installed_fonts(), [AREA]).placements
    canvas = compose_canvas(lay_out(placement, installed_fonts(), load_faces), 600)
    assert isinstance(canvas, FlatCanvas)
    assert draw_layers([code(background=background)], 600).files[0].data[25] == 3  # the PNG's colour type


def test_a_blended_background_of_the_same_color_is_kept() -> None:
    grey = {"type": "color", "color": "#808080"}
    mixed = draw_layers_image([code(background="#808080", blend="multiply")], 200, grey)
    assert mixed.getpixel((30, 30)) == (0x40, 0x40, 0x40)


def test_modules_smaller_than_a_pixel_are_drawn_by_coverage() -> None:
    large = draw_layers_image([code("x" * 200)], 2_000).convert("L").resize((40, 40), Image.Resampling.BOX)
    small = draw_layers_image([code("x" * 200)], 40).convert("L")
    assert len(set(small.tobytes())) > 20
    # Large modules are whole pixels, so the code is a little smaller than its box.
    assert ImageStat.Stat(ImageChops.difference(large, small)).mean[0] < 16


@pytest.mark.parametrize("turns", [1, 2, 3, -1, 4])
def test_quarter_turns_keep_modules_whole_pixels(turns: int) -> None:
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
