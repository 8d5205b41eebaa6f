"""Random (seeded) image layers, against a slow oracle."""

import os
import random
from typing import Any

import pytest
from PIL import Image, ImageChops

from rendering.engine.values import Area
from rendering.tests.support.drawings import long_form
from rendering.tests.support.image_comparison import flatten, mean_difference
from rendering.tests.support.image_oracle import FINER, draw_image
from rendering.tests.support.photos import StoredImage, box_data, draw_image_design, image_layer, photo, sticker

PHOTO, STICKER = "0" * 8 + "-0000-0000-0000-" + "0" * 12, "1" * 8 + "-0000-0000-0000-" + "0" * 12
SOURCES = {PHOTO: photo(640, 480, noise=2), STICKER: sticker(320)}
PICTURES = [StoredImage(source, working_side=200).picture(asset) for asset, source in SOURCES.items()]
AREA, SIZE = Area("front", 120, 90), 120
SPECS = 20
# On so few pixels edges weigh much: two of 500 differ by 2.0 to 2.3, one because edges of masks coincide and a part of
# the lower layer shows, one because a rotated image is sharper.
MEAN, MOST = 2.5, 28  # of 255: mean over the image, and a limit that 98 % of the pixels keep


def random_images(rng: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {
        "box": box_data(rng.uniform(-20, 80), rng.uniform(-20, 60), rng.uniform(10, 110), rng.uniform(10, 90)),
        "fit": rng.choice(["cover", "contain", "stretch"]),
        "crop": {
            "x": rng.uniform(0, 0.5),
            "y": rng.uniform(0, 0.5),
            "width": rng.uniform(0.2, 0.5),
            "height": rng.uniform(0.2, 0.5),
        },
        "focus": {"x": rng.random(), "y": rng.random()},
        "flip": rng.choice(["horizontal", "vertical", "both"]),
        "radius": rng.uniform(0, 40),
        "mask": "circle",
        "grayscale": True,
        "tint": {"color": f"#{rng.randrange(1 << 24):06X}", "amount": rng.random()},
        "rotation": rng.choice([90, 180, -90, rng.uniform(-180, 180), rng.uniform(-180, 180)]),
        "opacity": rng.random(),
        "blend": rng.choice(["multiply", "screen"]),
    }
    chosen = rng.sample(sorted(options), rng.randint(0, 7))
    return image_layer(rng.choice([PHOTO, STICKER]), **{name: options[name] for name in chosen})


def oracle(layers: list[dict[str, Any]], background: str | None) -> Image.Image:
    canvas = Image.new("RGBA", (SIZE * FINER, SIZE * 3 // 4 * FINER), background or 0)
    for layer in layers:
        canvas = draw_image(canvas, layer, SOURCES[layer["asset"]], FINER)
    return canvas.convert("RGBa").reduce(FINER).convert("RGBA")


@pytest.mark.parametrize(
    "seed", [*range(SPECS), *(pytest.param(seed, marks=pytest.mark.exhaustive) for seed in range(SPECS, 500))]
)
def test_random_images_match_the_oracle(seed: int) -> None:
    rng = random.Random(seed)
    background = rng.choice([None, "#3366CC", "#FFFFFF"])
    layers = [random_images(rng) for _ in range(rng.randint(1, 4))]
    ground = {"type": "color", "color": background} if background else {"type": "transparent"}
    drawn = draw_image_design(long_form(*layers, background=ground), *PICTURES, size=SIZE, area=AREA)
    expected = oracle(layers, background)
    if folder := os.environ.get("ORACLE"):
        drawn.save(f"{folder}/{seed}-drawn.png")
        expected.save(f"{folder}/{seed}-expected.png")
    for under in ("#000000", "#FFFFFF"):
        images = flatten(drawn, under), flatten(expected, under)
        assert mean_difference(*images) < MEAN
        for channel in ImageChops.difference(*images).split():
            assert sum(channel.histogram()[MOST:]) < 0.02 * SIZE * SIZE * 3 / 4


def test_a_different_layer_does_not_match() -> None:
    one, other = oracle([image_layer(PHOTO)], None), oracle([image_layer(PHOTO, crop={"width": 0.97})], None)
    assert mean_difference(flatten(one, "#000000"), flatten(other, "#000000")) > MEAN
