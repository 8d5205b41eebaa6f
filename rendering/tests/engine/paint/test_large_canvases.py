import zlib

import pytest

from rendering.engine.paint import flat_canvas
from rendering.engine.values import Area, DrawLimitError, DrawLimits, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, SQUARE, long_form, open_rgb, record_image_sizes, text_layer

DATA = long_form(
    text_layer("Large\nprint", size=200, rotation=10), text_layer("small", size=20, rotation=-80), background="#204060"
)


def png(size: int, areas: tuple[Area, ...] = (SQUARE,), bounds: DrawLimits = DrawLimits()) -> bytes:  # noqa: B008
    wanted = [Output("print.png", "print_file", "png", size)]
    return draw(DATA, RULES, installed_fonts(), wanted, areas=areas, bounds=bounds).files[0].data


def test_bands_hold_the_pixels_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = open_rgb(png(900))
    monkeypatch.setattr(flat_canvas, "BAND_PIXELS", 20_000)
    assert open_rgb(png(900)).tobytes() == whole.tobytes()


def test_no_more_is_drawn_at_once_than_a_band(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_canvas, "BAND_PIXELS", 20_000)
    sizes = record_image_sizes(monkeypatch)
    png(900)
    assert len(sizes) > 20
    assert max(sizes) <= 20_000 + 900


def test_a_print_file_of_24_megapixels_is_whole() -> None:
    data = png(5400, (Area("front", 450, 540),))
    assert data[16:24] == (4500).to_bytes(4, "big") + (5400).to_bytes(4, "big")
    length = int.from_bytes(data[data.index(b"IDAT") - 4 : data.index(b"IDAT")], "big")
    start = data.index(b"IDAT") + 4
    assert len(zlib.decompress(data[start : start + length])) == 4501 * 5400


def test_a_file_of_more_pixels_than_allowed_is_refused_before_any_work() -> None:
    with pytest.raises(DrawLimitError, match=r"print\.png would have 8000 × 8000 px; at most 60 megapixels are drawn"):
        png(8000)
    with pytest.raises(DrawLimitError):
        png(600, bounds=DrawLimits(pixels=359_999))
    assert png(600, bounds=DrawLimits(pixels=360_000))
