"""Paths as glyphs in memory have the area and the bounds of the paths."""

import pathops
import pytest

from rendering.engine.raster.outline_font import encode_outline, measure_outline
from rendering.engine.text.face import Face
from rendering.engine.text.truetype import build_font


def square(side: float = 100.0) -> pathops.Path:
    path = pathops.Path()
    path.moveTo(0, 0)
    for corner in ((0, side), (side, side), (side, 0)):
        path.lineTo(*corner)
    path.close()
    return path


def cubic_blob() -> pathops.Path:
    path = pathops.Path()
    path.moveTo(0, 0)
    path.cubicTo(0, 200, 300, 250, 300, 0)
    path.cubicTo(200, -100, 100, 50, 0, 0)
    path.close()
    return path


def curve_without_corners() -> pathops.Path:
    """Return a contour all of whose points on the curve are halfway between control points."""
    path = pathops.Path()
    path.getPen().qCurveTo((0, 0), (100, 0), (100, 100), (0, 100), None)
    return path


def reread(path: pathops.Path, zoom: float, bend: float = float("inf")) -> pathops.Path:
    encoded = encode_outline(path, zoom, bend)
    assert encoded
    outline = Face("memory", build_font([encoded]), 1000).get_outline(0)
    return outline.transform(1 / zoom, 0, 0, 1 / zoom)


@pytest.mark.parametrize("bend", [float("inf"), 1.0, 0.05])
@pytest.mark.parametrize("path", [square(), cubic_blob(), curve_without_corners()], ids=["lines", "cubic", "round"])
def test_a_glyph_has_the_area_and_bounds_of_its_path(path: pathops.Path, bend: float) -> None:
    found = reread(path, 50, bend)
    assert found.area == pytest.approx(path.area, rel=1e-3)
    assert found.bounds == pytest.approx(path.bounds, abs=0.3)
    assert found.clockwise == path.clockwise


def test_curves_are_halved_until_they_are_nearly_lines() -> None:
    found = reread(curve_without_corners(), 50, 0.05)
    at = found.points[0]
    for _, steps in found:
        if len(steps) == 2:
            bends = (abs(a - 2 * b + c) / 4 for a, b, c in zip(at, *steps, strict=True))
            assert max(bends) <= 0.05 + 0.02  # rounded to 1/50
        at = steps[-1] if steps else at
    assert len(found.points) > 30


def test_an_outline_too_large_for_16_bits_is_refused() -> None:
    assert encode_outline(square(700), 50) is None
    assert encode_outline(pathops.Path(), 50) == b""


def test_an_outline_is_measured_by_its_length_and_its_curves() -> None:
    assert measure_outline(square()) == (2, 0)
    assert measure_outline(curve_without_corners())[1] == 1
    assert 0.9 < measure_outline(cubic_blob())[1] <= 1
    assert measure_outline(pathops.Path()) == (0, 0)
