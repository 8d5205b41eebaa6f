"""Which part of an image is visible, and where: crop, then flip, then fit."""

from operator import sub
from typing import Any

import pytest
from PIL import Image, ImageChops

from rendering.tests.support.drawings import find_ink_box, long_form
from rendering.tests.support.photos import QUARTERS, StoredImage, box_data, draw_image_design, image_layer, quarters

RED, GREEN, BLUE, YELLOW = QUARTERS
PICTURE = StoredImage(quarters()).picture()  # 400 × 300
PLACE = box_data(100, 150, 300, 300)


def rgb(found: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    pixel = found.getpixel(place)
    assert isinstance(pixel, tuple)
    return pixel


def names(found: Image.Image, *places: tuple[int, int]) -> list[str]:
    colors = {name: rgb(Image.new("RGB", (1, 1), name), (0, 0)) for name in QUARTERS}
    pixels = [rgb(found.convert("RGB"), place) for place in places]
    return [
        next((name for name, color in colors.items() if max(map(abs, map(sub, color, pixel))) < 12), str(pixel))
        for pixel in pixels
    ]


def seen(**fields: Any) -> Image.Image:
    return draw_image_design(long_form(image_layer(**{"box": PLACE, **fields}), background="#000000"), PICTURE)


CORNERS = ((105, 155), (394, 155), (105, 444), (394, 444))


def test_cover_fills_the_box_and_shows_the_middle() -> None:
    found = seen()
    assert find_ink_box(found) == (100, 150, 400, 450)
    assert names(found, *CORNERS) == list(QUARTERS)
    assert names(found, (247, 200), (252, 200)) == [RED, GREEN]


@pytest.mark.parametrize(("x", "edge"), [(0, 300), (0.25, 300), (0.5, 250), (1, 200), (0.75, 200)])
def test_cover_moves_the_focus_as_near_to_the_middle_as_possible(x: float, edge: int) -> None:
    """300 of the 400 px fit; the colours change at 200."""
    found = seen(focus={"x": x, "y": 0.2})
    assert names(found, (edge - 3, 200), (edge + 2, 200)) == [RED, GREEN]


def test_contain_shows_the_whole_image_centered_or_at_the_focus() -> None:
    assert find_ink_box(seen(fit="contain")) == (100, 187, 400, 413)  # half a pixel at either edge
    assert find_ink_box(seen(fit="contain", focus={"y": 0})) == (100, 150, 400, 375)
    assert find_ink_box(seen(fit="contain", focus={"y": 1})) == (100, 225, 400, 450)


def test_stretch_fills_the_box_with_the_whole_image() -> None:
    found = seen(fit="stretch", box=box_data(50, 50, 100, 400))
    assert find_ink_box(found) == (50, 50, 150, 450)
    assert names(found, (97, 247), (102, 247), (97, 252), (102, 252)) == list(QUARTERS)


def test_an_image_without_a_box_fills_the_frame() -> None:
    assert find_ink_box(draw_image_design(long_form(image_layer(fit="stretch"), background="#112233"), PICTURE)) == (
        0,
        0,
        600,
        600,
    )


def test_cropped_parts_are_not_visible() -> None:
    found = seen(crop={"x": 0.5, "y": 0.5, "width": 0.5, "height": 0.5})
    assert set(names(found, (101, 151), (398, 151), (101, 448), (250, 300))) == {YELLOW}


@pytest.mark.parametrize(
    ("flip", "wanted"),
    [
        ("horizontal", [GREEN, RED, YELLOW, BLUE]),
        ("vertical", [BLUE, YELLOW, RED, GREEN]),
        ("both", [YELLOW, BLUE, GREEN, RED]),
    ],
)
def test_flips_apply_after_the_crop(flip: str, wanted: list[str]) -> None:
    assert names(seen(flip=flip), *CORNERS) == wanted
    left = names(seen(flip=flip, crop={"width": 0.5}), *CORNERS)
    assert left == ([RED, RED, BLUE, BLUE] if flip == "horizontal" else [BLUE, BLUE, RED, RED])


def test_the_focus_is_flipped_with_a_covering_image() -> None:
    plain = seen(focus={"x": 0.1})
    flipped = seen(focus={"x": 0.1}, flip="horizontal")
    mirrored = plain.crop((100, 150, 400, 450)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert ImageChops.difference(flipped.crop((100, 150, 400, 450)), mirrored).getbbox() is None


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_quarter_turn_is_exact_to_the_pixel(turns: int) -> None:
    place = box_data(150, 150, 300, 300)
    upright, turned = seen(box=place), seen(box=place, rotation=90 * turns)
    assert turned.tobytes() == upright.rotate(-90 * turns).tobytes()


def test_edges_between_pixels_cover_them_partly() -> None:
    white = StoredImage(Image.new("RGB", (300, 300), "#FFFFFF")).picture()
    found = draw_image_design(long_form(image_layer(box=box_data(100.25, 100.5, 50, 50)), background="#000000"), white)
    assert [found.getpixel((x, 120)) for x in (99, 100, 101, 149, 150, 151)] == [
        *[(0, 0, 0), (191, 191, 191), (255, 255, 255)],
        *[(255, 255, 255), (64, 64, 64), (0, 0, 0)],
    ]
    assert [rgb(found, (120, y))[0] for y in (99, 100, 101, 150, 151)] == [0, 128, 255, 128, 0]


def test_an_image_thinner_than_a_pixel_is_faint() -> None:
    white = StoredImage(Image.new("RGB", (300, 300), "#FFFFFF")).picture()
    found = draw_image_design(long_form(image_layer(box=box_data(100.25, 100, 0.5, 50)), background="#000000"), white)
    assert [found.getpixel((x, 120)) for x in (99, 100, 101)] == [(0, 0, 0), (128, 128, 128), (0, 0, 0)]


@pytest.mark.parametrize("crop", [{"x": 1, "width": 1e-10}, {"width": 1e-300}, {"y": 0.5, "height": 1e-9}])
@pytest.mark.parametrize("fit", ["cover", "contain", "stretch"])
@pytest.mark.parametrize(
    "place", [box_data(0, 0, 10_000, 1e-300), box_data(-5000, -5000, 10_000, 10_000), box_data(9, 9, 1e-9, 1e-9)]
)
def test_a_nearly_empty_crop_or_box_is_drawn(crop: dict[str, float], fit: str, place: dict[str, float]) -> None:
    for rotation in (0, 33):
        assert seen(crop=crop, fit=fit, box=place, rotation=rotation).size == (600, 600)
