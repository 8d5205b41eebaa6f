"""White ink beneath the art, as a plate of its own; and plates as data."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.paint.coverage import draw_coverage
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.content import Content, place_viewport
from rendering.engine.pdf.objects import Ref
from rendering.engine.pdf.paths import write_matrix
from rendering.engine.pdf.pictures import add_plate
from rendering.engine.raster.erosion import erode_mask
from rendering.engine.schema.units import INCH_MM

PROCESS_INKS = ("Cyan", "Magenta", "Yellow", "Black")
_PIXELS_CEILING = 60_000_000  # px of a plate; a larger one has fewer px to the mm


@dataclass(frozen=True, slots=True)
class WhiteInk:
    """White beneath all art: `name` is the ink's in the printer's software.

    By `choke_mm` it ends before the art, so that none shows at the edges where the two are a little off.
    """

    name: str = "White"
    choke_mm: float = 0.2
    dpi: float = 300.0


class Plate(NamedTuple):
    """One ink as a picture, 255 where all of it is printed, and the share of the frame that it covers, percent."""

    name: str
    picture: Image.Image
    coverage: float

    def to_png(self, dpi: float) -> bytes:
        """Return the plate as a PNG file: black is ink, as on a film."""
        out = io.BytesIO()
        Image.fromarray(255 - np.asarray(self.picture)).save(out, "PNG", dpi=(dpi, dpi), compress_level=6)
        return out.getvalue()


def draw_white(layout: Layout, ink: WhiteInk, room: Rect) -> tuple[Image.Image, Viewport]:
    """Return the mask of white ink in a part of the frame, mode L, and its px."""
    zoom = min(ink.dpi / INCH_MM, math.sqrt(_PIXELS_CEILING / (room.width * room.height)))
    left, top = math.floor(room.left * zoom), math.floor(room.top * zoom)
    right, bottom = math.ceil(room.right * zoom), math.ceil(room.bottom * zoom)
    viewport = Viewport(zoom, left, top, right - left, bottom - top)
    mask = np.asarray(draw_coverage(layout, viewport))
    return Image.fromarray(erode_mask(mask, ink.choke_mm * zoom)), viewport


def write_white(content: Content, layout: Layout, ink: WhiteInk) -> str:
    """Return the operators that print white beneath the art.

    It is painted last, multiplied, and its ink looks like none: viewers show the art as it is, and printers' software
    finds the plate. Painted first, it would be knocked out by the art; with overprint instead, some software changes
    the other plates, and viewers that know no overprint show a white sheet.
    """
    mask, viewport = draw_white(layout, ink, content.room)
    space = content.add_separation(ink.name, (0.0, 0.0, 0.0, 0.0))
    ref: Ref = add_plate(content.writer, mask, space)
    placed = f"{write_matrix(place_viewport(viewport))}\n{content.place_object(ref)}"
    return f"{content.write_state(1.0, 'multiply')}{placed}"


def separate_plates(layout: Layout, press: Press, white: WhiteInk | None = None, dpi: float = 150.0) -> Iterator[Plate]:
    """Yield the plates of a layout, of the frame without bleed: of the press's inks, and of white.

    Raises PictureError for a picture that cannot be used; without a profile, the press has no plates.
    """
    if press.profile:
        size = max(1, round(max(layout.width, layout.height) * dpi / INCH_MM))
        drawn = compose_canvas(layout, size).to_image()
        inks = np.asarray(press.separate(drawn.convert("RGB")))
        if drawn.mode == "RGBA":  # paper has no ink
            alpha = np.asarray(drawn.getchannel("A"), np.uint16)[..., None]
            inks = ((inks * alpha + 127) // 255).astype(np.uint8)
        for number, name in enumerate(PROCESS_INKS):
            yield _measure_plate(name, np.ascontiguousarray(inks[..., number]))
    if white:
        mask, _ = draw_white(layout, white, Rect(0, 0, layout.width, layout.height))
        yield _measure_plate(white.name, np.asarray(mask))


def _measure_plate(name: str, ink: NDArray[np.uint8]) -> Plate:
    return Plate(name, Image.fromarray(ink), round(int(ink.sum(dtype=np.int64)) / (2.55 * ink.size), 2))
