"""Pictures rotated by any angle, drawn tile by tile: scaled down unrotated where too large, then rotated.

Tiles are fixed in the frame, so that every band has exactly the pixels of the whole. A tile is drawn in three steps:
find the part of the picture beneath it, scale that to about one px per px drawn (the "grid"), rotate it by Pillow's
bicubic AFFINE transform.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from rendering.engine.geometry.affine import Affine
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.decoded import MipLevel
from rendering.engine.images.edges import extend_edges
from rendering.engine.images.resample import TILE_ROWS, resize_region

TILE_COLUMNS = 128  # px; a tile is as high as those of axis-aligned pictures
_TILE_MARGIN = 2  # px that bicubic interpolation reads around a part


class GridAxis(NamedTuple):
    """One axis of the grid: `length` px, each of `step` px of the level, from the level's px `start` on."""

    start: float
    step: float
    length: int
    low: int  # px of the grid that are used, from
    high: int  # up to

    @classmethod
    def fit_range(cls, low: float, high: float, length: int, drawn: float) -> "GridAxis":
        """Return the axis for a level of `length` px, used from `low` to `high` and drawn at `drawn` px.

        Its px are the level's own, or larger ones where fewer are drawn.
        """
        if high - low <= drawn:
            return cls(0.0, 1.0, length, math.floor(low), math.ceil(high))
        count = max(1, math.ceil(drawn))
        return cls(low, (high - low) / count, count, 0, count)

    def pad_range(self, low: float, high: float) -> tuple[int, int]:
        """Return the first px, and the one after the last, that interpolating an interval of the grid reads."""
        return max(math.floor(low), self.low) - _TILE_MARGIN, min(math.ceil(high), self.high) + _TILE_MARGIN


class RotatedImage:
    """A picture under an affine map; `crop_rect` is the part that is used, as fractions of its size."""

    def __init__(self, level: MipLevel, affine: Affine, crop_rect: Rect) -> None:
        self._level, self._affine = level, affine
        width, height = level.width, level.height
        self._u = GridAxis.fit_range(
            crop_rect.left * width, crop_rect.right * width, level.image.width, crop_rect.width * affine.width_px
        )
        self._v = GridAxis.fit_range(
            crop_rect.top * height, crop_rect.bottom * height, level.image.height, crop_rect.height * affine.height_px
        )

    def render_viewport(self, viewport: Viewport) -> Image.Image:
        """Return the viewport's pixels, RGB or premultiplied RGBa; those outside the picture are undefined."""
        image = Image.new("RGB" if self._level.image.mode == "RGB" else "RGBa", (viewport.width, viewport.height))
        for left, top in iter_tile_corners(viewport):
            if tile := self._render_tile(left, top):
                image.paste(tile, (left - viewport.left, top - viewport.top))
        return image

    def _render_tile(self, left: int, top: int) -> Image.Image | None:
        """Return the tile with this corner (px of the frame), None if no used part of the picture is beneath it."""
        a, b, c, d, e, f = self._affine
        area = a * e - b * d
        # The inverse of the affine map, scaled to px of the grid: px (x, y) of the tile shows the point
        # (u0 + x u_x + y u_y, v0 + x v_x + y v_y) of the grid.
        per_u, per_v = self._level.width / self._u.step / area, self._level.height / self._v.step / area
        u_x, u_y, v_x, v_y = e * per_u, -b * per_u, -d * per_v, a * per_v
        u0 = u_x * (left - c) + u_y * (top - f) - self._u.start / self._u.step
        v0 = v_x * (left - c) + v_y * (top - f) - self._v.start / self._v.step
        # The corners of the tile give the part of the grid that it shows.
        us = [u0 + x * u_x + y * u_y for x in (0, TILE_COLUMNS) for y in (0, TILE_ROWS)]
        vs = [v0 + x * v_x + y * v_y for x in (0, TILE_COLUMNS) for y in (0, TILE_ROWS)]
        (left_u, right_u), (top_v, bottom_v) = self._u.pad_range(min(us), max(us)), self._v.pad_range(min(vs), max(vs))
        if right_u - left_u <= 2 * _TILE_MARGIN or bottom_v - top_v <= 2 * _TILE_MARGIN:
            return None
        part = self._crop_grid(left_u, top_v, right_u, bottom_v)
        inverse = (u_x, u_y, u0 - left_u, v_x, v_y, v0 - top_v)
        return part.transform((TILE_COLUMNS, TILE_ROWS), Image.Transform.AFFINE, inverse, Image.Resampling.BICUBIC)

    def _crop_grid(self, left: int, top: int, right: int, bottom: int) -> Image.Image:
        """Return a part of the grid; past the picture's edges, the px of the edge are repeated."""
        u, v, level = self._u, self._v, self._level
        inside = max(left, 0), max(top, 0), min(right, u.length), min(bottom, v.length)
        if u.step == v.step == 1:  # nothing to scale
            part = level.image.crop(inside)
            part = part if part.mode == "RGB" else part.convert("RGBa")
        else:
            box = [start + place * step for place, (start, step, *_) in zip(inside, (u, v, u, v), strict=True)]
            size = inside[2] - inside[0], inside[3] - inside[1]
            part = resize_region(level, size, (box[0], box[1], box[2], box[3]))
        return extend_edges(part, (inside[0] - left, inside[1] - top, right - inside[2], bottom - inside[3]))


def iter_tile_corners(viewport: Viewport) -> Iterator[tuple[int, int]]:
    """Yield (left, top) of the tiles that a viewport touches, px of the frame."""
    for top in range(viewport.top // TILE_ROWS * TILE_ROWS, viewport.top + viewport.height, TILE_ROWS):
        for left in range(viewport.left // TILE_COLUMNS * TILE_COLUMNS, viewport.left + viewport.width, TILE_COLUMNS):
            yield left, top
