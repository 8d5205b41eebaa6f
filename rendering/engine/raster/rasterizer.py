"""HarfBuzz's rasteriser, one for each thread: one that is used again has its buffers already."""

import threading

import uharfbuzz as hb

from rendering.engine.geometry.viewport import Viewport


class _Rasters(threading.local):
    def __init__(self) -> None:
        self.raster = hb.RasterDraw()


_rasters = _Rasters()


def find_raster(left: int, top: int, viewport: Viewport) -> hb.RasterDraw:
    """Return this thread's rasteriser for a mask of the viewport's size from (left, top) on, without gaps between rows.

    It serves one mask: `render` must be called before the next is begun.
    """
    raster = _rasters.raster
    raster.reset()  # an exception may have left glyphs in it
    raster.extents = hb.RasterExtents(
        x_origin=left, y_origin=top, width=viewport.width, height=viewport.height, stride=viewport.width
    )
    return raster
