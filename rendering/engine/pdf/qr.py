"""QR code layers as rectangles: runs of dark modules that go on in the next row are one."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.srgb import RGB
from rendering.engine.layout.qr import QrLayer
from rendering.engine.pdf import image as image_pdf
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.outlines import FilledPath, Outlines
from rendering.engine.pdf.paths import Matrix, to_matrix, write_matrix, write_rect
from rendering.engine.values import PressError


def write_layer(content: Content, layer: QrLayer) -> Iterator[str]:
    """Yield background, modules and logo."""
    for path, color, matrix in _outline_code(layer):
        yield f"{write_matrix(matrix)}\n{content.colors.write_fill(color)}\n{path}\nf"
    if layer.logo:
        yield from image_pdf.write_layer(content, layer.logo)


def outline_layer(layer: QrLayer) -> Outlines:
    """Yield background and modules. Raises PressError for a logo, which is a picture."""
    if layer.logo:
        raise PressError("the logo of a QR code has no outlines: remove it, or order a PDF")
    for path, color, matrix in _outline_code(layer):
        yield FilledPath(path, color, matrix)


def _outline_code(layer: QrLayer) -> Iterator[tuple[str, RGB, Matrix]]:
    """Yield background and modules: path, colour, and the matrix that maps the path to the frame."""
    if layer.background:
        yield write_rect(layer.box), layer.background, to_matrix(layer.transform)
    side, quiet = layer.module_size, layer.source.quiet
    left, top = layer.box.left + quiet * side, layer.box.top + quiet * side
    cos, sin, x, y = layer.transform
    grid = (side * cos, side * sin, -side * sin, side * cos, left * cos - top * sin + x, left * sin + top * cos + y)
    rectangles = merge_modules(layer.drawn_modules)
    path = "\n".join(f"{left} {top} {right - left} {bottom - top} re" for left, top, right, bottom in rectangles)
    yield path, layer.color, grid


def merge_modules(modules: NDArray[np.uint8]) -> list[list[int]]:
    """Return rectangles (left, top, right, bottom) that cover the dark modules, none of them twice."""
    rows, edges = np.nonzero(np.diff(np.pad(modules.astype(np.int8), ((0, 0), (1, 1)))))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), rows[::2].tolist(), strict=True)
    open_runs: dict[tuple[int, int], list[int]] = {}
    rectangles: list[list[int]] = []
    for left, right, top in runs:
        last = open_runs.get((left, right))
        if last and last[3] == top:
            last[3] = top + 1
        else:
            open_runs[left, right] = last = [left, top, right, top + 1]
            rectangles.append(last)
    return rectangles
