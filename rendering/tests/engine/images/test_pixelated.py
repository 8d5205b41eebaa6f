"""Pixel art is enlarged with hard pixels, at any scale and angle."""

import math
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from rendering.engine.values import Picture
from rendering.tests.support.drawings import draw_data, long_form
from rendering.tests.support.image_comparison import max_difference, mean_difference
from rendering.tests.support.image_files import png
from rendering.tests.support.photos import ASSET, StoredImage, box_data, draw_image_design, image_layer, sticker

SIDE, FINER = 16, 8
ART = Image.fromarray(np.random.default_rng(5).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8))


def picture(image: Image.Image = ART) -> Picture:
    """A picture that is stored without loss."""
    data = png(image)
    return Picture(ASSET, *image.size, *image.size, "0" * 64, full=lambda: data, working=lambda: data)


def drawn(size: int, **fields: Any) -> Image.Image:
    layer = image_layer(sampling="pixelated", **fields)
    return draw_image_design(long_form(layer), picture(), size=size).convert("RGB")


@pytest.mark.parametrize("times", [1, 2, 5, 40])
def test_whole_scales_repeat_each_pixel(times: int) -> None:
    wanted = ART.resize((SIDE * times, SIDE * times), Image.Resampling.NEAREST)
    assert max_difference(drawn(SIDE * times), wanted) == 0


@pytest.mark.parametrize("size", [24, 100, 250])
def test_other_scales_mix_pixels_by_their_areas(size: int) -> None:
    wanted = ART.resize((SIDE * size, SIDE * size), Image.Resampling.NEAREST).reduce(SIDE)
    assert max_difference(drawn(size), wanted) <= 1


@pytest.mark.parametrize(
    ("fields", "change"),
    [
        ({"flip": "horizontal"}, ImageOps.mirror),
        ({"flip": "vertical"}, ImageOps.flip),
        ({"rotation": 90}, lambda image: image.rotate(-90)),
        ({"rotation": 180}, lambda image: image.rotate(180)),
    ],
)
def test_flips_and_quarter_turns_are_exact(fields: dict[str, Any], change: Any) -> None:
    wanted = change(ART).resize((320, 320), Image.Resampling.NEAREST)
    assert max_difference(drawn(320, **fields), wanted) <= 1


@pytest.mark.parametrize(
    "angle", [7, 45, *(pytest.param(angle, marks=pytest.mark.exhaustive) for angle in range(-170, 180, 20))]
)
def test_turned_pixels_are_squares(angle: int) -> None:
    """Against the nearest pixel at 64 points of each px drawn."""
    box = 160, 170, 200, 200  # of 600; a third of that in px
    y, x = (np.mgrid[0 : 200 * FINER, 0 : 200 * FINER] + 0.5) / FINER * 3
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = x - box[0] - box[2] / 2, y - box[1] - box[3] / 2
    u, v = (x * cos + y * sin) / box[2] + 0.5, (y * cos - x * sin) / box[3] + 0.5
    inside = (abs(u - 0.5) < 0.5) & (abs(v - 0.5) < 0.5)
    pixels = np.asarray(ART)[(np.clip(v, 0, 0.999) * SIDE).astype(int), (np.clip(u, 0, 0.999) * SIDE).astype(int)]
    oracle = Image.fromarray(np.where(inside[..., None], pixels, 255).astype(np.uint8)).reduce(FINER)
    found = drawn(200, rotation=angle, box=box_data(*box))
    assert mean_difference(found, oracle) < 0.4
    assert max_difference(found, oracle) < 64  # a quarter of what one wrong pixel differs


def test_soft_enlargement_is_something_else() -> None:
    soft = draw_image_design(long_form(image_layer()), picture(), size=320)
    assert mean_difference(soft, ART.resize((320, 320), Image.Resampling.NEAREST)) > 10


def test_a_transparent_edge_takes_no_color_from_outside() -> None:
    """White on transparent, turned, over white: nothing can be seen."""
    white = StoredImage(sticker(20)).picture()
    layer = image_layer(sampling="pixelated", rotation=23)
    shown = draw_image_design(long_form(layer), white, size=300)
    assert shown.convert("L").histogram()[:254] == [0] * 254


def test_what_is_made_smaller_is_smooth() -> None:
    layers = (image_layer(sampling=sampling, box=box_data(0, 0, 100, 100)) for sampling in ("pixelated", "smooth"))
    one, other = (draw_image_design(long_form(layer), picture(), size=60) for layer in layers)
    assert max_difference(one, other) == 0


def test_another_sampling_is_refused() -> None:
    with pytest.raises(Exception, match="sampling"):
        draw_data(long_form(image_layer(sampling="sharp")))
