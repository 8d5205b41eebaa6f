"""Polygons as glyphs of a CFF font in memory, for HarfBuzz, whose rasteriser takes glyphs of fonts only.

Written by hand because uharfbuzz does not wrap HarfBuzz's functions that take paths yet. TrueType coordinates are
integers of 16 bits, too coarse for print; CFF (Adobe Technical Notes 5176 and 5177) has fixed-point numbers of 16.16
bits (decision 19).
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rendering.engine.text.truetype import build_sfnt

IntArray = NDArray[np.int64]

_MOVE, _LINE, _END, _NUMBER = 21, 5, b"\x0e", 255  # rmoveto, rlineto, endchar, and the prefix of a 16.16 number
_POINTS_CEILING = 60_000  # points of a glyph: HarfBuzz stops after 200,000 numbers and operators
_CHARSTRINGS, _PRIVATE = b"\x11", b"\x12"  # operators of the top dictionary: the offset of each


def encode_glyphs(points: IntArray, starts: IntArray) -> list[bytes]:
    """Return closed contours as charstrings of glyphs that together draw them.

    `points` has shape (n, 2), in 65,536ths of a font unit; a contour begins at each index in `starts`, first at 0.
    """
    points, starts = _split_contours(points, starts)
    deltas = np.diff(points, axis=0, prepend=[[0, 0]])
    firsts = _glyph_starts(points, starts)
    # The first point of a glyph is relative to the origin.
    deltas[firsts] = points[firsts]
    code = np.empty((len(points), 11), np.uint8)
    code[:, 0] = code[:, 5] = _NUMBER
    code[:, 1:5] = deltas[:, 0].astype(">i4").view(np.uint8).reshape(-1, 4)
    code[:, 6:10] = deltas[:, 1].astype(">i4").view(np.uint8).reshape(-1, 4)
    code[:, 10] = _LINE
    code[starts, 10] = _MOVE
    return [code[first:last].tobytes() + _END for first, last in zip(firsts, [*firsts[1:], len(points)], strict=True)]


def _split_contours(points: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
    """Split contours with too many points for a glyph into closed parts that all begin at the contour's first point."""
    ends = np.append(starts[1:], len(points))
    if (ends - starts).max() < _POINTS_CEILING:
        return points, starts
    # Two neighbours share the line to that point in opposite directions, so their areas add up to the contour's.
    parts = [
        np.concatenate([points[start : start + 1], points[first : min(first + _POINTS_CEILING - 1, end)]])
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        for first in range(start + 1, max(end - 1, start + 2), _POINTS_CEILING - 2)
    ]
    sizes = np.cumsum([0, *map(len, parts)])
    return np.concatenate(parts), sizes[:-1]


def _glyph_starts(points: IntArray, starts: IntArray) -> list[int]:
    """Return the index of each glyph's first point: a glyph takes as many contours as it has room for."""
    firsts = [0]
    if len(points) > _POINTS_CEILING:
        for start, end in zip(starts.tolist(), [*starts.tolist()[1:], len(points)], strict=True):
            if end - firsts[-1] > _POINTS_CEILING and start > firsts[-1]:
                firsts.append(start)
    return firsts


def build_font(charstrings: Sequence[bytes]) -> bytes:
    """Return an OpenType font of these glyphs, which have no advance."""
    count = len(charstrings)
    head = struct.pack(">IIIIHHqqhhhhHHhhh", 1 << 16, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0)
    tables = {
        b"CFF ": _cff_table(charstrings),
        b"head": head,
        b"hhea": struct.pack(">I15hH", 1 << 16, *[0] * 15, 1),
        b"hmtx": bytes(4 + 2 * (count - 1)),
        b"maxp": struct.pack(">IH", 0x5000, count),
    }
    return build_sfnt(b"OTTO", tables)


def _cff_table(charstrings: Sequence[bytes]) -> bytes:
    """Return a CFF table: header, name, top dictionary, no strings, no subroutines, glyphs, an empty private one."""
    before = b"\1\0\4\4" + _build_index([b"-"])
    offset = len(before) + len(_top_dict(0, 0)) + 4
    body = _build_index(charstrings)
    return b"".join((before, _top_dict(offset, offset + len(body)), bytes(4), body))


def _top_dict(charstrings: int, private: int) -> bytes:
    return _build_index(
        [b"".join((_encode_integer(charstrings), _CHARSTRINGS, _encode_integer(0), _encode_integer(private), _PRIVATE))]
    )


def _encode_integer(value: int) -> bytes:
    """Return a dictionary's operand, always five bytes: offsets must not change the size of what holds them."""
    return b"\x1d" + struct.pack(">i", value)


def _build_index(items: Sequence[bytes]) -> bytes:
    """Return an INDEX: count, offset size, offsets from 1 on, data."""
    offsets = np.cumsum([1, *map(len, items)]).astype(">u4")
    return b"".join((struct.pack(">HB", len(items), 4), offsets.tobytes(), *items))
