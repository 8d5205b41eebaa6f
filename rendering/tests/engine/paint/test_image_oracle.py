"""Layers of pictures by lot, against a slow oracle."""

import os
import random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from rendering.engine.values import Area
from rendering.tests.support.drawings import long_form
from rendering.tests.support.image_oracle import FINER, draw_image
from rendering.tests.support.photos import StoredImage, box_data, draw_image_design, image_layer, photo, sticker

PHOTO, STICKER = "0" * 8 + "-0000-0000-0000-" + "0" * 12, "1" * 8 + "-0000-0000-0000-" + "0" * 12
SOURCES = {PHOTO: photo(640, 480, noise=2), STICKER: sticker(320)}
PICTURES = [StoredImage(source, working_side=200).picture(asset) for asset, source in SOURCES.items()]
AREA, SIZE = Area("front", 120, 90), 120
SPECS = 20
# On so few px outlines are much of a picture: two of 500 lie between 2.0 and 2.3, one for the edges of masks that lie
# exactly on each other, where a share of the lower one shows, one for how sharp a turned picture is.
MEAN, MOST = 2.5, 28  # of 255: over the picture, and what all but two of a hundred px keep to


def random_images(lot: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {
        "box": box_data(lot.uniform(-20, 80), lot.uniform(-20, 60), lot.uniform(10, 110), lot.uniform(10, 90)),
        "fit": lot.choice(["cover", "contain", "stretch"]),
        "crop": {
            "x": lot.uniform(0, 0.5),
            "y": lot.uniform(0, 0.5),
            "width": lot.uniform(0.2, 0.5),
            "height": lot.uniform(0.2, 0.5),
        },
        "focus": {"x": lot.random(), "y": lot.random()},
        "flip": lot.choice(["horizontal", "vertical", "both"]),
        "radius": lot.uniform(0, 40),
        "mask": "circle",
        "grayscale": True,
        "tint": {"color": f"#{lot.randrange(1 << 24):06X}", "amount": lot.random()},
        "rotation": lot.choice([90, 180, -90, lot.uniform(-180, 180), lot.uniform(-180, 180)]),
        "opacity": lot.random(),
        "blend": lot.choice(["multiply", "screen"]),
    }
    chosen = lot.sample(sorted(options), lot.randint(0, 7))
    return image_layer(lot.choice([PHOTO, STICKER]), **{name: options[name] for name in chosen})


def oracle(layers: list[dict[str, Any]], background: str | None) -> Image.Image:
    canvas = Image.new("RGBA", (SIZE * FINER, SIZE * 3 // 4 * FINER), background or 0)
    for layer in layers:
        canvas = draw_image(canvas, layer, SOURCES[layer["asset"]], FINER)
    return canvas.convert("RGBa").reduce(FINER).convert("RGBA")


@pytest.mark.parametrize(
    "seed", [*range(SPECS), *(pytest.param(seed, marks=pytest.mark.chaos) for seed in range(SPECS, 500))]
)
def test_random_images_match_the_oracle(seed: int) -> None:
    lot = random.Random(seed)
    background = lot.choice([None, "#3366CC", "#FFFFFF"])
    layers = [random_images(lot) for _ in range(lot.randint(1, 4))]
    ground = {"type": "color", "color": background} if background else {"type": "transparent"}
    found = draw_image_design(long_form(*layers, background=ground), *PICTURES, size=SIZE, area=AREA)
    wanted = oracle(layers, background)
    if folder := os.environ.get("ORACLE"):
        found.save(f"{folder}/{seed}-found.png")
        wanted.save(f"{folder}/{seed}-wanted.png")
    for under in ("#000000", "#FFFFFF"):
        difference = ImageChops.difference(composite(found, under), composite(wanted, under))
        assert max(ImageStat.Stat(difference).mean) < MEAN
        for channel in difference.split():
            assert sum(channel.histogram()[MOST:]) < 0.02 * SIZE * SIZE * 3 / 4


def composite(picture: Image.Image, under: str) -> Image.Image:
    return Image.alpha_composite(Image.new("RGBA", picture.size, under), picture.convert("RGBA")).convert("RGB")


def test_a_different_layer_does_not_match() -> None:
    one, other = oracle([image_layer(PHOTO)], None), oracle([image_layer(PHOTO, crop={"width": 0.97})], None)
    assert (
        max(ImageStat.Stat(ImageChops.difference(composite(one, "#000000"), composite(other, "#000000"))).mean) > MEAN
    )
