"""QR codes say what they should to a reader that is not ours, with modules that are whole pixels."""

from typing import Any

import pytest
import zxingcpp

from rendering.tests.engine.layered import draw_layers, pixels_of, problems_of

ADDRESS = "https://example.com/t/1?name=Ada"


def code(value: str = ADDRESS, side: float = 80, **more: Any) -> dict[str, Any]:
    return {"type": "qr", "value": value, "box": {"x": 10, "y": 10, "width": side, "height": side}, **more}


def read(layer: dict[str, Any], size: int = 600, background: dict[str, Any] | None = None) -> list[str]:
    picture = pixels_of([layer], size, background or {"type": "color", "color": "#FFFFFF"})
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("RGB"))]


@pytest.mark.parametrize("size", [100, 200, 333, 600, 1_200])
@pytest.mark.parametrize("rotation", [0, 17, 90])
def test_it_is_read_at_every_size_and_turn(size: int, rotation: float) -> None:
    assert read(code(rotation=rotation), size) == [ADDRESS]


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("value", ["1", "HELLO 123", "Grüße, 日本 · 😀", "x" * 300])
def test_it_is_read_whatever_it_says(value: str, level: str) -> None:
    assert read(code(value, level=level), 900) == [value]


def test_a_level_stands_the_damage_that_it_should() -> None:
    hole = {
        "type": "shape", "shape": "ellipse", "box": {"x": 40, "y": 40, "width": 22, "height": 22},
        "fill": {"type": "color", "color": "#FFFFFF"},
    }  # fmt: skip
    picture = pixels_of([code(level="H"), hole], 600)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [ADDRESS]


def test_colours_and_what_is_beneath() -> None:
    sand = {"type": "color", "color": "#FFD166"}
    assert read(code(color="#1F3A5F", background=None), 600, sand) == [ADDRESS]
    assert read(code(color="#1F3A5F", background="#FFF3DC"), 600, {"type": "color", "color": "#000000"}) == [ADDRESS]


@pytest.mark.parametrize("size", [150, 333, 600, 1_000])
def test_upright_every_module_is_whole_pixels(size: int) -> None:
    picture = pixels_of([code(color="#000000")], size).convert("L")
    assert set(picture.tobytes()) == {0, 255}
    left, top, right, bottom = picture.point(lambda value: 255 - value).getbbox() or (0, 0, 0, 0)
    across = right - left
    assert across == bottom - top
    row = picture.crop((left, top, right, top + 1)).tobytes()
    module = row.index(255) // 7  # the finder's edge is seven modules wide
    assert across % module == 0
    assert all(len(set(row[start : start + module])) == 1 for start in range(0, across, module))


def test_the_quiet_zone_is_as_wide_as_asked() -> None:
    widths = []
    for quiet in (0, 4):
        picture = pixels_of([code("1", quiet=quiet)], 1_000).convert("L").point(lambda value: 255 - value)
        left, _, right, _ = picture.getbbox() or (0, 0, 0, 0)
        widths.append(right - left)
    assert widths[0] == pytest.approx(800, abs=21)
    assert widths[1] == pytest.approx(800 * 21 / 29, abs=29)


def test_a_code_on_one_colour_is_a_palette_picture() -> None:
    assert draw_layers([code(background=None)], 600).files[0].data[25] == 3


def test_what_no_code_can_hold_is_refused() -> None:
    at = "/placements/front/layers/0/value"
    assert problems_of([code("x" * 1_000, level="L")]) == []
    assert problems_of([code("€" * 1_000, level="H")]) == [(at, "too_long")]
    assert problems_of([code("")]) == [(at, "too_short")]
    assert problems_of([code("x" * 1_001)]) == [(at, "too_long")]
