"""Parity of a print file and the preview: the PDF as pdfium draws it, compared with the canvas of the same layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from rendering.engine.color.srgb import WHITE
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.canvas import ColorCanvas
from rendering.engine.paint.compose import compose_canvas

SIZE = 600  # px of the longer side, as of a preview
MEAN_LIMIT = 4.0  # of 255; pieces of the gallery differ by 2.3 at most, modules of codes that previews snap by 11
_SNAPPED_LIMIT = 14.0


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a page is from the preview: mean and 99th percentile of the channels' differences, of 255."""

    placement: str
    mean: float
    p99: float
    limit: float

    @property
    def is_met(self) -> bool:
        """Tell whether the page shows what the preview shows."""
        return self.mean <= self.limit

    def to_json(self) -> dict[str, float | str]:
        """Return the figures for a receipt."""
        return {"placement": self.placement, "mean": self.mean, "p99": self.p99, "limit": self.limit}


def measure_parity(path: Path, layouts: Sequence[Layout]) -> list[Parity]:
    """Compare each page of a PDF without marks on white, bleed cut off, with its layout; RGB files only.

    pdfium converts inks by a formula of its own, so that files of inks are not compared.
    """
    document = pypdfium2.PdfDocument(path)
    try:
        return [_compare_page(document[number], layout) for number, layout in enumerate(layouts)]
    finally:
        document.close()


def _compare_page(page: pypdfium2.PdfPage, layout: Layout) -> Parity:
    seen = np.asarray(_draw_preview(layout), np.int16)
    height, width = seen.shape[:2]
    left, _, right, high = page.get_trimbox()
    zoom = width / (right - left)
    drawn = page.render(scale=zoom).to_pil().convert("RGB")
    x, y = round(left * zoom), round((page.get_height() - high) * zoom)
    printed = np.asarray(drawn.crop((x, y, x + width, y + height)), np.int16)
    differences = np.abs(seen - printed)
    counts = np.cumsum(np.bincount(differences.ravel(), minlength=256))
    p99 = int(np.searchsorted(counts, 0.99 * counts[-1]))
    mean = round(float(differences.mean()), 3)
    has_code = any(layer.source.kind == "qr" for layer in layout.iter_leaves())
    return Parity(layout.placement, mean, p99, _SNAPPED_LIMIT if has_code else MEAN_LIMIT)


def _draw_preview(layout: Layout) -> Image.Image:
    canvas = compose_canvas(layout, SIZE, overlay=lambda _picture, _viewport: None)
    if not isinstance(canvas, ColorCanvas):
        raise AssertionError("a canvas with an overlay has any colours")
    return canvas.flatten_onto(WHITE).to_image().convert("RGB")
