"""CPU time, size and memory of print files: PDF, plates, cut lines, PNG and TIFF, each in a process of its own."""

import argparse
import functools
import io
import multiprocessing
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from benchmarks.photo_jobs import ASSET_ID, make_photo
from rendering.engine.geometry.rect import Rect
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.page import lay_out
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.sampler import sample_layout
from rendering.engine.pdf.colors import Press
from rendering.engine.pdf.cutting import CutLine, trace_cut
from rendering.engine.pdf.document import PdfJob, write_pdf
from rendering.engine.pdf.plates import WhiteInk, draw_white
from rendering.engine.pdf.raster_files import write_png, write_tiff
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.engine.values import Area, Picture, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.gallery.pictures import make_pictures
from rendering.gallery.pieces import GALLERY

PROFILE = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")
SHIRT = Area("front", 304.8, 406.4)
POSTER = Area("front", 500, 320)
SQUARE = Area("front", 300, 300)
RULES = Rules(1, 2000, 1, 1000)
WIDTH, HEIGHT = 6250, 4000  # px: 25 megapixels
CLEAR = {"type": "transparent"}
TEXT = {"type": "text", "text": "Slow\nmornings", "font": "Pacifico-Regular", "size": 50, "color": "#204060"}
PHOTO = {"type": "image", "asset": ASSET_ID}


class Case(NamedTuple):
    """One row: what is prepared, what is counted, which returns a size in bytes or a count, and the bar in CPU ms."""

    name: str
    prepare: Callable[[], Any]
    work: Callable[[Any], int]
    bar_ms: float
    repeats: int = 5


