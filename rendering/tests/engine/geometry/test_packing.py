"""Packing of rectangles on sheets and rolls."""

import random
from collections.abc import Sequence

import pytest

from rendering.engine.geometry.packing import Place, TooLargeError, pack_rectangles

Size = tuple[float, float]


def occupy(place: Place, size: Size) -> tuple[float, float, float, float]:
    wide, high = size[::-1] if place.is_turned else size
    return place.x, place.y, place.x + wide, place.y + high


def assert_apart(places: Sequence[Place], sizes: Sequence[Size], gap: float) -> None:
    for number, (place, size) in enumerate(zip(places, sizes, strict=True)):
        left, top, right, bottom = occupy(place, size)
        for other, other_size in zip(places[:number], sizes, strict=False):
            if other.sheet == place.sheet:
                x0, y0, x1, y1 = occupy(other, other_size)
                assert max(left - x1, x0 - right, top - y1, y0 - bottom) >= gap - 0.02


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("height", [400.0, 0.0])
def test_rectangles_lie_apart_and_on_their_sheets(seed: int, height: float) -> None:
    rng = random.Random(seed)
    sizes = [(rng.uniform(10, 120), rng.uniform(10, 90)) for _ in range(60)]
    places = pack_rectangles(sizes, 300, height, 3)
    assert_apart(places, sizes, 3)
    for place, size in zip(places, sizes, strict=True):
        left, top, right, bottom = occupy(place, size)
        assert min(left, top) >= 0
        assert right <= 300.01
        assert bottom <= (height or 1e6) + 0.01


def test_equal_rectangles_fill_a_sheet_in_rows() -> None:
    places = pack_rectangles([(50, 30)] * 20, 200, 150, may_turn=False)
    assert {place.sheet for place in places} == {0}
    assert sorted({place.x for place in places}) == [0, 50, 100, 150]
    assert not any(place.is_turned for place in places)


def test_what_fits_turned_alone_is_turned() -> None:
    (place,) = pack_rectangles([(250, 80)], 100, 300)
    assert place.is_turned
    with pytest.raises(TooLargeError, match="250 × 80 mm"):
        pack_rectangles([(250, 80)], 100, 300, may_turn=False)


def test_what_is_too_large_is_named() -> None:
    with pytest.raises(TooLargeError) as caught:
        pack_rectangles([(20, 20), (500, 500)], 300, 300)
    assert caught.value.number == 1


def test_a_sheet_is_filled_as_well_as_the_area_allows() -> None:
    rng = random.Random(7)
    sizes = [(rng.uniform(20, 60), rng.uniform(20, 60)) for _ in range(150)]
    places = pack_rectangles(sizes, 500, 0.0, 2)
    end = max(occupy(place, size)[3] for place, size in zip(places, sizes, strict=True))
    assert sum(wide * high for wide, high in sizes) / (500 * end) > 0.82


def test_nothing_needs_no_sheet() -> None:
    assert pack_rectangles([], 100, 100) == []
