"""Parity of a print file and the preview: the PDF as pdfium draws it, compared with the canvas of the same layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.color.srgb import WHITE
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.canvas import ColorCanvas
from rendering.engine.paint.compose import compose_canvas

SIZE = 600  # px of the longer side, as of a preview
# px of a side, and of 255: pieces of the gallery differ by 23, and by 45 beneath a cut line; a page without a line of
# text by 85. The mean of a page says less: 0.2 without that line, and 10 of a grainy photo, which renderers shrink
# differently.
_PART, PART_LIMIT = 12, 60.0


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a page is from the preview: mean and 99th percentile of the channels' differences, of 255.

    `worst_part` is the greatest difference between the mean colours of a small part of the page; it is held to `limit`.
    """

    placement: str
    mean: float
    p99: float
    limit: float
    worst_part: float = 0.0

    @property
    def is_met(self) -> bool:
        """Tell whether the page shows what the preview shows."""
        return self.worst_part <= self.limit

    def to_json(self) -> dict[str, float | str]:
        """Return the figures for a receipt."""
        values: dict[str, float | str] = {"placement": self.placement, "mean": self.mean, "p99": self.p99}
        return {**values, "limit": self.limit, "worst_part": self.worst_part}


def measure_parity(path: Path, layouts: Sequence[Layout]) -> list[Parity]:
    """Compare each page of a PDF on white, its bleed cut off, with its layout.

    The file has no inks, which pdfium converts by a formula of its own.
    """
    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(len(document)):
            _crop_to_trim(document, number)
        return [_compare_page(document[number], layout) for number, layout in enumerate(layouts)]
    finally:
        document.close()


def _crop_to_trim(document: pypdfium2.PdfDocument, number: int) -> None:
    """Let a page be its trim: cropped as pixels, it would be moved by a part of one. pdfium reads boxes on opening."""
    page = document[number]
    trim = page.get_trimbox()
    page.set_mediabox(*trim)
    page.set_cropbox(*trim)
    page.close()


def _compare_page(page: pypdfium2.PdfPage, layout: Layout) -> Parity:
    seen = np.asarray(_draw_preview(layout), np.int16)
    height, width = seen.shape[:2]
    zoom = width / page.get_width()
    drawn = page.render(scale=zoom).to_pil().convert("RGB").crop((0, 0, width, height))
    changes = seen - np.asarray(drawn, np.int16)
    differences = np.abs(changes)
    counts = np.cumsum(np.bincount(differences.ravel(), minlength=256))
    p99 = int(np.searchsorted(counts, 0.99 * counts[-1]))
    mean = round(float(differences.mean()), 3)
    return Parity(layout.placement, mean, p99, PART_LIMIT, _find_worst_part(changes))


def _find_worst_part(changes: NDArray[np.int16]) -> float:
    """Return the greatest mean change of a channel in a part of a picture, shape (h, w, 3)."""
    high, wide = (-(-side // _PART) * _PART for side in changes.shape[:2])
    padded = np.pad(changes, ((0, high - changes.shape[0]), (0, wide - changes.shape[1]), (0, 0)))
    parts = padded.reshape(high // _PART, _PART, wide // _PART, _PART, 3)
    return round(float(np.abs(parts.mean(axis=(1, 3))).max()), 2)


def _draw_preview(layout: Layout) -> Image.Image:
    canvas = compose_canvas(layout, SIZE, overlay=lambda _picture, _viewport: None)
    if not isinstance(canvas, ColorCanvas):
        raise AssertionError("a canvas with an overlay has any colours")
    return canvas.flatten_onto(WHITE).to_image().convert("RGB")
