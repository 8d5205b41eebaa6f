"""The line around letters: each glyph's outline, widened with round corners by Skia.

HarfBuzz, which draws everything here, draws glyphs of fonts and nothing else. So the widened outlines become a font of
their own: the tables of a TrueType file (OpenType 1.9) that tell a glyph's shape and place.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pathops
import uharfbuzz as hb
from numpy.typing import NDArray

from rendering.engine.raster.memory_font import build_sfnt
from rendering.engine.text.fonts import Face
from rendering.engine.text.shaping import GlyphRun

_COORDINATE_LIMIT = 30_000  # of the 32,767 that a coordinate can be: the finest units that hold the largest glyph
_WIDTH_LIMIT = 2000.0  # units to either side
_MITER_LIMIT = 4.0  # never used: corners are round
# Whether the curve goes through each of a segment's points (bit 0 of a glyf flag).
_ON_CURVE_FLAGS = {
    pathops.PathVerb.MOVE: b"\1",
    pathops.PathVerb.LINE: b"\1",
    pathops.PathVerb.QUAD: b"\0\1",
    pathops.PathVerb.CLOSE: b"",
}


class GlyphContours(NamedTuple):
    """A glyph's contours: points (n, 2), a flag for each, and the indices that contours begin at."""

    points: NDArray[np.float64]
    flags: bytes
    starts: list[int]


def outline_glyphs(runs: Sequence[GlyphRun], width: float) -> tuple[GlyphRun, ...]:
    """Return runs of the same places whose glyphs are the lines around theirs, `width` ems to either side."""
    return tuple(_outline_run(run, width) for run in runs if not run.face.has_color_glyphs)


def _outline_run(run: GlyphRun, width: float) -> GlyphRun:
    glyphs = sorted({glyph for glyph, *_ in run.glyphs})
    shapes = [_widen_outline(run.face, glyph, width / run.scale) for glyph in glyphs]
    zoom = _COORDINATE_LIMIT / max(map(_largest_coordinate, shapes))
    font = hb.Font(hb.Face(hb.Blob(_build_truetype([_encode_glyph(shape, zoom) for shape in shapes]))))
    number = {glyph: index for index, glyph in enumerate(glyphs)}
    placed = tuple((number[glyph], x, y, cos, sin) for glyph, x, y, cos, sin in run.glyphs)
    return GlyphRun(Face("outline", font, 1000), run.scale / zoom, placed)


def _largest_coordinate(shape: GlyphContours) -> float:
    """Return the largest number that tells of a glyph: where a point is, or how far it is from the one before."""
    steps = np.diff(shape.points, axis=0)
    return max(float(np.abs(shape.points).max(initial=1)), float(np.abs(steps).max(initial=0)))


def _widen_outline(face: Face, glyph: int, width: float) -> GlyphContours:
    """Return the contours of the band `width` font units to either side of a glyph's outline."""
    path = face.get_outline(glyph)
    # Skia's curves are exact to a fraction of a unit, and a line far wider than its letter has no use for that.
    finer = min(1.0, _WIDTH_LIMIT / width)
    if finer < 1:
        path = path.transform(finer, 0, 0, finer)
    path.stroke(2 * width * finer, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, _MITER_LIMIT)
    path.convertConicsToQuads()
    starts, flags = [], bytearray()
    for verb in path.verbs:
        if verb is pathops.PathVerb.MOVE:
            starts.append(len(flags))
        flags += _ON_CURVE_FLAGS[verb]
    return GlyphContours(np.array(path.points, dtype=float).reshape(-1, 2) / finer, bytes(flags), starts)


def _encode_glyph(shape: GlyphContours, zoom: float) -> bytes:
    """Return a simple glyph: every coordinate as a word, relative to the one before (OpenType, glyf)."""
    if not shape.starts:
        return b""
    points = np.rint(shape.points * zoom).astype(np.int64)
    ends = np.array([*shape.starts[1:], len(points)]) - 1
    deltas = np.diff(points, axis=0, prepend=[[0, 0]]).astype(">i2")
    header = struct.pack(">h4h", len(ends), *points.min(axis=0), *points.max(axis=0))
    data = b"".join(
        (header, ends.astype(">u2").tobytes(), b"\0\0", shape.flags, deltas[:, 0].tobytes(), deltas[:, 1].tobytes())
    )
    return data + bytes(-len(data) % 4)


def _build_truetype(glyphs: Sequence[bytes]) -> bytes:
    offsets = np.cumsum([0, *map(len, glyphs)]).astype(">u4")
    head = struct.pack(">IIIIHHqqhhhhHHhhh", 1 << 16, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0)
    # A glyph is drawn with its left edge at its bearing, which is therefore where that edge is.
    bearings = [struct.unpack_from(">h", glyph, 2)[0] if glyph else 0 for glyph in glyphs]
    tables = {
        b"glyf": b"".join(glyphs),
        b"head": head,
        b"hhea": struct.pack(">I15hH", 1 << 16, *[0] * 15, len(glyphs)),
        b"hmtx": b"".join(struct.pack(">Hh", 0, bearing) for bearing in bearings),
        b"loca": offsets.tobytes(),
        b"maxp": struct.pack(">IH", 0x5000, len(glyphs)),
    }
    return build_sfnt(struct.pack(">I", 1 << 16), tables)
