"""Layers over transparency have the px that Pillow's own compositing gives."""

import numpy as np
import pytest
from PIL import Image

from rendering.engine.paint.fragment import Paint
from rendering.engine.paint.over import composite_over
from rendering.engine.raster.array_image import ArrayImage

SIDE = 48


def random_picture(rng: np.random.Generator, mode: str) -> Image.Image:
    """Return random px; a third of the alphas are 0 and a third 255."""
    pixels = rng.integers(0, 256, (SIDE, SIDE, len(mode)), np.uint8)
    pixels[..., -1] = np.clip(rng.integers(-255, 511, (SIDE, SIDE)), 0, 255)
    return Image.fromarray(pixels.squeeze(), mode)


def as_array_image(picture: Image.Image) -> ArrayImage:
    image = ArrayImage.create(*picture.size)
    image.paste(picture)
    return image


@pytest.mark.parametrize("in_array", [True, False])
@pytest.mark.parametrize("kind", ["color", "image"])
def test_every_px_equals_pillows(kind: str, in_array: bool) -> None:
    rng = np.random.default_rng(5)
    picture, mask, position = random_picture(rng, "RGBA"), random_picture(rng, "L").crop((0, 0, 30, 20)), (7, 11)
    picture.paste(0, (0, 0, SIDE, 16))  # nothing is there yet
    paint: Paint = (200, 7, 90) if kind == "color" else random_picture(rng, "RGB").crop((0, 0, *mask.size))
    source = Image.new("RGB", mask.size, paint) if isinstance(paint, tuple) else paint
    source = source.convert("RGBA")
    source.putalpha(mask)
    expected = picture.copy()
    expected.alpha_composite(source, position)

    found = as_array_image(picture) if in_array else picture.copy()
    composite_over(found, paint, mask, position)
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("kind", ["color", "image"])
def test_a_layer_that_leaves_most_of_its_box_empty_equals_pillows(kind: str) -> None:
    rng = np.random.default_rng(8)
    size, picture = (900, 130), Image.new("RGBA", (1000, 200))
    picture.paste((10, 200, 30, 150), (300, 20, 950, 120))
    coverage = np.zeros(size[::-1], np.uint8)
    for top, left in ((3, 0), (31, 255), (32, 256), (64, 511), (100, 840)):  # at the edges of blocks, and between
        coverage[top : top + 20, left : left + 30] = rng.integers(0, 256, (20, 30))
    mask = Image.fromarray(coverage)
    paint: Paint = (200, 7, 90) if kind == "color" else Image.effect_noise(size, 90).convert("RGB")
    source = (Image.new("RGB", size, paint) if isinstance(paint, tuple) else paint).convert("RGBA")
    source.putalpha(mask)
    found = as_array_image(picture)
    composite_over(found, paint, mask, (40, 50))
    picture.alpha_composite(source, (40, 50))
    assert found.tobytes() == picture.tobytes()


def test_an_empty_mask_changes_nothing() -> None:
    picture = random_picture(np.random.default_rng(6), "RGBA")
    found = picture.copy()
    composite_over(found, (1, 2, 3), Image.new("L", (10, 10)), (3, 3))
    assert found.tobytes() == picture.tobytes()


def test_px_and_array_are_the_same_memory() -> None:
    image = ArrayImage.create(4, 3)
    image.paste((1, 2, 3, 255), (1, 1, 2, 2))
    assert image.pixels[1, 1] == 1 | 2 << 8 | 3 << 16 | 255 << 24
    image.pixels[2, 3] = 0xFF0000FF
    assert image.getpixel((3, 2)) == (255, 0, 0, 255)
    assert image.copy().tobytes() == image.tobytes()
