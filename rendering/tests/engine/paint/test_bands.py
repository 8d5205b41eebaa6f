"""A large canvas is drawn and written in bands: the same pixels as at once, with little memory."""

import hashlib
import io
import tempfile
from typing import Any

import pytest
from PIL import Image

from customify.testing.spawn import PROJECT
from rendering.engine.encode import png, png_filters
from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.paint import canvas, flat_canvas
from rendering.engine.values import Drawing, Output, Watermark
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, SQUARE, long_form, record_image_sizes, text_layer

STOPS = [{"offset": 0, "color": "#5E60CE"}, {"offset": 0.4, "color": "#80FFDB"}, {"offset": 1, "color": "#1B1B3A"}]
RADIAL = {"type": "radial", "x": 0.3, "y": 0.7, "stops": STOPS}
LINEAR = {"type": "linear", "angle": 33, "stops": STOPS}
BOX = {"x": 80, "y": 90, "width": 400, "height": 300}
LAYERS: dict[str, list[dict[str, Any]]] = {
    "rotated letters with an outline": [
        text_layer("Bands &", size=170, rotation=17, outline={"width": 7, "color": "#000000"})
    ],
    "hard shadow": [text_layer("Hard", size=200, shadow={"x": 9, "y": 9, "blur": 0})],
    "soft shadow": [text_layer("Soft", size=200, rotation=-8, shadow={"x": 3, "y": 5, "blur": 7})],
    "shadow so wide that it is drawn smaller": [text_layer("Wide", size=200, shadow={"x": 3, "y": 5, "blur": 40})],
    "on an arc, transparent, multiplied": [
        text_layer("ROUND AND ROUND", size=90, arc=200, opacity=0.6, blend="multiply")
    ],
    "joined letters around a circle": [
        text_layer("Slow नमस्ते", font="Pacifico-Regular", size=90, path={"type": "circle", "radius": 150},
                   outline={"width": 4, "color": "#000000"}, shadow={"x": 5, "y": 5, "blur": 3})
    ],
    "a transparent group in screen mode": [
        {"type": "group", "rotation": 20, "opacity": 0.7, "blend": "screen", "layers": [
            text_layer("One", size=150, color="#FF0000"),
            text_layer("Two", size=190, color="#00FF00", shadow={"blur": 3})]},
    ],
    "shapes": [
        {"type": "shape", "shape": "star", "box": BOX, "fill": RADIAL, "rotation": 11,
         "stroke": {"width": 6, "color": "#FFFFFF", "dash": [20, 9]}},
        {"type": "shape", "shape": "heart", "box": BOX, "fill": LINEAR, "opacity": 0.5, "rotation": -40},
    ],
    "a QR code": [{"type": "qr", "value": "https://example.com/t/1", "box": BOX, "rotation": 7}],
    "an upright QR code": [
        {"type": "qr", "value": "1", "box": {**BOX, "x": 80.3, "y": 91.7}, "rotation": 90, "logo": {}},
    ],
    "script from other fonts": [text_layer("नमस्ते ☕ שלום", size=120)],
}  # fmt: skip
BACKGROUNDS = {
    "radial": RADIAL,
    "linear": LINEAR,
    "clear": {"type": "transparent"},
    "flat": {"type": "color", "color": "#204060"},
}


def drawn(data: dict[str, Any], size: int, **more: Any) -> Drawing:
    output = Output("print.png", more.pop("kind", "print_file"), "png", size)
    return draw(data, RULES, installed_fonts(), [output], fallbacks=fallback_fonts(), areas=[SQUARE], **more)


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as found:
        return found.convert("RGBA")


def in_bands(patch: pytest.MonkeyPatch, at_once: int = 13_000) -> None:
    patch.setattr(flat_canvas, "BAND_PIXELS", 20_000)
    patch.setattr(canvas, "COLOR_BAND_PIXELS", at_once)


@pytest.mark.parametrize("size", [431, 900])
@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("layers", LAYERS)
def test_bands_together_equal_the_whole_image(
    layers: str, background: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = long_form(*LAYERS[layers], background=BACKGROUNDS[background])
    whole = opened(drawn(data, size).files[0].data)
    in_bands(monkeypatch)
    assert opened(drawn(data, size).files[0].data).tobytes() == whole.tobytes()


@pytest.mark.parametrize("place", ["corner", "tiled"])
def test_a_watermark_is_whole_across_bands(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data, mark = long_form(background=LINEAR), Watermark(text="PREVIEW", font="Bebas-Bold", place=place)
    whole = opened(drawn(data, 500, watermark=mark, kind="preview").files[0].data)
    in_bands(monkeypatch)
    assert opened(drawn(data, 500, watermark=mark, kind="preview").files[0].data).tobytes() == whole.tobytes()


def test_no_image_is_larger_than_a_band(monkeypatch: pytest.MonkeyPatch) -> None:
    in_bands(monkeypatch)
    sizes = record_image_sizes(monkeypatch)
    data = long_form(
        *LAYERS["soft shadow"], *LAYERS["a transparent group in screen mode"], background=BACKGROUNDS["clear"]
    )
    drawn(data, 900)
    assert len(sizes) > 50
    assert max(sizes) <= 13_000


def test_a_sink_gets_the_same_bytes_as_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_IDAT_BYTES", 10_000)
    monkeypatch.setattr(png_filters, "_CHUNK_BYTES", 1 << 18)
    data = long_form(*LAYERS["shapes"], background=RADIAL)
    held = drawn(data, 700).files[0]
    assert held.data.count(b"IDAT") > 2
    writes: list[int] = []

    class Stream(io.BytesIO):
        def write(self, data: Any) -> int:
            writes.append(len(data))
            return super().write(data)

    stream = Stream()
    written = drawn(data, 700, sink=lambda _: stream).files[0]
    assert stream.getvalue() == held.data
    assert not stream.closed
    assert max(writes) < len(held.data) * 0.6
    assert (written.data, written.size, written.sha256) == (b"", len(held.data), hashlib.sha256(held.data).hexdigest())
    assert (held.size, held.sha256) == (written.size, written.sha256)


def test_a_sink_may_leave_some_files_in_memory() -> None:
    wanted = parse_outputs(["preview.png:60", "thumbnail.webp:20"])
    with tempfile.TemporaryFile() as stream:
        preview, thumbnail = draw(
            long_form(text_layer("Hi")),
            RULES,
            installed_fonts(),
            wanted,
            areas=[SQUARE],
            sink=lambda output: stream if output.format == "png" else None,
        ).files
        stream.seek(0)
        assert len(stream.read()) == preview.size > 0
    assert (preview.data, thumbnail.size) == (b"", len(thumbnail.data))


def test_the_stop_callback_is_called_in_every_band(monkeypatch: pytest.MonkeyPatch) -> None:
    in_bands(monkeypatch)
    calls = 0

    def check_stop() -> None:
        nonlocal calls
        calls += 1

    drawn(long_form(text_layer("One"), background=LINEAR), 900, check_stop=check_stop)
    assert calls > 900 * 900 / 13_000


def test_sixty_megapixels_take_no_more_memory_than_a_few_bands() -> None:
    """Measured in another process, as the growth of its peak memory."""
    import subprocess
    import sys

    program = [sys.executable, "-m", "rendering.tests.support.large_print_file"]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=PROJECT)
    assert float(done.stdout) < 60, done.stdout  # MB
