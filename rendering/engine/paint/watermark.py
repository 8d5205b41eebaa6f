"""Marks over pictures that are shown before they are paid for: never on print files."""

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

_CORNER_MARGIN = 0.03  # of the frame's shorter side, kept free around a mark in the corner
_HEIGHT_CEILING = 0.25  # of a mark, as a part of the frame's height
_TILE_ANGLE = -30.0  # degrees, of tiled marks
_TILE_SPACING = 1.5  # from one tiled mark to the next, in its own widths and heights
_TILES_CEILING = 40  # tiled marks in a row, and rows
_OUTLINE_WIDTH = 0.05  # of a text's height: dark around white can be read on any ground
_PIXELS_CEILING = 4_000_000  # of a mark
_DECODE_ERRORS = (OSError, SyntaxError, ValueError)

MarkRenderer: TypeAlias = Callable[[float], Image.Image]
"""From px a mm to a mark of that size, RGBA."""


def build_watermark(
    mark: Watermark, width: float, height: float, fonts: Mapping[str, Font], load_faces: FaceLoader
) -> Overlay:
    """Return what draws a mark over what a view shows of a frame of so many mm.

    Raises FontError for a font that is not, PictureError for a picture that is neither PNG nor JPEG.
    """
    across, tall = mark.scale * width, _HEIGHT_CEILING * height
    if mark.picture:
        image = _open_picture(mark.picture)
        across = min(across, tall * image.width / image.height)
        drawn = _render_picture(image, across, turn=mark.place == "tiled")
    elif mark.font in fonts:
        background = PlacedBackground(across, tall)
        context = LayoutContext(_mark_spec(across, tall), background, fonts, load_faces, ImageCache({}))
        drawn = _render_text(mark, across, tall, context)
    else:
        raise FontError(f"the watermark's font {mark.font!r} is not in the catalogue: name one that is")
    return _WatermarkOverlay(mark, width, height, drawn).draw_over


def _mark_spec(width: float, height: float) -> PlacementSpec:
    return PlacementSpec("", width, height, 1.0, Placement(layers=()))


def _render_text(mark: Watermark, across: float, tall: float, context: LayoutContext) -> MarkRenderer:
    """Return what draws the mark's text: white with a dark line around it, as large as there is room."""
    line = Outline(width=_OUTLINE_WIDTH * min(tall, 2 * across / len(mark.text)), color="#000000")
    words = Text(
        type="text",
        text=mark.text,
        font=mark.font,
        size=tall,
        box=Box(x=0, y=0, width=across, height=tall),
        color="#FFFFFF",
        outline=line,
        rotation=_TILE_ANGLE if mark.place == "tiled" else 0,
    )
    layer = text.place_layer(0, words, context, Transform())

    def drawn(zoom: float) -> Image.Image:
        reach = math.ceil((across + tall) * zoom)
        view = Viewport(zoom, -reach, -reach, 3 * reach, 3 * reach)
        part = view.crop_to_rect(layer.visible_bounds, line.width) if layer.visible_bounds else None
        picture = Image.new("RGBA", (part.width, part.height) if part else (1, 1))
        if part:
            draw_layer(picture, layer, part)
        return picture

    return drawn


def _render_picture(image: Image.Image, across: float, *, turn: bool) -> MarkRenderer:
    def drawn(zoom: float) -> Image.Image:
        size = (max(1, round(across * zoom)), max(1, round(across * zoom * image.height / image.width)))
        scaled = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
        return scaled.rotate(-_TILE_ANGLE, Image.Resampling.BICUBIC, expand=True) if turn else scaled

    return drawn


def _open_picture(data: bytes) -> Image.Image:
    plugin = JpegImagePlugin.JpegImageFile if data[:2] == b"\xff\xd8" else PngImagePlugin.PngImageFile
    try:
        image = plugin(io.BytesIO(data))
        if image.width * image.height <= _PIXELS_CEILING:
            return image.convert("RGBA")
    except _DECODE_ERRORS as error:
        raise PictureError("the watermark's picture is neither a PNG nor a JPEG that can be read") from error
    raise PictureError(f"the watermark's picture has more than {_PIXELS_CEILING / 1e6:g} megapixels")


@dataclass(slots=True)
class _WatermarkOverlay:
    """A mark on a frame of width × height mm; drawn once for each size of output, so that bands fit together."""

    mark: Watermark
    width: float
    height: float
    render_mark: MarkRenderer
    _cache: dict[float, Image.Image] = field(default_factory=dict)

    def draw_over(self, picture: Image.Image, viewport: Viewport) -> None:
        """Draw over an RGB or RGBA picture of a view."""
        mark = self._mark_at(viewport.zoom)
        for left, top in self._mark_positions(mark, viewport.zoom):
            if part := Viewport(viewport.zoom, left, top, *mark.size).intersect_with(viewport):
                x, y = part.left - left, part.top - top
                seen = mark.crop((x, y, x + part.width, y + part.height))
                at = (part.left - viewport.left, part.top - viewport.top)
                composite_paint(
                    picture, seen.convert("RGB"), fade_mask(seen.getchannel("A"), self.mark.opacity), at, "normal"
                )

    def _mark_at(self, zoom: float) -> Image.Image:
        if zoom not in self._cache:
            # On pictures of more px a mark is smaller, and no less in the way.
            most = math.sqrt(_PIXELS_CEILING / (self.width * self.height * self.mark.scale))
            self._cache[zoom] = self.render_mark(min(zoom, most))
        return self._cache[zoom]

    def _mark_positions(self, mark: Image.Image, zoom: float) -> Iterator[tuple[int, int]]:
        """Yield where the mark stands, px from the frame's top left."""
        width, height = round(self.width * zoom), round(self.height * zoom)
        if self.mark.place == "corner":
            margin = round(_CORNER_MARGIN * min(width, height))
            yield width - margin - mark.width, height - margin - mark.height
            return
        across, down = (
            max(mark.width * _TILE_SPACING, width / _TILES_CEILING),
            max(mark.height * _TILE_SPACING, height / _TILES_CEILING),
        )
        for row in range(math.ceil(height / down) + 1):
            for column in range(-1, math.ceil(width / across) + 1):
                yield round((column + row % 2 / 2) * across), round((row - 0.25) * down)
