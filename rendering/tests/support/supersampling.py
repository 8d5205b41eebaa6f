"""What glyphs cover of each px, by counting samples: slow, and independent of the engine's geometry and of Skia."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rendering.engine.text.face import Face
from rendering.engine.text.shaping import GlyphRun

SAMPLES = 32  # rows of samples in a px; it has twice as many columns
_STEPS = 12  # lines of a curve
BoolArray = NDArray[np.bool_]


class _LinePen:
    """Collects an outline as lines (x0, y0, x1, y1), mapped by `matrix` (as in PDF)."""

    def __init__(self, matrix: Sequence[float]) -> None:
        self._matrix, self.lines = matrix, list[tuple[float, ...]]()
        self._start = self._at = (0.0, 0.0)

    def _map(self, point: tuple[float, float]) -> tuple[float, float]:
        (x, y), (a, b, c, d, e, f) = point, self._matrix
        return a * x + c * y + e, b * x + d * y + f

    def _draw(self, point: tuple[float, float]) -> None:
        self.lines.append((*self._at, *point))
        self._at = point

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802  the names of fontTools' pens
        self._start = self._at = self._map(point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._draw(self._map(point))

    def qCurveTo(self, control: tuple[float, float], end: tuple[float, float]) -> None:  # noqa: N802
        p0, p1, p2 = self._at, self._map(control), self._map(end)
        for t in np.linspace(0, 1, _STEPS + 1)[1:].tolist():
            x, y = ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c for a, b, c in zip(p0, p1, p2, strict=True))
            self._draw((x, y))

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        p0, (p1, p2, p3) = self._at, map(self._map, points)
        for t in np.linspace(0, 1, _STEPS + 1)[1:].tolist():
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            x, y = (
                sum(w * v for w, v in zip(weights, values, strict=True)) for values in zip(p0, p1, p2, p3, strict=True)
            )
            self._draw((x, y))

    def closePath(self) -> None:  # noqa: N802
        self._draw(self._start)


def _flatten_runs(runs: Sequence[GlyphRun], em: float, x: float, y: float) -> Iterator[NDArray[np.float64]]:
    """Yield the lines of each glyph in px; `em` and the origin (x, y) are in px, y down."""
    for run in runs:
        for glyph, dx, dy, cos, sin in run.glyphs:
            unit = em * run.scale
            pen = _LinePen((unit * cos, unit * sin, unit * sin, -unit * cos, x + dx * em, y - dy * em))
            _draw_outline(run.face, glyph, pen)
            yield np.array(pen.lines).reshape(-1, 4)


def _draw_outline(face: Face, glyph: int, pen: Any) -> None:
    face.hb_font.draw_glyph_with_pen(glyph, pen)


def sample_glyphs(
    runs: Sequence[GlyphRun], em: float, origin: tuple[float, float], size: tuple[int, int], samples: int = SAMPLES
) -> BoolArray:
    """Return which samples are inside any glyph (nonzero rule): `samples` rows and twice as many columns to a px."""
    (width, height), finer = size, 2 * samples
    inside = np.zeros((height * samples, width * finer), np.bool_)
    for lines in _flatten_runs(runs, em, *origin):
        corners = (lines * [finer, samples, finer, samples]).reshape(-1, 2)
        left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0).tolist()
        right, bottom = np.minimum(
            np.ceil(corners.max(axis=0)).astype(int) + 1, [width * finer, height * samples]
        ).tolist()
        if left < right and top < bottom:
            part = (corners - [left, top]).reshape(-1, 4)
            inside[top:bottom, left:right] |= _find_windings(part, (bottom - top, right - left)) != 0
    return inside


def average_samples(inside: BoolArray, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return the coverage of each px, 0 to 255."""
    width, height = size
    grid = inside.reshape(height, inside.shape[0] // height, width, inside.shape[1] // width)
    coverage: NDArray[np.float64] = grid.mean(axis=(1, 3)) * 255
    return coverage


def _find_windings(lines: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.int32]:
    """Return how often lines (in samples) wind around the middle of each sample."""
    rows, columns = shape
    x0, y0, x1, y1 = lines.T
    first = np.ceil(np.minimum(y0, y1) - 0.5).astype(int)
    count = np.ceil(np.maximum(y0, y1) - 0.5).astype(int) - first
    line = np.repeat(np.arange(len(count)), count)
    row = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[line]
    x = x0[line] + (row + 0.5 - y0[line]) * ((x1 - x0)[line] / (y1 - y0)[line])
    column = np.clip(np.ceil(x - 0.5).astype(int), 0, columns)
    visible = (row >= 0) & (row < rows)
    crossings = np.zeros((rows, columns + 1), np.int32)
    np.add.at(crossings, (row[visible], column[visible]), np.where(y1 > y0, 1, -1)[line][visible])
    return np.cumsum(crossings[:, :-1], axis=1, dtype=np.int32)
