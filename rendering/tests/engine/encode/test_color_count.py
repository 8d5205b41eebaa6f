"""Colours are counted right, and spread whichever of their bytes differ."""

import random

import numpy as np
import pytest
from PIL import Image

from rendering.engine.encode import color_count
from rendering.engine.encode.color_count import find_colors


def random_image(mode: str, size: tuple[int, int], colors: int) -> Image.Image:
    """Return an image of random pixels (seeded) of so many colours."""
    rng = random.Random(f"{mode}{size}{colors}")
    palette = [bytes((number % 256, number // 256, 7, 200)[: len(mode)]) for number in range(colors)]
    pixels = [*palette, *rng.choices(palette, k=size[0] * size[1] - colors)]
    return Image.frombytes(mode, size, b"".join(pixels))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(40, 30), (40, 31), (500, 3), (7, 100)])
@pytest.mark.parametrize("colors", [1, 255, 256, 257, 600])
def test_colors_are_those_of_the_whole_image(
    mode: str, size: tuple[int, int], colors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(color_count, "_BAND_PIXELS", 200)
    image = random_image(mode, size, colors)
    found = find_colors(image, 256)
    if colors > 256:
        assert found is None
        return
    assert found is not None
    wanted = {color for _, color in image.convert("RGBA").getcolors(256) or ()}
    assert set(map(tuple, found.tolist())) == wanted
    assert len(found) == colors


def test_every_number_is_found_again() -> None:
    keys = np.random.default_rng(1).integers(0, 1 << 32, 10_000, np.uint32)
    assert (color_count._unmix(color_count._mix(keys)) == keys).all()


@pytest.mark.parametrize("byte", range(4))
def test_colors_that_differ_in_one_byte_do_not_collide(byte: int) -> None:
    keys = np.full((256, 4), 77, np.uint8)
    keys[:, byte] = np.arange(256)
    mixed = color_count._mix(keys.view(np.uint32)[:, 0])
    low_bits = mixed & np.uint32(0xFFF)  # by which Pillow places 256 colours and more
    # 256 random numbers of 12 bits: 248 are expected to differ.
    assert len(np.unique(low_bits)) > 230
