"""Coverage of grids of cells: exact, and the same whatever part is drawn."""

import numpy as np
import pytest
from PIL import Image

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.cells import rasterize_cells

CELLS = np.random.default_rng(7).integers(0, 2, (9, 12)).astype(np.uint8)


@pytest.mark.parametrize("rect", [(3, 2, 39, 29), (3.3, 1.7, 58.1, 39.2), (1.2, 3.9, 6.1, 8.2), (-20.5, -9, 90, 70)])
def test_coverage_equals_a_supersampled_picture(rect: tuple[float, float, float, float]) -> None:
    fine, width, height = 40, 60, 40
    x = (np.arange(width * fine) + 0.5) / fine
    y = (np.arange(height * fine) + 0.5) / fine
    left, top, right, bottom = rect
    column = np.floor((x - left) / (right - left) * 12).astype(int)
    row = np.floor((y - top) / (bottom - top) * 9).astype(int)
    inside = ((row >= 0) & (row < 9))[:, None] & ((column >= 0) & (column < 12))
    samples = CELLS[np.clip(row, 0, 8)[:, None], np.clip(column, 0, 11)] * inside
    wanted = samples.reshape(height, fine, width, fine).mean(axis=(1, 3)) * 255
    drawn = np.array(rasterize_cells(CELLS, Rect(*rect), Viewport(1, 0, 0, width, height)))
    assert np.abs(drawn - wanted).max() < 255 * 2 / fine


def test_a_part_has_the_pixels_of_the_whole() -> None:
    rect = Rect(3.3, 1.7, 58.1, 39.2)
    whole = rasterize_cells(CELLS, rect, Viewport(1, 0, 0, 60, 40))
    for left, top, width, height in ((0, 0, 60, 1), (7, 11, 13, 5), (59, 0, 1, 40)):
        part = rasterize_cells(CELLS, rect, Viewport(1, left, top, width, height))
        assert part.tobytes() == whole.crop((left, top, left + width, top + height)).tobytes()


def test_whole_pixels_are_opaque_or_empty() -> None:
    drawn = rasterize_cells(CELLS, Rect(0, 0, 36, 27), Viewport(1, 0, 0, 36, 27))
    wanted = Image.fromarray(CELLS * np.uint8(255)).resize((36, 27), Image.Resampling.NEAREST)
    assert drawn.tobytes() == wanted.tobytes()


def test_a_rectangle_without_extent_is_empty() -> None:
    drawn = rasterize_cells(CELLS, Rect(5, 5, 5, 5), Viewport(1, 0, 0, 10, 10))
    assert drawn.getextrema() == (0, 0)
