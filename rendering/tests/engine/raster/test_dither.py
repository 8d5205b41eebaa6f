"""Slow gradients and wide shadows show half levels; steps that nobody sees stay as they are."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rendering.engine.raster import background
from rendering.tests.support.drawings import draw_data, draw_image, long_form, text_layer

SIDE = 600
SLOW = ("#1E2228", "#303846")
AXES = [
    {"type": "linear", "angle": 0}, {"type": "linear", "angle": 90}, {"type": "linear", "angle": 135},
    {"type": "linear", "angle": 20}, {"type": "radial", "x": 0.4, "y": 0.6},
]  # fmt: skip


def gradient(axis: dict[str, Any], colors: tuple[str, str] = SLOW) -> dict[str, Any]:
    stops = [{"offset": offset, "color": color} for offset, color in enumerate(colors)]
    return long_form(background={**axis, "stops": stops})


def ideal(axis: dict[str, Any], colors: tuple[str, str]) -> NDArray[np.float64]:
    """Return the unrounded levels of a gradient, by CSS' formulas."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    if axis["type"] == "radial":
        at = axis["x"] * SIDE, axis["y"] * SIDE
        places = np.hypot(x - at[0], y - at[1]) / math.hypot(max(at[0], SIDE - at[0]), max(at[1], SIDE - at[1]))
    else:
        sin, cos = math.sin(math.radians(axis["angle"])), math.cos(math.radians(axis["angle"]))
        length = SIDE * (abs(sin) + abs(cos))
        places = 0.5 + ((x - SIDE / 2) * sin - (y - SIDE / 2) * cos) / length
    start, end = (np.array(tuple(bytes.fromhex(color[1:]))) for color in colors)
    result: NDArray[np.float64] = start + (end - start) * np.clip(places, 0, 1)[..., None]
    return result


def means(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of 4 × 4 px, as an eye sees them."""
    result: NDArray[np.float64] = pixels.reshape(SIDE // 4, 4, SIDE // 4, 4, -1).mean((1, 3))
    return result


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("colors", [SLOW, ("#C8C8C8", "#F0F0F0"), ("#000010", "#000030")])
def test_the_means_of_a_slow_gradient_are_within_a_quarter_of_a_level(
    axis: dict[str, Any], colors: tuple[str, str]
) -> None:
    shown = np.asarray(draw_image(gradient(axis, colors), f"preview.png:{SIDE}"), float)
    error = np.abs(means(shown) - means(ideal(axis, colors)))
    brightest = 2 if colors[0] == "#000010" else 1
    # In the middle of a step's flank some px of the mean already show the next level.
    assert np.percentile(error[..., brightest], 90) <= 0.26
    assert error[..., brightest].max() <= 0.5
    assert np.abs(shown - ideal(axis, colors)).max() <= 0.8  # no px is further off than the threshold


def test_gray_stays_gray() -> None:
    shown = np.asarray(draw_image(gradient(AXES[3], ("#202020", "#303030"))))
    assert (shown[..., :1] == shown).all()


@pytest.mark.parametrize("axis", AXES, ids=str)
def test_a_steep_gradient_is_only_rounded(axis: dict[str, Any]) -> None:
    colors = ("#000000", "#FFFFFF")
    shown = np.asarray(draw_image(gradient(axis, colors), f"preview.png:{SIDE}"), float)
    assert np.abs(shown - ideal(axis, colors)).max() <= 0.6  # 0.1: the gradient has 2048 steps


def test_the_files_of_dithered_gradients_are_hardly_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    designs = [
        {**gradient(axis, colors), "placements": {"front": {
            **gradient(axis, colors)["placements"]["front"],
            "layers": [text_layer("Slow mornings", size=80, color="#FFFFFF")],
        }}}
        for axis in AXES
        for colors in (SLOW, ("#285078", "#5A8CC8"), ("#FF0000", "#FF3C00"), ("#143CC8", "#FAB41E"))
    ]  # fmt: skip

    def total() -> int:
        return sum(len(draw_data(design, f"preview.png:{2 * SIDE}").files[0].data) for design in designs)

    dithered, plain = total(), background._gradient_colors
    monkeypatch.setattr(background, "_gradient_colors", lambda stops, *_: plain(stops))
    # 15 %, and what flat colours gain more than patterns since their first row is deflated like the others.
    assert total() < dithered <= 1.16 * total()


def test_a_wide_shadow_has_no_step_of_a_level() -> None:
    """Against a Gaussian in floating point."""
    layer = text_layer("l", size=300, color="#FFFFFF", shadow={"blur": 60, "opacity": 0.3, "x": 0, "y": 0})
    letter = np.asarray(draw_image(long_form({**layer, "color": "#000000", "shadow": None})).convert("L"), float)
    coverage = 1 - letter / 255
    for axis in (0, 1):
        frequency = np.fft.fftfreq(SIDE)
        filtered = np.exp(-2 * (math.pi * 60 * frequency) ** 2)
        shaped = filtered[:, None] if axis == 0 else filtered[None, :]
        coverage = np.fft.ifft(np.fft.fft(coverage, axis=axis) * shaped, axis=axis).real
    wanted = 255 * (1 - 0.3 * coverage)[..., None]
    shown = np.asarray(draw_image(long_form(layer)).convert("L"), float)[..., None]
    outside = letter[..., None] == 255
    error = np.abs(means(shown) - means(wanted))[means(outside.astype(float)) == 1]
    assert np.percentile(error, 90) <= 0.5
    assert error.max() <= 1.3  # three boxes are no Gaussian
    rows = shown[::2].astype(int) - shown[1::2].astype(int)
    assert set(np.unique(rows[outside[::2] & outside[1::2]])) <= {-1, 0, 1}
    assert (rows != 0).mean() > 0.05  # rows alternate where the level is halfway


def test_the_pattern_is_fixed_to_the_frame() -> None:
    box = {"x": 100, "y": 101, "width": 300, "height": 300}
    fill = {"type": "linear", "angle": 30, "stops": gradient({})["placements"]["front"]["background"]["stops"]}
    shape = {"type": "shape", "shape": "rectangle", "fill": fill}
    one, other = (
        draw_image(long_form({**shape, "box": {**box, "y": box["y"] + moved}}, background="#000000"))
        for moved in (0, 2)
    )
    assert one.crop((100, 101, 400, 401)).tobytes() == other.crop((100, 103, 400, 403)).tobytes()


@pytest.mark.parametrize("axis", AXES, ids=str)
def test_blocks_have_the_pixels_of_the_whole(axis: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = draw_image(gradient(axis, SLOW)).tobytes()
    monkeypatch.setattr(background, "_BLOCK_PIXELS", 7 * SIDE)
    assert draw_image(gradient(axis, SLOW)).tobytes() == whole
