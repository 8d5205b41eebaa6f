"""Rasterisation of a grid of dark and light cells in an upright rectangle, by exact coverage.

Many times faster than polygons: a row of px that lies within one row of cells is made once for all such rows.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.bezier import FloatArray, IntArray
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport

_LEAST = 1e-6  # px; avoids divisions by nearly zero, and less is invisible


def rasterize_cells(cells: NDArray[np.uint8], rect: Rect, viewport: Viewport) -> Image.Image:
    """Return the coverage of the dark cells (1) of a grid that fills a rectangle, an L mask of the viewport's size.

    `rect` is in px of the whole frame. The value of a px does not depend on the viewport.
    """
    rect = Rect(rect.left, rect.top, max(rect.right, rect.left + _LEAST), max(rect.bottom, rect.top + _LEAST))
    rows, columns = cells.shape
    across = _place_edges(viewport.left, viewport.width, rect.left, rect.width, columns)
    down = _place_edges(viewport.top, viewport.height, rect.top, rect.height, rows)
    strips = _average_cells(cells.T.astype(float), across[:-1], across[1:]).T * (rect.width / columns)
    first, last = _index_cells(down[:-1], rows), _index_cells(down[1:], rows)
    is_plain = (first == last) & (down[1:] - down[:-1] > (1 - 1e-9) * rows / rect.height)
    lines = _average_cells(strips, down[:-1][~is_plain], down[1:][~is_plain]) * (rect.height / rows)
    table = np.floor(np.concatenate([strips, lines]) * 255 + 0.5).astype(np.uint8)
    line = first.copy()
    line[~is_plain] = rows + np.arange(len(lines))
    return Image.fromarray(table[line])


def _place_edges(first: int, count: int, start: float, length: float, cells: int) -> FloatArray:
    """Return the edges of px, in cells from the start of the grid, and limited to it."""
    edges: FloatArray = np.clip((np.arange(first, first + count + 1) - start) * (cells / length), 0, cells)
    return edges


def _average_cells(values: FloatArray, starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Integrate over the rows of cells from each start to each end: shape (number of starts, columns)."""
    totals = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=totals[1:])

    def integrate(edges: FloatArray) -> FloatArray:
        cell = _index_cells(edges, len(values))
        return totals[cell] + values[cell] * (edges - cell)[:, None]

    return integrate(ends) - integrate(starts)


def _index_cells(edges: FloatArray, cells: int) -> IntArray:
    return np.minimum(edges.astype(np.int64), cells - 1)