@functools.cache
def make_picture() -> Picture:
    """Return a photo of 25 megapixels."""
    photo = make_photo(WIDTH // 4, HEIGHT // 4, 1).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    full, working = io.BytesIO(), io.BytesIO()
    photo.save(full, "JPEG", quality=95, subsampling=0)
    photo.resize((1600, 1024)).save(working, "JPEG", quality=90)
    data, small = full.getvalue(), working.getvalue()
    return Picture(ASSET_ID, WIDTH, HEIGHT, 1600, 1024, "0" * 64, full=lambda: data, working=lambda: small)


def lay_out_design(data: dict[str, Any], area: Area, pictures: Mapping[str, Picture] | None = None) -> Layout:
    """Lay a design out as the engine does before it draws."""
    fonts, faces = installed_fonts(), functools.partial(load_faces, fallbacks=fallback_fonts())
    (spec,) = parse_design(data, RULES, fonts, [area], pictures=pictures or {}).placements
    return sample_layout(lay_out(spec, fonts, faces, image_cache=ImageCache(pictures or {}))).layout


def design(*layers: dict[str, Any], background: dict[str, Any] = CLEAR) -> dict[str, Any]:
    """Return design_data of one placement."""
    return {"version": 1, "placements": {"front": {"background": background, "layers": list(layers)}}}


def with_photo(area: Area, *layers: dict[str, Any]) -> Layout:
    """Return the layout of a design with the photo."""
    return lay_out_design(design(*layers), area, {ASSET_ID: make_picture()})


def count_pdf(job: PdfJob, layout: Layout) -> int:
    """Write a PDF; return its size."""
    out = io.BytesIO()
    write_pdf([layout], job, out)
    return out.tell()


def count_gallery(job: PdfJob, layouts: list[Layout]) -> int:
    """Write the gallery's pieces; return the size of all."""
    return sum(count_pdf(job, layout) for layout in layouts)


def lay_out_gallery() -> list[Layout]:
    """Return the layouts of the gallery."""
    pictures = make_pictures()
    return [lay_out_design(piece.design_data, SQUARE, pictures) for piece in GALLERY]


def lay_out_piece(name: str) -> Layout:
    """Return the layout of a piece of the gallery without its ground."""
    (content,) = (piece.design_data["placements"]["front"] for piece in GALLERY if piece.name == name)
    return lay_out_design(design(*content["layers"]), SQUARE, make_pictures())


def count_white(layout: Layout) -> int:
    """Draw the white plate of a shirt at 300 dpi."""
    mask, _ = draw_white(layout, WhiteInk(), Rect(0, 0, layout.width, layout.height))
    return mask.width * mask.height


def count_nodes(layout: Layout) -> int:
    """Trace a cut line; return its number of curves."""
    return len(trace_cut(layout, CutLine(), Rect(0, 0, layout.width, layout.height)).points)


def count_png(dpi: float, layout: Layout) -> int:
    """Write a PNG; return its size."""
    out = io.BytesIO()
    write_png(layout, dpi, out)
    return out.tell()


def count_tiff(press: Press, layout: Layout) -> int:
    """Write a TIFF; return its size."""
    out = io.BytesIO()
    write_tiff(layout, 300, out, press)
    return out.tell()


def list_cases() -> list[Case]:
    """Return the rows; those of inks only where Ghostscript's profile is installed."""
    rgb, pdf = PdfJob(), functools.partial
    text = functools.partial(lay_out_design, design(TEXT), SHIRT)
    photo = functools.partial(with_photo, POSTER, PHOTO)
    part = {**PHOTO, "crop": {"x": 0.1, "y": 0.1, "width": 0.6, "height": 0.6}}
    cases = [
        Case("text on a shirt, RGB", text, pdf(count_pdf, rgb), 20, 20),
        Case(f"the gallery's {len(GALLERY)} pieces, RGB", lay_out_gallery, pdf(count_gallery, rgb), 100 * len(GALLERY)),
        Case("photo of 25 MP, passed through", photo, pdf(count_pdf, rgb), 100),
        Case("the same, cropped", functools.partial(with_photo, POSTER, part), pdf(count_pdf, rgb), 500),
        Case(
            "the same, grey",
            functools.partial(with_photo, POSTER, {**PHOTO, "grayscale": True}),
            pdf(count_pdf, rgb),
            500,
        ),
        Case("white plate of a shirt, under the photo", functools.partial(with_photo, SHIRT, PHOTO), count_white, 500),
        Case("white plate of a shirt, under text", text, count_white, 500),
        *(
            Case(f"cut line of 300 × 300 mm: {name} (nodes)", functools.partial(lay_out_piece, name), count_nodes, 1000)
            for name in ("badge", "photo", "lines", "shapes", "scripts")
        ),
        Case("PNG of 60 MP, text", text, pdf(count_png, 562.5), 2000, 3),
        Case("PNG of 60 MP, photo", functools.partial(with_photo, SHIRT, PHOTO), pdf(count_png, 562.5), 8000, 1),
    ]
    if PROFILE.exists():
        press = Press(PROFILE.read_bytes())
        press.separate(Image.fromarray(np.zeros((1, 1, 3), np.uint8)))  # the table, which a process makes once
        inks = PdfJob(press=press)
        cases += [
            Case("text on a shirt, CMYK", text, pdf(count_pdf, inks), 50, 20),
            Case("photo of 25 MP to CMYK", photo, pdf(count_pdf, inks), 2000, 3),
            Case(
                "the same, half transparent",
                functools.partial(with_photo, POSTER, {**PHOTO, "opacity": 0.5}),
                pdf(count_pdf, inks),
                4000,
                3,
            ),
            Case("TIFF of a shirt, CMYK, 300 dpi", text, pdf(count_tiff, press), 4000, 1),
        ]
    return cases


def measure_case(number: int) -> tuple[float, int, float]:
    """Return median CPU ms, size, and the increase of peak memory in MB; runs in a process of its own.

    Memory is that of the first run: later ones use what it left to the process.
    """
    case = list_cases()[number]
    prepared = case.prepare()
    Path("/proc/self/clear_refs").write_text("5")
    before = _read_kilobytes("VmRSS")
    size = case.work(prepared)
    memory = (_read_kilobytes("VmHWM") - before) / 1024
    times = []
    for _ in range(case.repeats):
        prepared = case.prepare()
        begun = time.process_time()
        case.work(prepared)
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times), size, memory


def _read_kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("| work | CPU ms | bar | size or count | memory |\n|---|---|---|---|---|")
    context = multiprocessing.get_context("spawn")
    for number, case in enumerate(list_cases()):
        with context.Pool(1) as pool:
            ms, size, memory = pool.apply(measure_case, (number,))
        print(f"| {case.name} | {ms:.0f} | {case.bar_ms:.0f} | {size:,} | {memory:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
