"""The pair of files of a photo under text by other libraries, as their users would make it with care.

They are no dependencies: `uv run --with skia-python --with "pyvips[binary]" -m benchmarks.photos`.
"""

import functools
import html
import importlib.util
from collections.abc import Callable
from typing import Any

from benchmarks.photo_jobs import PhotoJob
from rendering.fonts.catalogue import installed_fonts

SIDE, SMALL, FONT_SIZE, FONT = 600, 200, 96, "Bebas-Bold"
Work = Callable[[PhotoJob], list[bytes]]


def installed_rivals(copy: str) -> dict[str, Work]:
    """Return those that are installed, by name; `copy` is which of a shot's files they read."""
    known = {"skia-python": ("skia", _draw_by_skia), "pyvips": ("pyvips", _draw_by_vips)}
    return {
        name: functools.partial(work, copy=copy)
        for name, (module, work) in known.items()
        if importlib.util.find_spec(module)
    }


def _draw_by_skia(shot: PhotoJob, copy: str) -> list[bytes]:
    """Decode once, draw both sizes with mipmaps, and encode with Skia's own encoder."""
    import skia  # noqa: PLC0415  only where it is installed

    photo = skia.Image.MakeFromEncoded(skia.Data(getattr(shot, copy)))
    return [_draw_skia_side(photo, shot.text, side) for side in (SIDE, SMALL)]


def _draw_skia_side(photo: Any, text: str, side: int) -> bytes:
    import skia  # noqa: PLC0415  only where it is installed

    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    shorter = min(photo.width(), photo.height())
    part = skia.Rect.MakeXYWH((photo.width() - shorter) / 2, (photo.height() - shorter) / 2, shorter, shorter)
    smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    canvas.drawImageRect(photo, part, skia.Rect.MakeWH(side, side), smooth)
    font = skia.Font(_typeface(), FONT_SIZE * side / SIDE)
    paint = skia.Paint(Color=skia.ColorWHITE, AntiAlias=True)
    bounds = skia.Rect()
    font.measureText(text, bounds=bounds)
    canvas.drawString(text, side / 2 - bounds.centerX(), side / 2 - bounds.centerY(), font, paint)
    return bytes(surface.makeImageSnapshot().encodeToData(skia.kPNG, 100))


@functools.cache
def _typeface() -> Any:
    import skia  # noqa: PLC0415  only where it is installed

    return skia.Typeface.MakeFromFile(str(installed_fonts()[FONT].path))


def _draw_by_vips(shot: PhotoJob, copy: str) -> list[bytes]:
    """Shrink while loading, blend white through the text's mask, and save at the quickest level."""
    import pyvips  # noqa: PLC0415  only where it is installed

    font, files = installed_fonts()[FONT], []
    for side in (SIDE, SMALL):
        photo = pyvips.Image.thumbnail_buffer(getattr(shot, copy), side, height=side, crop="centre")
        asked = f"{font.family} {FONT_SIZE * side / SIDE}"
        mask = pyvips.Image.text(html.escape(shot.text), font=asked, fontfile=str(font.path), dpi=72)
        mask = mask.gravity("centre", side, side)
        picture = mask.ifthenelse([255, 255, 255], photo, blend=True)
        files.append(bytes(picture.pngsave_buffer(compression=1)))
    return files
