"""Marks over pictures that are shown before they are paid for: never on print files."""

import io
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from PIL import Image, JpegImagePlugin, PngImagePlugin

from rendering.engine.geometry.rect import Pose
from rendering.engine.layout.text import FacesOf, Setting, text_layer
from rendering.engine.paint.fragment import faded
from rendering.engine.paint.layer import lay, put
from rendering.engine.raster.background import Ground
from rendering.engine.raster.glyphs import View
from rendering.engine.schema import Outline, Placement, Text
from rendering.engine.schema.base import Box
from rendering.engine.validation.parse import Sheet
from rendering.engine.values import Font, FontError, PictureError, Watermark

Over: TypeAlias = Callable[[Image.Image, View], None]

_MARGIN = 0.03  # of the frame's shorter side, kept free around a mark in the corner
_TALLEST = 0.25  # of a mark, as a part of the frame's height
_TURN = -30.0  # degrees, of tiled marks
_APART = 1.5  # from one tiled mark to the next, in its own widths and heights
_MOST = 40  # tiled marks in a row, and rows
_OUTLINE = 0.05  # of a text's height: dark around white can be read on any ground
_PIXELS = 4_000_000  # of a mark
_DAMAGE = (OSError, SyntaxError, ValueError)

Drawn: TypeAlias = Callable[[float], Image.Image]
"""From px a mm to a mark of that size, RGBA."""


def marking(mark: Watermark, width: float, height: float, fonts: Mapping[str, Font], load_faces: FacesOf) -> Over:
    """Return what draws a mark over what a view shows of a frame of so many mm.

    Raises FontError for a font that is not, PictureError for a picture that is neither PNG nor JPEG.
    """
    across, tall = mark.scale * width, _TALLEST * height
    if mark.picture:
        image = _opened(mark.picture)
        across = min(across, tall * image.width / image.height)
        drawn = _pictured(image, across, turn=mark.place == "tiled")
    elif mark.font in fonts:
        drawn = _worded(mark, across, tall, Setting(_sheet(across, tall), Ground(across, tall), fonts, load_faces))
    else:
        raise FontError(f"the watermark's font {mark.font!r} is not in the catalogue: name one that is")
    return _Marking(mark, width, height, drawn).draw_over


def _sheet(width: float, height: float) -> Sheet:
    return Sheet("", width, height, 1.0, Placement(layers=()))


def _worded(mark: Watermark, across: float, tall: float, context: Setting) -> Drawn:
    """Return what draws the mark's text: white with a dark line around it, as large as there is room."""
    line = Outline(width=_OUTLINE * min(tall, 2 * across / len(mark.text)), color="#000000")
    words = Text(
        type="text",
        text=mark.text,
        font=mark.font,
        size=tall,
        box=Box(x=0, y=0, width=across, height=tall),
        color="#FFFFFF",
        outline=line,
        rotation=_TURN if mark.place == "tiled" else 0,
    )
    layer = text_layer(0, words, context, Pose())

    def drawn(zoom: float) -> Image.Image:
        reach = math.ceil((across + tall) * zoom)
        view = View(zoom, -reach, -reach, 3 * reach, 3 * reach)
        part = view.crop_to_rect(layer.visible_bounds, line.width) if layer.visible_bounds else None
        picture = Image.new("RGBA", (part.width, part.height) if part else (1, 1))
        if part:
            put(picture, layer, part)
        return picture

    return drawn


def _pictured(image: Image.Image, across: float, *, turn: bool) -> Drawn:
    def drawn(zoom: float) -> Image.Image:
        size = (max(1, round(across * zoom)), max(1, round(across * zoom * image.height / image.width)))
        scaled = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
        return scaled.rotate(-_TURN, Image.Resampling.BICUBIC, expand=True) if turn else scaled

    return drawn


def _opened(data: bytes) -> Image.Image:
    plugin = JpegImagePlugin.JpegImageFile if data[:2] == b"\xff\xd8" else PngImagePlugin.PngImageFile
    try:
        image = plugin(io.BytesIO(data))
        if image.width * image.height <= _PIXELS:
            return image.convert("RGBA")
    except _DAMAGE as error:
        raise PictureError("the watermark's picture is neither a PNG nor a JPEG that can be read") from error
    raise PictureError(f"the watermark's picture has more than {_PIXELS / 1e6:g} megapixels")


@dataclass(slots=True)
class _Marking:
    """A mark on a frame of width × height mm; drawn once for each size of output, so that bands fit together."""

    mark: Watermark
    width: float
    height: float
    render_mark: Drawn
    _cache: dict[float, Image.Image] = field(default_factory=dict)

    def draw_over(self, picture: Image.Image, viewport: View) -> None:
        """Draw over an RGB or RGBA picture of a view."""
        mark = self._mark_at(viewport.zoom)
        for left, top in self._mark_positions(mark, viewport.zoom):
            if part := View(viewport.zoom, left, top, *mark.size).intersect_with(viewport):
                x, y = part.left - left, part.top - top
                seen = mark.crop((x, y, x + part.width, y + part.height))
                at = (part.left - viewport.left, part.top - viewport.top)
                lay(picture, seen.convert("RGB"), faded(seen.getchannel("A"), self.mark.opacity), at, "normal")

    def _mark_at(self, zoom: float) -> Image.Image:
        if zoom not in self._cache:
            # On pictures of more px a mark is smaller, and no less in the way.
            most = math.sqrt(_PIXELS / (self.width * self.height * self.mark.scale))
            self._cache[zoom] = self.render_mark(min(zoom, most))
        return self._cache[zoom]

    def _mark_positions(self, mark: Image.Image, zoom: float) -> Iterator[tuple[int, int]]:
        """Yield where the mark stands, px from the frame's top left."""
        width, height = round(self.width * zoom), round(self.height * zoom)
        if self.mark.place == "corner":
            margin = round(_MARGIN * min(width, height))
            yield width - margin - mark.width, height - margin - mark.height
            return
        across, down = max(mark.width * _APART, width / _MOST), max(mark.height * _APART, height / _MOST)
        for row in range(math.ceil(height / down) + 1):
            for column in range(-1, math.ceil(width / across) + 1):
                yield round((column + row % 2 / 2) * across), round((row - 0.25) * down)
