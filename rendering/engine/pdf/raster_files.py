"""Print files of pixels, at a resolution in the real size of the placement, drawn and encoded in bands."""

from collections.abc import Iterator
from typing import IO

import numpy as np
from PIL import Image, ImageOps

from rendering.engine.color.srgb import WHITE
from rendering.engine.encode.formats import encode_canvas
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.canvas import ColorCanvas
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.plates import Plate, WhiteInk, draw_white
from rendering.engine.pdf.tiff import encode_tiff
from rendering.engine.schema.units import INCH_MM
from rendering.engine.values import Output

_STRIP_PIXELS = 1 << 20


def write_png(layout: Layout, dpi: float, stream: IO[bytes], *, is_mirrored: bool = False) -> None:
    """Write a layout as PNG to a stream: sRGB, transparent where its ground is, mirrored for transfer papers.

    Raises PictureError for a picture that cannot be used.
    """
    size, zoom = _choose_size(layout, dpi)
    canvas = compose_canvas(layout, size, overlay=_mirror_rows if is_mirrored else None)
    for part in encode_canvas(canvas, Output("print.png", "print_file", "png", size), zoom):
        stream.write(part)


def write_tiff(
    layout: Layout, dpi: float, stream: IO[bytes], press: Press | None = None, *, is_mirrored: bool = False
) -> None:
    """Write a layout as TIFF to a stream, on white: RGB, or the inks of a press.

    Raises PictureError for a picture and PressError for a profile that cannot be used.
    """
    size, zoom = _choose_size(layout, dpi)
    canvas = compose_canvas(layout, size, overlay=_mirror_rows if is_mirrored else _leave_rows)
    if not isinstance(canvas, ColorCanvas):
        raise AssertionError("a canvas with an overlay has any colours")
    flat, press = canvas.flatten_onto(WHITE), press or Press()

    def bands() -> Iterator[Image.Image]:
        step = max(1, _STRIP_PIXELS // flat.width)
        for top in range(0, flat.height, step):
            yield press.separate(flat.paint_rows(top, min(step, flat.height - top)).convert("RGB"))

    mode = "CMYK" if press.profile else "RGB"
    for part in encode_tiff((flat.width, flat.height), mode, bands(), zoom * INCH_MM, press.profile or b""):
        stream.write(part)


def write_white_mask(layout: Layout, ink: WhiteInk, stream: IO[bytes], *, is_mirrored: bool = False) -> Plate:
    """Write the plate of white ink as PNG beside a file of the same resolution, black for ink; return the plate."""
    mask, viewport = draw_white(layout, ink, Rect(0, 0, layout.width, layout.height))
    mask = ImageOps.mirror(mask) if is_mirrored else mask
    coverage = round(int(np.asarray(mask).sum(dtype=np.int64)) / (2.55 * mask.width * mask.height), 2)
    plate = Plate(ink.name, mask, coverage)
    stream.write(plate.to_png(viewport.zoom * INCH_MM))
    return plate


def _choose_size(layout: Layout, dpi: float) -> tuple[int, float]:
    """Return the px of the longer side, and px per mm."""
    longer = max(layout.width, layout.height)
    size = max(1, round(longer * dpi / INCH_MM))
    return size, size / longer


def _mirror_rows(picture: Image.Image, viewport: Viewport) -> None:
    del viewport
    picture.paste(ImageOps.mirror(picture), (0, 0))


def _leave_rows(picture: Image.Image, viewport: Viewport) -> None:
    del picture, viewport
