"""Outlined text: each glyph's outline stroked with round joins by Skia, as glyphs of a TrueType font in memory.

HarfBuzz rasterises everything here, and as uharfbuzz wraps it, it takes glyphs of fonts only, no paths. So stroked
outlines become a font, written by hand: just the tables of a TrueType file (OpenType 1.9) that hold a glyph's shape and
place (decision 15).
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

# Glyphs are scaled so that the largest coordinate has this value, for the finest units that 16 bits allow.
_COORDINATE_LIMIT = 30_000
_WIDTH_LIMIT = 2000.0  # font units to either side that Skia strokes without scaling down
_MITER_LIMIT = 4.0  # Skia wants one; round joins do not use it
# For each point that a verb adds, bit 0 of its glyf flag: whether the point is on the curve.
_ON_CURVE_FLAGS = {
    pathops.PathVerb.MOVE: b"\1",
    pathops.PathVerb.LINE: b"\1",
    pathops.PathVerb.QUAD: b"\0\1",
    pathops.PathVerb.CLOSE: b"",
}


class GlyphContours(NamedTuple):
    """A glyph's contours: points (n, 2) in font units, a flag for each, and the index of each contour's first point."""

    points: NDArray[np.float64]
    flags: bytes
    starts: list[int]


def outline_glyphs(runs: Sequence[GlyphRun], width: float) -> tuple[GlyphRun, ...]:
    """Return runs whose glyphs are the strokes along the outlines of the given ones, in the same places.

    A stroke reaches `width` ems to either side. That of a colour glyph is around all it paints.
    """
    return tuple(_outline_run(run, width) for run in runs)


def _outline_run(run: GlyphRun, width: float) -> GlyphRun:
    glyphs = sorted({glyph for glyph, *_ in run.glyphs})
    shapes = [_widen_outline(run.face, glyph, width / run.scale) for glyph in glyphs]
    zoom = _COORDINATE_LIMIT / max(map(_largest_coordinate, shapes))
    font = hb.Font(hb.Face(hb.Blob(_build_truetype([_encode_glyph(shape, zoom) for shape in shapes]))))
    new_ids = {glyph: index for index, glyph in enumerate(glyphs)}
    placed = tuple((new_ids[glyph], x, y, cos, sin) for glyph, x, y, cos, sin in run.glyphs)
    return GlyphRun(Face("outline", font, 1000), run.scale / zoom, placed)


def _largest_coordinate(shape: GlyphContours) -> float:
    """Return the largest number in a glyph's data: a coordinate, or the difference to the point before."""
    steps = np.diff(shape.points, axis=0)
    return max(float(np.abs(shape.points).max(initial=1)), float(np.abs(steps).max(initial=0)))


def _widen_outline(face: Face, glyph: int, width: float) -> GlyphContours:
    """Return the contours of a glyph's outline stroked `width` font units to either side."""
    path = face.get_outline(glyph)
    # Skia is exact to a fraction of a unit; for a stroke far wider than its letter, that is more than needed.
    scale = min(1.0, _WIDTH_LIMIT / width)
    if scale < 1:
        path = path.transform(scale, 0, 0, scale)
    path.stroke(2 * width * scale, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, _MITER_LIMIT)
    path.convertConicsToQuads()
    starts, flags = [], bytearray()
    for verb in path.verbs:
        if verb is pathops.PathVerb.MOVE:
            starts.append(len(flags))
        flags += _ON_CURVE_FLAGS[verb]
    return GlyphContours(np.array(path.points, dtype=float).reshape(-1, 2) / scale, bytes(flags), starts)


def _encode_glyph(shape: GlyphContours, zoom: float) -> bytes:
    """Return a simple glyph (OpenType, glyf): each coordinate as a 16-bit difference to the point before."""
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
    """Return a font file of glyphs that have no advance: a renderer needs these six tables."""
    offsets = np.cumsum([0, *map(len, glyphs)]).astype(">u4")
    head = struct.pack(">IIIIHHqqhhhhHHhhh", 1 << 16, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0)
    # Renderers move a glyph's left edge to its left side bearing; equal values leave it where it is.
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
