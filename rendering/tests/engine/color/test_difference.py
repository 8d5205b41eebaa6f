"""Differences of colours, and which of them process inks can print."""

import numpy as np
import pytest

from rendering.engine.color.difference import color_difference, lab_to_rgb, measure_difference, rgb_to_lab
from rendering.engine.color.process_inks import find_printable

# From the test data of Sharma, Wu and Dalal (2005), which covers every branch of the formula.
PAIRS = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_a_difference_is_ciede2000(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
) -> None:
    assert float(measure_difference(np.array(one), np.array(other))) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (193, 18, 31), (17, 138, 178)])
def test_a_color_returns_from_lab(color: tuple[int, int, int]) -> None:
    assert lab_to_rgb(rgb_to_lab([color])[0]) == color
    assert color_difference(color, color) == 0


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (128, 128, 128), (193, 18, 31), (17, 138, 178)])
def test_colors_within_the_gamut_print_as_they_are(color: tuple[int, int, int]) -> None:
    assert find_printable(color).difference < 1


@pytest.mark.parametrize("color", [(0, 255, 0), (0, 0, 255), (255, 0, 255), (0, 255, 255)])
def test_the_primaries_of_screens_print_as_other_colors(color: tuple[int, int, int]) -> None:
    nearest = find_printable(color)
    assert nearest.difference > 10
    assert find_printable(nearest.color).difference < 1
