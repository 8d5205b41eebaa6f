"""QR code layers as rectangles: runs of dark modules that go on in the next row are one."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rendering.engine.layout.qr import QrLayer
from rendering.engine.pdf import image as image_pdf
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.paths import Matrix, to_matrix, write_matrix, write_rect


def write_layer(content: Content, layer: QrLayer) -> Iterator[str]:
    """Yield background, modules and logo."""
    onto = write_matrix(to_matrix(layer.transform))
    if layer.background:
        yield f"{onto}\n{content.colors.write_fill(layer.background)}\n{write_rect(layer.box)} f"
    side, quiet = layer.module_size, layer.source.quiet
    grid: Matrix = (side, 0.0, 0.0, side, layer.box.left + quiet * side, layer.box.top + quiet * side)
    rectangles = "\n".join(
        f"{left} {top} {right - left} {bottom - top} re"
        for left, top, right, bottom in merge_modules(layer.drawn_modules)
    )
    yield f"{onto}\n{write_matrix(grid)}\n{content.colors.write_fill(layer.color)}\n{rectangles}\nf"
    if layer.logo:
        yield from image_pdf.write_layer(content, layer.logo)


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
