"""Watermarks on files that are shown before payment; print files never have one."""

import io
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from PIL import Image, JpegImagePlugin, PngImagePlugin

from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout import text
from rendering.engine.layout.context import FaceLoader, LayoutContext
from rendering.engine.paint.fragment import fade_mask
from rendering.engine.paint.layer import composite_paint, draw_layer
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.schema import Outline, Placement, Text
from rendering.engine.schema.base import Box
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Font, FontError, PictureError, Watermark

Overlay: TypeAlias = Callable[[Image.Image, Viewport], None]

_CORNER_MARGIN = 0.03  # of the frame's shorter side, around a mark in the corner
_HEIGHT_CEILING = 0.25  # of a mark, as a fraction of the frame's height
_TILE_ANGLE = -30.0  # degrees, of tiled marks
_TILE_SPACING = 1.5  # from one tiled mark to the next, in widths and heights of the mark
_TILES_CEILING = 40  # tiled marks per row, and rows
_OUTLINE_WIDTH = 0.05  # of a text's height; a dark outline makes white readable on any background
_PIXELS_CEILING = 4_000_000  # px of a mark
_DECODE_ERRORS = (OSError, SyntaxError, ValueError)

MarkRenderer: TypeAlias = Callable[[float], Image.Image]
"""Takes a zoom in px per mm and returns the mark at that size, RGBA."""


def build_watermark(
    mark: Watermark, width: float, height: float, fonts: Mapping[str, Font], load_faces: FaceLoader
) -> Overlay:
    """Return an overlay that draws a watermark on a frame of width × height mm.

    Raises FontError for an unknown font, PictureError for a picture that is neither PNG nor JPEG, or too large.
    """
    max_width, max_height = mark.scale * width, _HEIGHT_CEILING * height
    if mark.picture:
        image = _open_picture(mark.picture)
        mark_width = min(max_width, max_height * image.width / image.height)
        render_mark = _picture_renderer(image, mark_width, rotate=mark.place == "tiled")
    elif mark.font in fonts:
        background = PlacedBackground(max_width, max_height)
        context = LayoutContext(_mark_spec(max_width, max_height), background, fonts, load_faces, ImageCache({}))
        render_mark = _text_renderer(mark, max_width, max_height, context)
    else:
        raise FontError(f"the watermark's font {mark.font!r} is not in the catalogue: choose one that is")
    return _WatermarkOverlay(mark, width, height, render_mark).draw_over


def _mark_spec(width: float, height: float) -> PlacementSpec:
    return PlacementSpec("", width, height, 1.0, Placement(layers=()))


def _text_renderer(mark: Watermark, width: float, height: float, context: LayoutContext) -> MarkRenderer:
    """Return a renderer of the text in white with a dark outline, as large as fits into width × height mm."""
    outline = Outline(width=_OUTLINE_WIDTH * min(height, 2 * width / len(mark.text)), color="#000000")
    source = Text(
        type="text",
        text=mark.text,
        font=mark.font,
        size=height,
        box=Box(x=0, y=0, width=width, height=height),
        color="#FFFFFF",
        outline=outline,
        rotation=_TILE_ANGLE if mark.place == "tiled" else 0,
    )
    layer = text.place_layer((0,), source, context, Transform())

    def render_mark(zoom: float) -> Image.Image:
        reach = math.ceil((width + height) * zoom)
        viewport = Viewport(zoom, -reach, -reach, 3 * reach, 3 * reach)
        part = viewport.crop_to_rect(layer.visible_bounds, outline.width) if layer.visible_bounds else None
        image = Image.new("RGBA", (part.width, part.height) if part else (1, 1))
        if part:
            draw_layer(image, layer, part)
        return image

    return render_mark


def _picture_renderer(image: Image.Image, width: float, *, rotate: bool) -> MarkRenderer:
    """Return a renderer of a picture that is `width` mm wide."""

    def render_mark(zoom: float) -> Image.Image:
        size = (max(1, round(width * zoom)), max(1, round(width * zoom * image.height / image.width)))
        scaled = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
        return scaled.rotate(-_TILE_ANGLE, Image.Resampling.BICUBIC, expand=True) if rotate else scaled

    return render_mark


def _open_picture(data: bytes) -> Image.Image:
    plugin = JpegImagePlugin.JpegImageFile if data[:2] == b"\xff\xd8" else PngImagePlugin.PngImageFile
    try:
        image = plugin(io.BytesIO(data))
        if image.width * image.height <= _PIXELS_CEILING:
            return image.convert("RGBA")
    except _DECODE_ERRORS as error:
        raise PictureError("the watermark's picture is not a readable PNG or JPEG") from error
    raise PictureError(f"the watermark's picture has more than {_PIXELS_CEILING / 1e6:g} megapixels")


@dataclass(slots=True)
class _WatermarkOverlay:
    """A watermark on a frame of width × height mm; the mark is rendered once per zoom, so that bands fit together."""

    mark: Watermark
    width: float
    height: float
    render_mark: MarkRenderer
    _cache: dict[float, Image.Image] = field(default_factory=dict)

    def draw_over(self, picture: Image.Image, viewport: Viewport) -> None:
        """Draw the watermark on the RGB or RGBA image of a viewport."""
        mark = self._mark_at(viewport.zoom)
        for left, top in self._mark_positions(mark, viewport.zoom):
            if part := Viewport(viewport.zoom, left, top, *mark.size).intersect_with(viewport):
                x, y = part.left - left, part.top - top
                visible = mark.crop((x, y, x + part.width, y + part.height))
                position = (part.left - viewport.left, part.top - viewport.top)
                mask = fade_mask(visible.getchannel("A"), self.mark.opacity)
                composite_paint(picture, visible.convert("RGB"), mask, position, "normal")

    def _mark_at(self, zoom: float) -> Image.Image:
        if zoom not in self._cache:
            # Above max_zoom the mark stops growing with the file, which caps its time and memory.
            max_zoom = math.sqrt(_PIXELS_CEILING / (self.width * self.height * self.mark.scale))
            self._cache[zoom] = self.render_mark(min(zoom, max_zoom))
        return self._cache[zoom]

    def _mark_positions(self, mark: Image.Image, zoom: float) -> Iterator[tuple[int, int]]:
        """Yield the left and top of each mark, px from the frame's top left."""
        width, height = round(self.width * zoom), round(self.height * zoom)
        if self.mark.place == "corner":
            margin = round(_CORNER_MARGIN * min(width, height))
            yield width - margin - mark.width, height - margin - mark.height
            return
        step_x = max(mark.width * _TILE_SPACING, width / _TILES_CEILING)
        step_y = max(mark.height * _TILE_SPACING, height / _TILES_CEILING)
        for row in range(math.ceil(height / step_y) + 1):
            for column in range(-1, math.ceil(width / step_x) + 1):
                yield round((column + row % 2 / 2) * step_x), round((row - 0.25) * step_y)
