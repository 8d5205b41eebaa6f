"""What a layer of a code is made of: its background, and its modules."""

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
    """Yield a code's strokes from the bottom up.

    A module is a whole number of px, unless it is turned by an angle or would be smaller than one.
    """
    whole = layer.snap_to_pixels(viewport.zoom)
    part = (
        whole.intersect_with(viewport)
        if whole
        else viewport.crop_to_rect(layer.visible_bounds)
        if layer.visible_bounds
        else None
    )
    if part is None:
        return
    side, quiet = layer.modules_per_side, layer.source.quiet
    if layer.background:
        square = np.array([[0, 0, side, side]]) - quiet
        everything = Image.new("L", (part.width, part.height), 255)
        yield layer.background, everything if whole else _rasterize_modules(layer, square, part), part
    if whole:
        yield layer.color, _draw_pixel_modules(layer, whole, part), part
    else:
        yield layer.color, _rasterize_modules(layer, _dark_runs(layer.modules), part), part


def _draw_pixel_modules(layer: QrLayer, whole: Viewport, part: Viewport) -> Image.Image:
    """Return the modules as squares of whole px: what is seen of them in a part of where all of them are."""
    grid = np.pad(np.array([list(row) for row in layer.modules], np.uint8) * 255, layer.source.quiet)
    grid = np.rot90(grid, -(layer.quarter_turns or 0))
    pixels = whole.width // layer.modules_per_side
    columns = (np.arange(part.width) + (part.left - whole.left)) // pixels
    rows = (np.arange(part.height) + (part.top - whole.top)) // pixels
    return Image.fromarray(np.ascontiguousarray(grid[:, columns][rows]))


def _dark_runs(modules: tuple[bytes, ...]) -> NDArray[np.int64]:
    """Return rectangles (left, top, right, bottom) of modules around the dark ones: one for each run of a row."""
    grid = np.pad(np.array([list(row) for row in modules], np.int8), ((0, 0), (1, 1)))
    rows, edges = np.nonzero(np.diff(grid))  # where a run begins, and where it ends, in turn
    left, right, top = edges[::2], edges[1::2], rows[::2]
    return np.stack([left, top, right, top + 1], axis=1)


def _rasterize_modules(layer: QrLayer, rectangles: NDArray[np.int64], part: Viewport) -> Image.Image:
    """Return the coverage of rectangles of modules, which are counted from the code's corner."""
    corners = rectangles[:, (0, 1, 2, 1, 2, 3, 0, 3)].reshape(-1, 2).astype(float)
    quiet, pose, zoom = layer.source.quiet, layer.transform, part.zoom
    x, y = ((corners + quiet) * layer.module_size + (layer.box.left, layer.box.top)).T
    points = np.stack([x * pose.cos - y * pose.sin + pose.x, x * pose.sin + y * pose.cos + pose.y], axis=1) * zoom
    return rasterize_polygons(Polygons(points, np.arange(0, len(points), 4)), part)
