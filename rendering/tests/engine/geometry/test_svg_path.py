"""SVG path data as curves."""

import pytest

from rendering.engine.geometry.svg_path import read_svg_path
from rendering.engine.geometry.transform import Transform


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("M 0 0 L 40 0 L 40 20 L 0 20 Z", (0, 0, 40, 20)),
        ("m0,0h40v20h-40z", (0, 0, 40, 20)),
        ("M10-5 20.5.5 10 30Z", (10, -5, 20.5, 30)),
        ("M0 50 C0 22.4 22.4 0 50 0 S", None),
        ("M 0 10 Q 10 -10 20 10 Z", (0, 0, 20, 10)),
        ("M0 0H10V10H0Z m20 20 h5v5h-5z", (0, 0, 25, 25)),
    ],
)
def test_a_path_has_the_bounds_that_it_draws(data: str, expected: tuple[float, ...] | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="only M, L, H, V, C, Q and Z"):
            read_svg_path(data)
        return
    bounds = read_svg_path(data).bounding_rect(Transform())
    assert bounds is not None
    assert (bounds.left, bounds.top, bounds.right, bounds.bottom) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "draws nothing"),
        ("L 3 3", "must begin with M"),
        ("M 0 0 L 3", "in the middle of L"),
        ("M 0 0 L 3 L 4 4", "too few or too many"),
        ("M 0 0 # 4", "character 7"),
        ("3 4", "where a command is expected"),
        ("M 0 0 L 99999 0 Z", "mm away"),
        ("M 0 0 " + "L 1 1 " * 9_999, "more than 20,000 characters"),
    ],
)
def test_a_mistake_in_a_path_is_named(data: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_svg_path(data)
