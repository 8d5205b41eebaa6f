"""Pictures turned by any angle: shrunk upright where they are too large, then turned, tile by tile."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from rendering.engine.geometry.affine import Affine
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.decoded import MipLevel
from rendering.engine.images.resample import TILE_ROWS, resize_region

_TILE_COLUMNS = 128  # px of a tile; as high as those of upright pictures, and like them the same in every band
_TILE_MARGIN = 2  # px around a tile's part of the picture that interpolation looks at


class GridAxis(NamedTuple):
    """An axis of the upright grid that tiles are taken from: `length` px of `step` px of the level, from `start` on."""

    start: float
    step: float
    length: int
    low: int  # what is used of it
    high: int

    @classmethod
    def fit_range(cls, low: float, high: float, length: int, wanted: float) -> "GridAxis":
        """Return the grid of a picture's own px or, if fewer are `wanted` from `low` to `high`, of larger ones."""
        if high - low <= wanted:
            return cls(0.0, 1.0, length, math.floor(low), math.ceil(high))
        count = max(1, math.ceil(wanted))
        return cls(low, (high - low) / count, count, 0, count)

    def pad_range(self, low: float, high: float) -> tuple[int, int]:
        """Return the first px and the last but one that a stretch of the grid needs."""
        return max(math.floor(low), self.low) - _TILE_MARGIN, min(math.ceil(high), self.high) + _TILE_MARGIN


class RotatedImage:
    """A turned picture."""

    def __init__(self, level: MipLevel, affine: Affine, crop_rect: Rect) -> None:
        self._level, self._mapping = level, affine
        width, height = level.width, level.height
        self._u = GridAxis.fit_range(
            crop_rect.left * width, crop_rect.right * width, level.image.width, crop_rect.width * affine.width_px
        )
        self._v = GridAxis.fit_range(
            crop_rect.top * height, crop_rect.bottom * height, level.image.height, crop_rect.height * affine.height_px
        )

    def render_viewport(self, viewport: Viewport) -> Image.Image:
        """Return the view of it, RGB or RGBa; what lies outside of the picture is of no meaning."""
        image = Image.new("RGB" if self._level.image.mode == "RGB" else "RGBa", (viewport.width, viewport.height))
        for left, top in _tile_corners(viewport):
            if tile := self._render_tile(left, top):
                image.paste(tile, (left - viewport.left, top - viewport.top))
        return image

    def _render_tile(self, left: int, top: int) -> Image.Image | None:
        a, b, c, d, e, f = self._mapping
        area = a * e - b * d
        # Where the grid's place is at a px of the tile, and how far it goes from one px to the next.
        per_u, per_v = self._level.width / self._u.step / area, self._level.height / self._v.step / area
        u_x, u_y, v_x, v_y = e * per_u, -b * per_u, -d * per_v, a * per_v
        u0 = u_x * (left - c) + u_y * (top - f) - self._u.start / self._u.step
        v0 = v_x * (left - c) + v_y * (top - f) - self._v.start / self._v.step
        us = [u0 + x * u_x + y * u_y for x in (0, _TILE_COLUMNS) for y in (0, TILE_ROWS)]
        vs = [v0 + x * v_x + y * v_y for x in (0, _TILE_COLUMNS) for y in (0, TILE_ROWS)]
        (left_u, right_u), (top_v, bottom_v) = self._u.pad_range(min(us), max(us)), self._v.pad_range(min(vs), max(vs))
        if right_u - left_u <= 2 * _TILE_MARGIN or bottom_v - top_v <= 2 * _TILE_MARGIN:
            return None
        part = self._crop_grid(left_u, top_v, right_u, bottom_v)
        onto = (u_x, u_y, u0 - left_u, v_x, v_y, v0 - top_v)
        return part.transform((_TILE_COLUMNS, TILE_ROWS), Image.Transform.AFFINE, onto, Image.Resampling.BICUBIC)

    def _crop_grid(self, left: int, top: int, right: int, bottom: int) -> Image.Image:
        """Return px of the grid; past the picture's edges, the edge's own once more."""
        u, v, level = self._u, self._v, self._level
        inside = max(left, 0), max(top, 0), min(right, u.length), min(bottom, v.length)
        if u.step == v.step == 1:
            part = level.image.crop(inside)
            part = part if part.mode == "RGB" else part.convert("RGBa")
        else:
            box = [start + at * step for at, (start, step, *_) in zip(inside, (u, v, u, v), strict=True)]
            size = inside[2] - inside[0], inside[3] - inside[1]
            part = resize_region(level, size, (box[0], box[1], box[2], box[3]))
        return _extend_edges(part, (inside[0] - left, inside[1] - top, right - inside[2], bottom - inside[3]))


def _tile_corners(viewport: Viewport) -> Iterator[tuple[int, int]]:
    for top in range(viewport.top // TILE_ROWS * TILE_ROWS, viewport.top + viewport.height, TILE_ROWS):
        for left in range(
            viewport.left // _TILE_COLUMNS * _TILE_COLUMNS, viewport.left + viewport.width, _TILE_COLUMNS
        ):
            yield left, top


def _extend_edges(image: Image.Image, rim: tuple[int, int, int, int]) -> Image.Image:
    """Return an image with so many px more to the left, above, to the right and below: those of its edges."""
    if not any(rim):
        return image
    left, above, right, below = rim
    wider = Image.new(image.mode, (image.width + left + right, image.height))
    wider.paste(image, (left, 0))
    for count, at, column in ((left, 0, 0), (right, left + image.width, image.width - 1)):
        if count:
            edge = image.crop((column, 0, column + 1, image.height))
            wider.paste(edge.resize((count, image.height), Image.Resampling.NEAREST), (at, 0))
    higher = Image.new(image.mode, (wider.width, image.height + above + below))
    higher.paste(wider, (0, above))
    for count, at, row in ((above, 0, 0), (below, above + image.height, image.height - 1)):
        if count:
            edge = wider.crop((0, row, wider.width, row + 1))
            higher.paste(edge.resize((wider.width, count), Image.Resampling.NEAREST), (0, at))
    return higher
