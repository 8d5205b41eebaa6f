"""Painting of QR code layers: background, modules and logo."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.bezier import Polygons
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.qr import QrLayer
from rendering.engine.paint import image as image_paint
from rendering.engine.paint.fragment import Fragment
from rendering.engine.raster.cells import rasterize_cells
from rendering.engine.raster.polygons import rasterize_polygons

_ONE_CELL = np.ones((1, 1), np.uint8)


def paint_layer(layer: QrLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield the fragments of a code from bottom to top, its edges exact at every size.

    Raises PictureError for a logo whose file does not match its record.
    """
    if layer.visible_bounds and (part := viewport.crop_to_rect(layer.visible_bounds)):
        if layer.background:
            yield layer.background, _draw_background(layer, part), part
        yield layer.color, _draw_modules(layer, part), part
    if layer.logo:
        yield from image_paint.paint_layer(layer.logo, viewport)


def _draw_background(layer: QrLayer, part: Viewport) -> Image.Image:
    if layer.quarter_turns is None:
        side, quiet = layer.modules_per_side, layer.source.quiet
        return _rasterize_rectangles(layer, np.array([[0, 0, side, side]]) - quiet, part)
    return rasterize_cells(_ONE_CELL, _scale_bounds(layer, part.zoom), part)


def _draw_modules(layer: QrLayer, part: Viewport) -> Image.Image:
    turns = layer.quarter_turns
    if turns is None:
        return _rasterize_rectangles(layer, _find_dark_runs(layer.drawn_modules), part)
    cells = np.rot90(np.pad(layer.drawn_modules, layer.source.quiet), -turns)
    return rasterize_cells(cells, _scale_bounds(layer, part.zoom), part)


def _scale_bounds(layer: QrLayer, zoom: float) -> Rect:
    """Return the square that a code fills whose rotation is a multiple of 90 degrees, px."""
    x, y = layer.transform.map_point(*layer.box.center)
    half = layer.box.width / 2
    return Rect((x - half) * zoom, (y - half) * zoom, (x + half) * zoom, (y + half) * zoom)


def _find_dark_runs(modules: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return a rectangle (left, top, right, bottom), in modules, for each horizontal run of dark ones: shape (n, 4)."""
    grid = np.pad(modules.astype(np.int8), ((0, 0), (1, 1)))
    rows, edges = np.nonzero(np.diff(grid))  # alternating starts and ends of runs
    left, right, top = edges[::2], edges[1::2], rows[::2]
    return np.stack([left, top, right, top + 1], axis=1)


def _rasterize_rectangles(layer: QrLayer, rectangles: NDArray[np.int64], part: Viewport) -> Image.Image:
    """Return the mask of rectangles, in modules from the corner of the code without its quiet zone."""
    corners = rectangles[:, (0, 1, 2, 1, 2, 3, 0, 3)].reshape(-1, 2).astype(float)
    quiet, transform, zoom = layer.source.quiet, layer.transform, part.zoom
    x, y = ((corners + quiet) * layer.module_size + (layer.box.left, layer.box.top)).T
    cos, sin, offset_x, offset_y = transform
    points = np.stack([x * cos - y * sin + offset_x, x * sin + y * cos + offset_y], axis=1) * zoom
    return rasterize_polygons(Polygons(points, np.arange(0, len(points), 4)), part)
