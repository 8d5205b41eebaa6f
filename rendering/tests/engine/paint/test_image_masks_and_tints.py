"""Round corners, ellipses, greyscale, tints, and transparent edges without fringes."""

import math
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from rendering.engine.images.tint import tint_image
from rendering.engine.schema import Image as Source
from rendering.tests.support.drawings import long_form
from rendering.tests.support.image_comparison import flatten, max_difference, mean_difference
from rendering.tests.support.photos import StoredImage, box_data, draw_image_design, image_layer, photo, sticker

WHITE = StoredImage(Image.new("RGB", (300, 300), "#FFFFFF")).picture()
PLACE = box_data(100.3, 120.6, 300, 200)


def covered(size: int = 600, **fields: Any) -> float:
    """Return the visible area of a white image, mm²."""
    found = draw_image_design(
        long_form(image_layer(**{"box": PLACE, **fields}), background="#000000"), WHITE, size=size
    )
    return ImageStat.Stat(found).sum[0] / 255 * (600 / size) ** 2


@pytest.mark.parametrize("size", [200, 700])
@pytest.mark.parametrize("rotation", [0, 31])
@pytest.mark.parametrize(
    ("fields", "area"),
    [
        ({}, 300 * 200),
        ({"fit": "contain"}, 200 * 200),
        ({"radius": 40}, 300 * 200 - (4 - math.pi) * 40**2),
        ({"radius": 5000}, 100 * 200 + math.pi * 100**2),
        ({"mask": "circle"}, math.pi * 150 * 100),
        ({"mask": "circle", "fit": "contain"}, math.pi * 100 * 100),
        ({"mask": "circle", "radius": 10}, math.pi * 150 * 100),
    ],
)
def test_the_visible_area_is_the_area_of_the_mask(
    size: int, rotation: float, fields: dict[str, Any], area: float
) -> None:
    assert covered(size, rotation=rotation, **fields) == pytest.approx(area, rel=2e-3)


def test_corners_are_round_and_sides_straight() -> None:
    found = draw_image_design(
        long_form(image_layer(box=box_data(100, 100, 200, 200), radius=50), background="#000000"), WHITE
    )
    diagonal = 100 + 50 * (1 - math.sqrt(0.5))
    assert found.getpixel((int(diagonal) - 2, int(diagonal) - 2)) == (0, 0, 0)
    assert found.getpixel((int(diagonal) + 2, int(diagonal) + 2)) == (255, 255, 255)
    assert found.getpixel((200, 100)) == found.getpixel((100, 200)) == (255, 255, 255)


def tones(color: str, **fields: Any) -> tuple[int, ...]:
    source = Source.model_validate(image_layer(**fields))
    found = tint_image(Image.new("RGB", (1, 1), color), source).getpixel((0, 0))
    assert isinstance(found, tuple)
    return found


def test_grayscale_is_luma() -> None:
    assert tones("#FF8040", grayscale=True) == (159, 159, 159)  # 0.299 × 255 + 0.587 × 128 + 0.114 × 64
    assert tones("#FF8040") == (255, 128, 64)


def test_a_tint_leaves_shades_of_its_color() -> None:
    tint = {"color": "#FF8000"}
    assert tones("#FFFFFF", tint=tint) == (255, 128, 0)
    assert tones("#000000", tint=tint) == (0, 0, 0)
    assert tones("#808080", tint=tint) == (128, 64, 0)
    assert tones("#00FF00", tint=tint) == (150, 75, 0)  # green has a luma of 0.587


def test_a_partial_tint_keeps_some_of_the_images_own_colors() -> None:
    assert tones("#0000FF", tint={"color": "#FF0000", "amount": 0}) == (0, 0, 255)
    assert tones("#0000FF", tint={"color": "#FF0000", "amount": 0.5}) == (15, 0, 128)
    assert tones("#0000FF", grayscale=True, tint={"color": "#FF0000", "amount": 0.5}) == (29, 15, 15)


STICKER = StoredImage(sticker(400), working_side=300).picture()  # white on transparent black


@pytest.mark.parametrize("fields", [{}, {"rotation": 25}, {"flip": "both"}, {"crop": {"width": 0.3, "height": 0.3}}])
@pytest.mark.parametrize("size", [60, 400])
def test_transparent_edges_have_no_fringe_on_any_background(fields: dict[str, Any], size: int) -> None:
    """White on white stays white although the transparent pixels around it are black."""
    layer = image_layer(box=box_data(50, 50, 500, 500), **fields)
    on_white = draw_image_design(long_form(layer, background="#FFFFFF"), STICKER, size=size)
    assert min(low for low, _ in on_white.getextrema()) >= 254  # type: ignore[misc]
    clear = draw_image_design(long_form(layer, background={"type": "transparent"}), STICKER, size=size)
    colors = [pixel for _, pixel in clear.getcolors(1 << 20) or []]
    assert all(min(pixel[:3]) >= 250 for pixel in colors if pixel[3] > 8)  # type: ignore[index]
    for ground in ("#000000", "#FFFFFF", "#3366CC"):
        laid = flatten(clear, ground)
        direct = draw_image_design(long_form(layer, background=ground), STICKER, size=size)
        assert max_difference(laid, direct) <= 2


@pytest.mark.parametrize("rotation", [1, 30, 45, 89.5, 200])
def test_a_rotated_photo_is_not_dark_at_its_edges(rotation: float) -> None:
    layer = image_layer(box=box_data(100, 100, 400, 400), rotation=rotation)
    found = draw_image_design(long_form(layer, background="#FFFFFF"), WHITE)
    assert found.getextrema() == ((255, 255),) * 3


def test_opacity_and_blend_work_as_for_every_layer() -> None:
    picture = StoredImage(photo(300, 300)).picture()
    solid = draw_image_design(long_form(image_layer(), background="#3366CC"), picture)
    ground = Image.new("RGB", solid.size, "#3366CC")
    faded = draw_image_design(long_form(image_layer(opacity=0.4), background="#3366CC"), picture)
    assert max_difference(faded, Image.blend(ground, solid, 0.4)) <= 1
    mixed = draw_image_design(long_form(image_layer(blend="multiply"), background="#3366CC"), picture)
    assert mixed.tobytes() == ImageChops.multiply(ground, solid).tobytes()


def test_a_photo_rotates_with_its_group() -> None:
    picture = StoredImage(photo(300, 300)).picture()
    layer = image_layer(box=box_data(200, 200, 200, 200))
    group = {"type": "group", "rotation": 90, "layers": [layer]}
    plain, turned = draw_image_design(long_form(layer), picture), draw_image_design(long_form(group), picture)
    rotated = plain.rotate(-90)
    # Rows are resampled before columns, so clipping at black and white differs.
    assert max_difference(turned, rotated) <= 16
    assert mean_difference(turned, rotated) < 0.05
