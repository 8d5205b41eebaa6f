"""Pictures whose edges are parallel to the rows and columns of the file: resampled once, straight into place."""

from collections.abc import Callable

from PIL import Image

from rendering.engine.geometry.affine import Affine
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.decoded import MipLevel
from rendering.engine.images.resample import TILE_ROWS, PixelSpan, resize_region, split_spans

RegionResizer = Callable[[MipLevel, tuple[int, int], tuple[float, float, float, float]], Image.Image]
"""Resizes a box (left, top, right, bottom; px) of a level to a size: RGB, or premultiplied RGBa."""

_FLIPS = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM
_SKEW_TOLERANCE = 1 / 512  # px that an edge may deviate over its whole length


class AxisAlignedImage:
    """The part of a picture that a viewport shows, where the picture is rotated by a multiple of 90° only.

    `crop_rect` is the part of the picture that is used, as fractions of its size.
    """

    def __init__(
        self, affine: Affine, crop_rect: Rect, viewport: Viewport, resize: RegionResizer = resize_region
    ) -> None:
        self._affine, self._viewport, self._resize = affine, viewport, resize
        self._swapped = abs(affine.a) * crop_rect.width < abs(affine.b) * crop_rect.height
        (x0, y0), (x1, y1) = (
            affine.map_point(crop_rect.left, crop_rect.top),
            affine.map_point(crop_rect.right, crop_rect.bottom),
        )
        # Whole tiles of rows, even where the viewport begins or ends within one, for the same pixels in every band.
        end = viewport.top + viewport.height
        tiles = split_spans(
            min(y0, y1), max(y0, y1), viewport.top // TILE_ROWS * TILE_ROWS, -(-end // TILE_ROWS) * TILE_ROWS, TILE_ROWS
        )
        self._down = [tile for tile in tiles if tile.start < end and tile.start + tile.length > viewport.top]
        self._across = list(split_spans(min(x0, x1), max(x0, x1), viewport.left, viewport.left + viewport.width))

    @staticmethod
    def is_axis_aligned(affine: Affine, crop_rect: Rect) -> bool:
        """Tell whether a picture is rotated by a multiple of 90°."""
        straight = max(abs(affine.b) * crop_rect.height, abs(affine.d) * crop_rect.width) < _SKEW_TOLERANCE
        return straight or max(abs(affine.a) * crop_rect.width, abs(affine.e) * crop_rect.height) < _SKEW_TOLERANCE

    def render_level(self, level: MipLevel) -> Image.Image:
        """Return the viewport's pixels, RGB or premultiplied RGBa; black or transparent outside the picture."""
        view = self._viewport
        mode = "RGB" if level.image.mode == "RGB" else "RGBa"
        image = Image.new(mode, (view.width, view.height))
        for down in self._down:
            for across in self._across:
                image.paste(self._render_piece(level, across, down), (across.start - view.left, down.start - view.top))
        return image

    def render_mask(self) -> Image.Image:
        """Return the coverage of the picture, an L mask of the viewport's size."""
        view = self._viewport
        mask = Image.new("L", (view.width, view.height))
        for down in self._down:
            for across in self._across:
                x, y = across.start - view.left, down.start - view.top
                value = round(255 * across.coverage * down.coverage)
                mask.paste(value, (x, max(0, y), x + across.length, min(view.height, y + down.length)))
        return mask

    def _render_piece(self, level: MipLevel, across: PixelSpan, down: PixelSpan) -> Image.Image:
        """Return one piece of the file's pixels: resized from its part of the level, then flipped and transposed."""
        a, b, c, d, e, f = self._affine
        along_u, along_v = (down, across) if self._swapped else (across, down)
        (from_u, per_u), (from_v, per_v) = ((f, d), (c, b)) if self._swapped else ((c, a), (f, e))
        us = sorted(((along_u.low - from_u) / per_u * level.width, (along_u.high - from_u) / per_u * level.width))
        vs = sorted(((along_v.low - from_v) / per_v * level.height, (along_v.high - from_v) / per_v * level.height))
        piece = self._resize(level, (along_u.length, along_v.length), (us[0], vs[0], us[1], vs[1]))
        for backwards, flip in zip((per_u < 0, per_v < 0), _FLIPS, strict=True):
            piece = piece.transpose(flip) if backwards else piece
        return piece.transpose(Image.Transpose.TRANSPOSE) if self._swapped else piece
