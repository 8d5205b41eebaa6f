"""The in-memory font for polygons holds all of their points, however many there are."""

import numpy as np
import pytest

from rendering.engine.geometry.bezier import Polygons
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster import memory_font
from rendering.engine.raster.polygons import rasterize_polygons

VIEW = Viewport(1.0, 0, 0, 300, 300)


def rings(count: int, corners: int) -> Polygons:
    """Return `count` nested squares of alternating direction: every second ring between them is covered."""
    turn = np.linspace(0, 4, corners, endpoint=False)
    side, along = turn.astype(int), turn % 1
    x = np.choose(side, [along, np.ones_like(along), 1 - along, np.zeros_like(along)]) - 0.5
    y = np.choose(side, [np.zeros_like(along), along, np.ones_like(along), 1 - along]) - 0.5
    sizes = np.linspace(280, 20, count)
    contours = [np.stack([x, y], axis=1)[:: (-1) ** number] * size + 150 for number, size in enumerate(sizes)]
    return Polygons(np.concatenate(contours), np.arange(0, count * corners, corners))


@pytest.mark.parametrize(("count", "corners"), [(1, 4), (6, 4), (6, 400), (3, 4_000)])
def test_points_are_distributed_over_glyphs(count: int, corners: int, monkeypatch: pytest.MonkeyPatch) -> None:
    polygons = rings(count, corners)
    at_once = np.asarray(rasterize_polygons(polygons, VIEW))
    sizes = np.linspace(280, 20, count)
    assert at_once.sum() / 255 == pytest.approx(
        sum((-1) ** number * size**2 for number, size in enumerate(sizes)), rel=1e-4
    )
    monkeypatch.setattr(memory_font, "_POINTS_CEILING", 150)
    assert (np.asarray(rasterize_polygons(polygons, VIEW)) == at_once).all()


def test_a_glyph_never_exceeds_harfbuzz_limits() -> None:
    points = np.zeros((200_000, 2), dtype=np.int64)
    points[:, 0] = np.arange(200_000) % 7
    glyphs = memory_font.encode_glyphs(points, np.array([0, 10, 150_000]))
    assert max(map(len, glyphs)) <= 66_000 * 11
    assert sum(map(len, glyphs)) >= 200_000 * 11


def test_no_points_cover_nothing() -> None:
    empty = Polygons(np.empty((0, 2)), np.empty(0, np.int64))
    assert rasterize_polygons(empty, VIEW).getextrema() == (0, 0)
