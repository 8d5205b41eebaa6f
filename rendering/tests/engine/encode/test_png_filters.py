"""PNG readers undo the filters exactly, also where blocks and windows meet."""

import io
import random
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rendering.engine.encode import deflate, png_filters
from rendering.engine.encode.png import encode_png
from rendering.engine.paint.canvas import ColorCanvas


def canvas(image: Image.Image) -> ColorCanvas:
    return ColorCanvas(
        *image.size, image.mode, lambda top, rows: image.crop((0, top, image.width, top + rows))
    )  # fmt: skip


def assert_read_back(image: Image.Image) -> bytes:
    data = b"".join(encode_png(canvas(image), 1.0))
    with Image.open(io.BytesIO(data)) as found:
        assert found.convert("RGBA").tobytes() == image.convert("RGBA").tobytes()
    return data


def noise(width: int, height: int, mode: str, spread: int, seed: int = 0) -> Image.Image:
    rng = np.random.default_rng(seed)
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    steps = rng.integers(-spread, spread + 1, (height, width, channels))
    return Image.fromarray(np.squeeze(np.cumsum(steps, 1).astype(np.uint8)).reshape(height, width, channels), mode)


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    mode=st.sampled_from(["RGB", "RGBA"]),
    spread=st.integers(0, 255),
    seed=st.integers(0, 99),
)
def test_any_image_is_read_back_unchanged(width: int, height: int, mode: str, spread: int, seed: int) -> None:
    assert_read_back(noise(width, height, mode, spread, seed))


@pytest.mark.parametrize("size", [(1, 700), (700, 1), (1, 1), (2, 700), (4_000, 3)])
def test_tiny_images_are_read_back(size: tuple[int, int]) -> None:
    assert_read_back(noise(*size, "RGB", 255))


@pytest.mark.parametrize("backend", ["isal", "zlib"])
@pytest.mark.parametrize("at_once", [1, 2_000, 1 << 18])
def test_noise_and_letters_side_by_side_survive_at_every_block_boundary(
    backend: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "zlib":
        monkeypatch.setattr(deflate, "deflater", zlib)
    monkeypatch.setattr(png_filters, "_CHUNK_BYTES", at_once)
    picture = Image.new("RGB", (200, 300), "#336699")
    for top in (30, 120, 260):
        picture.paste(noise(200, 40, "RGB", 9, top), (0, top))
    assert_read_back(picture)


def test_each_filter_is_used_where_it_is_best_and_none_for_flat_images() -> None:
    assert _filters(noise(300, 200, "RGB", 3)) == {1}
    rows = np.asarray(noise(300, 200, "RGB", 3)).transpose(1, 0, 2)
    assert _filters(Image.fromarray(np.ascontiguousarray(rows))) == {2}
    both = (np.asarray(noise(200, 200, "RGB", 3)).astype(int) + rows[:200, :200]).astype(np.uint8)
    assert _filters(Image.fromarray(both)) & {3, 4}
    rng = random.Random(1)
    dots = Image.new("RGB", (300, 200))
    for _ in range(300):
        dots.putpixel((rng.randrange(300), rng.randrange(200)), tuple(rng.randbytes(3)))
    assert _filters(dots) == {0}


def test_a_photo_is_hardly_larger_than_pillow_makes_it() -> None:
    pixels = np.asarray(noise(600, 600, "RGB", 4)).astype(int) // 2
    image = Image.fromarray(((pixels + pixels.transpose(1, 0, 2)) % 256).astype(np.uint8))
    out = io.BytesIO()
    image.save(out, "PNG")
    assert len(assert_read_back(image)) < 1.05 * len(out.getvalue())


def _filters(image: Image.Image) -> set[int]:
    data = assert_read_back(image)
    width, height, _, kind = struct.unpack(">IIBB", data[16:26])
    assert kind == 2
    at, stream = 8, b""
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        stream += data[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    lines = zlib.decompress(stream)
    assert len(lines) == height * (1 + 3 * width)
    return set(lines[:: 1 + 3 * width])


@pytest.mark.parametrize("spread", [3, 120])
@pytest.mark.parametrize("box", [(0, 0, 1, 1), (0, 5, 60, 30), (17, 9, 18, 40), (59, 0, 60, 40), (20, 39, 40, 40)])
def test_transparent_margins_are_read_back_unchanged(box: tuple[int, int, int, int], spread: int) -> None:
    image = Image.new("RGBA", (60, 40))
    image.paste(noise(box[2] - box[0], box[3] - box[1], "RGBA", spread), box[:2])
    assert_read_back(image)


def test_an_image_of_many_colors_may_be_wider_than_a_stored_block() -> None:
    assert_read_back(noise(22_000, 3, "RGB", 9))
