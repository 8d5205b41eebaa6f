"""Pictures with fine patterns are shrunk as by LANCZOS from the whole; others are not taken for such."""

import io
import math

import numpy as np
import pytest
from PIL import Image

from rendering.engine.images.fine_detail import has_fine_detail
from rendering.engine.values import Picture
from rendering.ingest.clean import ingest_picture
from rendering.tests.support.drawings import long_form
from rendering.tests.support.photos import ASSET, StoredImage, draw_image_design, image_layer, photo, sticker
from rendering.tests.support.test_cards import stripes, zone_plate

CARDS = {
    "zone plate": zone_plate(800, 800),
    "stripes of 3 px, slanting": stripes(800, 800, 1 / 3, 17),
    "upright stripes of 2.2 px": stripes(800, 800, 0.45),
    "lying stripes of 2.1 px": stripes(800, 800, 0.48, 90),
}


def rms(one: Image.Image, other: Image.Image) -> float:
    difference = np.asarray(one.convert("RGB")).astype(float) - np.asarray(other.convert("RGB"))
    return math.sqrt(np.square(difference).mean())


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("side", [400, 300, 161, 80])
def test_a_fine_pattern_is_shrunk_as_from_the_whole(name: str, side: int) -> None:
    card = CARDS[name]
    shown = draw_image_design(long_form(image_layer()), StoredImage(card).picture(), size=side)
    assert rms(shown, card.resize((side, side), Image.Resampling.LANCZOS)) <= 1


@pytest.mark.parametrize("mode", ["RGB", pytest.param("RGBA", marks=pytest.mark.exhaustive)])
def test_that_holds_from_the_upload_on(mode: str) -> None:
    card, out = zone_plate(1700, 1700), io.BytesIO()
    if mode == "RGBA":
        card.putalpha(Image.new("L", card.size, 255))
        card.putpixel((0, 0), (0, 0, 0, 0))
    card.save(out, "PNG")
    clean = ingest_picture(out.getvalue())
    full, working = clean.full, clean.working
    picture = Picture(
        ASSET, full.width, full.height, working.width, working.height, "0" * 64,
        full=lambda: full.data, working=lambda: working.data,
    )  # fmt: skip
    shown = draw_image_design(long_form(image_layer()), picture, size=300)
    assert rms(shown, card.convert("RGB").resize((300, 300), Image.Resampling.LANCZOS)) <= 1


def test_hundred_small_uses_of_a_fine_picture_are_made_from_a_smaller_one() -> None:
    card = StoredImage(zone_plate(800, 800))
    shown = draw_image_design(long_form(image_layer()), card.picture(), size=40)
    assert rms(shown, zone_plate(800, 800).resize((40, 40), Image.Resampling.LANCZOS)) <= 1
    assert card.reads == {"working": 1}


@pytest.mark.parametrize("name", CARDS)
def test_a_fine_pattern_is_found(name: str) -> None:
    assert has_fine_detail(CARDS[name])
    part = photo(800, 800)
    part.paste(CARDS[name].crop((300, 300, 500, 500)), (200, 300))
    assert name == "zone plate" or has_fine_detail(part)  # the middle of the zone plate is coarse


@pytest.mark.parametrize(
    "picture",
    [
        photo(800, 600, noise=0), photo(800, 600, noise=4), photo(800, 600, noise=20), sticker(600),
        Image.linear_gradient("L").resize((800, 600)).convert("RGB"), stripes(800, 600, 1 / 60),
        Image.new("RGB", (800, 600), "red"), Image.new("RGB", (1, 1)), Image.new("RGB", (2000, 3)),
    ],
    ids=["hills", "grain", "noise", "a sticker", "a gradient", "coarse stripes", "flat", "a pixel", "a line"],
)  # fmt: skip
def test_other_pictures_are_not_fine(picture: Image.Image) -> None:
    assert not has_fine_detail(picture)
