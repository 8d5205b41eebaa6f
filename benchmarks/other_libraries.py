"""Preview and thumbnail of a flat design by other libraries, used well: cached fonts, thumbnail drawn at its size.

They are not dependencies of the project; install them for one run:
`uv run --with skia-python --with "pyvips[binary]" --with resvg-py -m benchmarks.render`.
"""

import functools
import html
import importlib.util
from collections.abc import Callable
from typing import Any

from benchmarks.design_jobs import DesignJob
from rendering.fonts.catalogue import installed_fonts

SIDE, SMALL, FONT_SIZE = 600, 200, 48
Work = Callable[[DesignJob], list[bytes]]


def installed_libraries() -> dict[str, Work]:
    """Return the functions of the installed libraries, by name."""
    supported = {
        "skia-python": ("skia", draw_skia_pair),
        "pyvips": ("pyvips", draw_vips_pair),
        "resvg": ("resvg_py", draw_resvg_pair),
    }
    return {name: work for name, (module, work) in supported.items() if importlib.util.find_spec(module)}


def draw_skia_pair(job: DesignJob) -> list[bytes]:
    """Draw on a raster surface and encode with Skia's encoder."""
    return [_draw_by_skia(job, SIDE), _draw_by_skia(job, SMALL)]


def _draw_by_skia(job: DesignJob, side: int) -> bytes:
    import skia  # noqa: PLC0415  # optional

    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.clear(int(job.color[1:], 16) | 0xFF000000)
    font = skia.Font(_typeface(job.font), FONT_SIZE * side / SIDE)
    font.setSubpixel(True)
    paint = skia.Paint(Color=skia.ColorWHITE, AntiAlias=True)
    bounds = skia.Rect()
    font.measureText(job.text, bounds=bounds)
    canvas.drawString(job.text, side / 2 - bounds.centerX(), side / 2 - bounds.centerY(), font, paint)
    return bytes(surface.makeImageSnapshot().encodeToData(skia.kPNG, 100))


@functools.cache
def _typeface(name: str) -> Any:
    import skia  # noqa: PLC0415  # optional

    return skia.Typeface.MakeFromFile(str(installed_fonts()[name].path))


def draw_vips_pair(job: DesignJob) -> list[bytes]:
    """Draw the text as a mask, blend two colours with it, and save at the fastest compression level."""
    return [_draw_by_vips(job, SIDE), _draw_by_vips(job, SMALL)]


def _draw_by_vips(job: DesignJob, side: int) -> bytes:
    import pyvips  # noqa: PLC0415  # optional

    font = installed_fonts()[job.font]
    font_description = f"{font.family} {FONT_SIZE * side / SIDE}"
    mask = pyvips.Image.text(html.escape(job.text), font=font_description, fontfile=str(font.path), dpi=72)
    mask = mask.gravity("centre", side, side)
    color = [int(job.color[at : at + 2], 16) for at in (1, 3, 5)]
    background = mask.new_from_image(color).copy(interpretation="srgb")
    picture = mask.ifthenelse(mask.new_from_image([255, 255, 255]), background, blend=True)
    return bytes(picture.pngsave_buffer(compression=1))


def draw_resvg_pair(job: DesignJob) -> list[bytes]:
    """Render an SVG."""
    return [_draw_by_resvg(job, SIDE), _draw_by_resvg(job, SMALL)]


def _draw_by_resvg(job: DesignJob, side: int) -> bytes:
    import resvg_py  # noqa: PLC0415  # optional

    font = installed_fonts()[job.font]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600"><rect width="600" height="600" '
        f'fill="{job.color}"/><text x="300" y="316" font-size="{FONT_SIZE}" text-anchor="middle" fill="#fff" '
        f'font-family="{html.escape(font.family)}">{html.escape(job.text)}</text></svg>'
    )
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg, width=side, height=side, font_files=[str(font.path)], skip_system_fonts=True
    )
    return bytes(drawn)
