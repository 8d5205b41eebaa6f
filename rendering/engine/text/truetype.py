"""TrueType fonts in memory: outlines of quadratic curves as glyphs, for HarfBuzz.

HarfBuzz rasterises everything here, and as uharfbuzz wraps it, it takes glyphs of fonts only, no paths. So outlines
that the engine makes become a font, written by hand: just the tables of a TrueType file (OpenType 1.9) that hold a
glyph's shape and place (decision 15).
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from rendering.engine.text.face import Face

# Glyphs are scaled so that the largest coordinate has this value, for the finest units that 16 bits allow.
COORDINATE_LIMIT = 30_000
_UPEM = 1000  # any: text is placed by ems per unit


class GlyphContours(NamedTuple):
    """A glyph's contours: points (n, 2) in font units, a flag for each, and the index of each contour's first point.

    Bit 0 of a flag tells whether the point is on the curve.
    """

    points: NDArray[np.float64]
    flags: bytes
    starts: list[int]


def build_face(name: str, shapes: Sequence[GlyphContours]) -> tuple[Face, float]:
    """Return a face whose glyphs, from 0 on, are these, and the number of its units in one unit of the shapes."""
    zoom = COORDINATE_LIMIT / max(map(_largest_coordinate, shapes))
    return Face(name, build_font([_encode_glyph(shape, zoom) for shape in shapes]), _UPEM), zoom


def _largest_coordinate(shape: GlyphContours) -> float:
    """Return the largest number in a glyph's data: a coordinate, or the difference to the point before."""
    steps = np.diff(shape.points, axis=0)
    return max(float(np.abs(shape.points).max(initial=1)), float(np.abs(steps).max(initial=0)))


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


def build_font(glyphs: Sequence[bytes]) -> hb.Font:
    """Return a font of encoded glyphs, which have no advance: a renderer needs these six tables."""
    offsets = np.cumsum([0, *map(len, glyphs)]).astype(">u4")
    head = struct.pack(">IIIIHHqqhhhhHHhhh", 1 << 16, 0, 0, 0x5F0F3CF5, 0, _UPEM, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0)
    # Renderers move a glyph's left edge to its left side bearing; equal values leave it where it is.
    metrics = b"".join(b"\0\0" + (glyph[2:4] or b"\0\0") for glyph in glyphs)
    tables = {
        b"glyf": b"".join(glyphs),
        b"head": head,
        b"hhea": struct.pack(">I15hH", 1 << 16, *[0] * 15, len(glyphs)),
        b"hmtx": metrics,
        b"loca": offsets.tobytes(),
        b"maxp": struct.pack(">IH", 0x5000, len(glyphs)),
    }
    return hb.Font(hb.Face(hb.Blob(build_sfnt(struct.pack(">I", 1 << 16), tables))))


def build_sfnt(kind: bytes, tables: dict[bytes, bytes]) -> bytes:
    """Return a font file of tables (OpenType 1.9); `kind` is its sfntVersion: "OTTO" for CFF, 1.0 for TrueType."""
    offset = 12 + 16 * len(tables)
    directory, body = [kind + struct.pack(">HHHH", len(tables), 0, 0, 0)], []
    for tag, data in tables.items():
        padded = data + bytes(-len(data) % 4)
        directory.append(tag + struct.pack(">III", 0, offset, len(data)))
        body.append(padded)
        offset += len(padded)
    return b"".join((*directory, *body))
