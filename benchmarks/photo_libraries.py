"""Preview and thumbnail of a photo under text by other libraries, used well.

They are not dependencies of the project; install them for one run:
`uv run --with skia-python --with "pyvips[binary]" -m benchmarks.photos`.
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


def installed_libraries(copy: str) -> dict[str, Work]:
    """Return the functions of the installed libraries, by name; they read the job's `copy` ("upload" or "working")."""
    supported = {"skia-python": ("skia", _draw_by_skia), "pyvips": ("pyvips", _draw_by_vips)}
    return {
        name: functools.partial(work, copy=copy)
        for name, (module, work) in supported.items()
        if importlib.util.find_spec(module)
    }


def _draw_by_skia(job: PhotoJob, copy: str) -> list[bytes]:
    """Decode once, draw both sizes with mipmaps, and encode with Skia's encoder."""
    import skia  # noqa: PLC0415  # optional

    photo = skia.Image.MakeFromEncoded(skia.Data(getattr(job, copy)))
    return [_draw_skia_side(photo, job.text, side) for side in (SIDE, SMALL)]


def _draw_skia_side(photo: Any, text: str, side: int) -> bytes:
    import skia  # noqa: PLC0415  # optional

    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    shorter = min(photo.width(), photo.height())
    crop = skia.Rect.MakeXYWH((photo.width() - shorter) / 2, (photo.height() - shorter) / 2, shorter, shorter)
    smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    canvas.drawImageRect(photo, crop, skia.Rect.MakeWH(side, side), smooth)
    font = skia.Font(_typeface(), FONT_SIZE * side / SIDE)
    paint = skia.Paint(Color=skia.ColorWHITE, AntiAlias=True)
    bounds = skia.Rect()
    font.measureText(text, bounds=bounds)
    canvas.drawString(text, side / 2 - bounds.centerX(), side / 2 - bounds.centerY(), font, paint)
    return bytes(surface.makeImageSnapjob().encodeToData(skia.kPNG, 100))


@functools.cache
def _typeface() -> Any:
    import skia  # noqa: PLC0415  # optional

    return skia.Typeface.MakeFromFile(str(installed_fonts()[FONT].path))


def _draw_by_vips(job: PhotoJob, copy: str) -> list[bytes]:
    """Shrink while loading, blend white with the text as mask, and save at the fastest compression level."""
    import pyvips  # noqa: PLC0415  # optional

    font, files = installed_fonts()[FONT], []
    for side in (SIDE, SMALL):
        photo = pyvips.Image.thumbnail_buffer(getattr(job, copy), side, height=side, crop="centre")
        font_description = f"{font.family} {FONT_SIZE * side / SIDE}"
        mask = pyvips.Image.text(html.escape(job.text), font=font_description, fontfile=str(font.path), dpi=72)
        mask = mask.gravity("centre", side, side)
        picture = mask.ifthenelse([255, 255, 255], photo, blend=True)
        files.append(bytes(picture.pngsave_buffer(compression=1)))
    return files
