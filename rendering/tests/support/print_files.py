"""Print files of designs, and independent readers of them: pikepdf for objects, four renderers for pixels."""

import functools
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.page import lay_out
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.compose import compose_canvas
from rendering.engine.paint.sampler import sample_layout
from rendering.engine.pdf.document import PdfJob, write_pdf
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.engine.values import Area, Picture
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import LENIENT_RULES

AREA = Area("front", 300, 300)
POINTS = 72 / 25.4
PLAIN = PdfJob()
CMYK_PROFILE = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")

needs_profile = pytest.mark.skipif(
    not CMYK_PROFILE.exists(), reason="Ghostscript's CMYK profile is not installed: apt-get install libgs-common"
)


def needs_program(name: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not installed: apt-get install {package}")


needs_qpdf = needs_program("qpdf", "qpdf")
needs_ghostscript = needs_program("gs", "ghostscript")


def lay_out_data(
    data: dict[str, Any], pictures: Mapping[str, Picture] | None = None, areas: Sequence[Area] = (AREA,)
) -> list[Layout]:
    """Lay a design out as the engine does before it draws."""
    fonts, faces = installed_fonts(), functools.partial(load_faces, fallbacks=fallback_fonts())
    parsed = parse_design(data, LENIENT_RULES, fonts, areas, pictures=pictures or {})
    cache = ImageCache(pictures or {})
    return [sample_layout(lay_out(spec, fonts, faces, image_cache=cache)).layout for spec in parsed.placements]


def make_pdf(layouts: Sequence[Layout], job: PdfJob = PLAIN) -> bytes:
    out = io.BytesIO()
    write_pdf(layouts, job, out)
    return out.getvalue()


def open_pdf(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def draw_preview(layout: Layout, size: int = 600) -> Image.Image:
    """Draw the preview on white."""
    return flatten(compose_canvas(layout, size).to_image())


def flatten(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    under = Image.new("RGB", image.size, "white")
    under.paste(image, (0, 0), image)
    return under


def rasterize_pdf(data: bytes, width: int, height: int, page: int = 0) -> Image.Image:
    """Draw a page with pdfium so that its trim has a size in px; the bleed is cut off."""
    document = pypdfium2.PdfDocument(data)
    try:
        sheet = document[page]
        left, _, right, high = sheet.get_trimbox()
        zoom = width / (right - left)
        drawn = sheet.render(scale=zoom).to_pil().convert("RGB")
        x, y = round(left * zoom), round((sheet.get_height() - high) * zoom)
        cropped: Image.Image = drawn.crop((x, y, x + width, y + height))
        return cropped
    finally:
        document.close()


def _run(command: Sequence[str | Path]) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    return done.stdout


def rasterize_with_poppler(data: bytes, width: int, height: int, folder: Path) -> Image.Image:
    path = _store(data, folder)
    size = ["-scale-to-x", str(width), "-scale-to-y", str(height)]
    _run(["pdftoppm", "-png", "-singlefile", *size, path, folder / "poppler"])
    return Image.open(folder / "poppler.png").convert("RGB")


def rasterize_with_mupdf(data: bytes, width: int, height: int, folder: Path) -> Image.Image:
    target = folder / "mupdf.png"
    size = ["-w", str(width), "-h", str(height), "-f"]
    _run(["mutool", "draw", "-q", "-A", "8", *size, "-c", "rgb", "-o", target, _store(data, folder), "1"])
    return Image.open(target).convert("RGB")


def rasterize_with_ghostscript(data: bytes, width: int, height: int, folder: Path) -> Image.Image:
    target = folder / "gs.png"
    smooth = ["-dGraphicsAlphaBits=4", "-dTextAlphaBits=4", "-dDOINTERPOLATE"]
    size = [f"-g{width}x{height}", "-dPDFFitPage"]
    _run([*_GHOSTSCRIPT, "-sDEVICE=png16m", *smooth, *size, f"-sOutputFile={target}", _store(data, folder)])
    return Image.open(target).convert("RGB")


_GHOSTSCRIPT = ("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE")
RENDERERS: Mapping[str, tuple[str, Callable[[bytes, int, int, Path], Image.Image]]] = {
    "poppler": ("pdftoppm", rasterize_with_poppler),
    "mupdf": ("mutool", rasterize_with_mupdf),
    "ghostscript": ("gs", rasterize_with_ghostscript),
}
"""The program and the function of each renderer beside pdfium."""


def separate_with_ghostscript(data: bytes, dpi: int, folder: Path) -> dict[str, NDArray[np.uint8]]:
    """Return the plates of the first page, 255 for all of an ink: Cyan, Magenta, Yellow, Black and spot colours."""
    path = _store(data, folder)
    # With the page's own numbers of inks: no conversion, overprint as on a press.
    _run([*_GHOSTSCRIPT, "-sDEVICE=tiffsep", f"-r{dpi}", f"-sOutputFile={folder / 'plate.tif'}", path])
    plates = {}
    for found in sorted(folder.glob("plate(*).tif")):
        with Image.open(found) as image:
            plates[found.name[6:-5]] = 255 - np.asarray(image.convert("L"))
    return plates


def _store(data: bytes, folder: Path) -> Path:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return path


def check_with_qpdf(data: bytes, folder: Path) -> str:
    """Return what qpdf complains about."""
    done = subprocess.run(["qpdf", "--check", _store(data, folder)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def mean_difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of the channels, of 255."""
    assert one.size == other.size
    return float(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean())


Box = tuple[float, float, float, float]
"""Left, top, right, bottom in mm, y down from the top left of the trim."""


def read_contours(document: pikepdf.Pdf, page: int = 0) -> list[list[Box]]:
    """Return the boxes of the contours of each filled path, from the operators of a page and its forms.

    The boxes are those of the curves, sampled, not of their control points.
    """
    sheet = document.pages[page]
    left, _, _, high = (float(value) for value in sheet.TrimBox)
    to_mm = np.array([[1 / POINTS, 0, 0], [0, -1 / POINTS, 0], [-left / POINTS, high / POINTS, 1]])
    return list(_read_paths(sheet, sheet.Resources, to_mm))


def _read_paths(source: Any, resources: Any, base: NDArray[np.float64]) -> Iterator[list[Box]]:
    stack: list[NDArray[np.float64]] = []
    matrix, contours, points = base, list[list[NDArray[np.float64]]](), None
    for step in pikepdf.parse_content_stream(source):
        operands, name = list(step.operands), str(step.operator)
        values = [float(value) for value in operands] if name in {"cm", "m", "l", "c", "re"} else []
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop()
        elif name == "cm":
            a, b, c, d, e, f = values
            matrix = np.array([[a, b, 0], [c, d, 0], [e, f, 1]]) @ matrix
        elif name in {"m", "l", "c", "re"}:
            points = _follow(name, values, points, contours)
        elif name in {"f", "n", "S"}:
            if name == "f" and contours:
                yield [_bound(contour, matrix) for contour in contours]
            contours, points = [], None
        elif name == "Do" and (form := resources.XObject[str(operands[0])]).Subtype == "/Form":
            yield from _read_paths(form, form.Resources, matrix)


def _follow(
    name: str, values: list[float], last: NDArray[np.float64] | None, contours: list[list[NDArray[np.float64]]]
) -> NDArray[np.float64]:
    places: NDArray[np.float64] = np.array(values).reshape(-1, 2)
    if name == "re":
        contours.append([places[0][None], (places[0] + places[1])[None]])
        return np.asarray(places[0])
    if name == "m":
        contours.append([])
    if name == "c" and last is not None:
        t = np.linspace(0, 1, 65)[:, None]
        p0, p1, p2, p3 = last, *places
        contours[-1].append((1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t * t * p2 + t**3 * p3)
    else:
        contours[-1].append(places)
    end: NDArray[np.float64] = places[-1]
    return end


def _bound(contour: list[NDArray[np.float64]], matrix: NDArray[np.float64]) -> Box:
    points = np.concatenate(contour)
    x, y, _ = (np.column_stack([points, np.ones(len(points))]) @ matrix).T
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def unite_boxes(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def rasterize_inks(data: bytes, size: tuple[int, int], folder: Path) -> NDArray[np.uint8]:
    """Draw the first page of a file of inks with Ghostscript, its numbers unchanged.

    Shape (h, w, 4), 255 for all of an ink.
    """
    target = folder / "inks.tif"
    smooth = ["-dGraphicsAlphaBits=4", "-dTextAlphaBits=4", "-dDOINTERPOLATE"]
    fit = [f"-g{size[0]}x{size[1]}", "-dPDFFitPage", "-dUseFastColor=true"]
    _run([*_GHOSTSCRIPT, "-sDEVICE=tiff32nc", *smooth, *fit, f"-sOutputFile={target}", _store(data, folder)])
    with Image.open(target) as image:
        return np.asarray(image.convert("CMYK"))
