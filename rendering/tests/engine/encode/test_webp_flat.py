import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rendering.engine.color.srgb import RGB
from rendering.engine.encode import webp_flat
from rendering.engine.encode.formats import encode_canvas
from rendering.engine.paint.flat_canvas import FlatCanvas
from rendering.engine.values import Output

COLORS = st.tuples(*[st.integers(0, 255)] * 3)


def canvas(
    rows: list[bytes], size: int, top: int = 0, background: RGB = (250, 1, 90), ink: RGB = (3, 200, 91)
) -> FlatCanvas:
    """Return a canvas whose band has these rows of coverage."""
    band = b"".join(b"\0" + row for row in rows)
    return FlatCanvas(size, size, background, ink, 1.0, top, len(rows), lambda _top, _rows: band)


def assert_same_pixels(one: FlatCanvas) -> None:
    opened = Image.open(io.BytesIO(webp_flat.encode_flat_webp(one)))
    assert (opened.format, opened.size) == ("WEBP", (one.width, one.height))
    assert opened.convert("RGBA").tobytes() == one.to_image().convert("RGBA").tobytes()


@given(data=st.data(), size=st.integers(1, 40), background=COLORS, ink=COLORS)
def test_any_band_is_read_back_unchanged(data: st.DataObject, size: int, background: RGB, ink: RGB) -> None:
    top = data.draw(st.integers(0, size))
    levels = st.sampled_from([0, 255]) | st.integers(0, 255)
    row = st.lists(levels, min_size=size, max_size=size).map(bytes)
    rows = data.draw(st.lists(row | st.just(bytes(size)) | st.just(bytes([255]) * size), max_size=size - top))
    assert_same_pixels(canvas(rows, size, top, background, ink))


@pytest.mark.parametrize("seed", range(4))
def test_noise_without_a_fitting_code_is_read_back(seed: int) -> None:
    rng = random.Random(seed)
    assert_same_pixels(canvas([rng.randbytes(300) for _ in range(280)], 300, top=20 * (seed % 2)))


def test_copies_longer_than_one_token_are_split() -> None:
    size = 4_100
    full, empty = bytes([255]) * size, bytes(size)
    assert_same_pixels(canvas([full, full, empty, bytes([7]) + bytes(size - 1), full], size, top=1_000))


def test_an_empty_image_takes_a_few_hundred_bytes() -> None:
    blank = canvas([], 600)
    assert_same_pixels(blank)
    assert len(webp_flat.encode_flat_webp(blank)) < 500


def test_a_side_longer_than_the_format_allows_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 16384 px a side, not 16385"):
        webp_flat.encode_flat_webp(canvas([], 16_385))


@pytest.mark.parametrize("size", [100, 255, 256, 600])
def test_small_and_large_images_are_read_back_alike(size: int) -> None:
    one = canvas([bytes(range(100)) + bytes(size - 100)] * 20, size, top=30)
    data = b"".join(encode_canvas(one, Output("preview.webp", "preview", "webp", size), 1.0))
    opened = Image.open(io.BytesIO(data))
    assert opened.convert("RGB").tobytes() == one.to_image().tobytes()
