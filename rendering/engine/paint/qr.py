"""Painting of QR code layers: background and modules."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.bezier import Polygons
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.qr import QrLayer
from rendering.engine.paint.fragment import Fragment
from rendering.engine.raster.polygons import rasterize_polygons


def paint_layer(layer: QrLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield the fragments of a code from bottom to top.

    Modules are whole pixels where `snap_to_pixels` allows it, else exact outlines with antialiased edges.
    """
    if snapped := layer.snap_to_pixels(viewport.zoom):
        yield from _paint_snapped(layer, snapped, viewport)
    elif layer.visible_bounds and (part := viewport.crop_to_rect(layer.visible_bounds)):
        yield from _paint_outlines(layer, part)


def _paint_snapped(layer: QrLayer, snapped: Viewport, viewport: Viewport) -> Iterator[Fragment]:
    part = snapped.intersect_with(viewport)
    if part is None:
        return
    if layer.background:
        yield layer.background, Image.new("L", (part.width, part.height), 255), part
    yield layer.color, _draw_pixel_modules(layer, snapped, part), part


def _paint_outlines(layer: QrLayer, part: Viewport) -> Iterator[Fragment]:
    if layer.background:
        side, quiet = layer.modules_per_side, layer.source.quiet
        square = np.array([[0, 0, side, side]]) - quiet
        yield layer.background, _rasterize_modules(layer, square, part), part
    yield layer.color, _rasterize_modules(layer, _dark_runs(layer.modules), part), part


def _draw_pixel_modules(layer: QrLayer, snapped: Viewport, part: Viewport) -> Image.Image:
    """Return the mask of the modules as squares of whole px, for a part of the snapped square."""
    grid = np.pad(np.array([list(row) for row in layer.modules], np.uint8) * 255, layer.source.quiet)
    grid = np.rot90(grid, -(layer.quarter_turns or 0))
    module_px = snapped.width // layer.modules_per_side
    columns = (np.arange(part.width) + (part.left - snapped.left)) // module_px
    rows = (np.arange(part.height) + (part.top - snapped.top)) // module_px
    return Image.fromarray(np.ascontiguousarray(grid[:, columns][rows]))


def _dark_runs(modules: tuple[bytes, ...]) -> NDArray[np.int64]:
    """Return a rectangle (left, top, right, bottom), in modules, for each horizontal run of dark ones: shape (n, 4)."""
    grid = np.pad(np.array([list(row) for row in modules], np.int8), ((0, 0), (1, 1)))
    rows, edges = np.nonzero(np.diff(grid))  # alternating starts and ends of runs
    left, right, top = edges[::2], edges[1::2], rows[::2]
    return np.stack([left, top, right, top + 1], axis=1)


def _rasterize_modules(layer: QrLayer, rectangles: NDArray[np.int64], part: Viewport) -> Image.Image:
    """Return the mask of rectangles, in modules from the corner of the code without its quiet zone."""
    corners = rectangles[:, (0, 1, 2, 1, 2, 3, 0, 3)].reshape(-1, 2).astype(float)
    quiet, transform, zoom = layer.source.quiet, layer.transform, part.zoom
    x, y = ((corners + quiet) * layer.module_size + (layer.box.left, layer.box.top)).T
    cos, sin, offset_x, offset_y = transform
    points = np.stack([x * cos - y * sin + offset_x, x * sin + y * cos + offset_y], axis=1) * zoom
    return rasterize_polygons(Polygons(points, np.arange(0, len(points), 4)), part)
