"""Polygons as glyphs of a font in memory, for HarfBuzz, which draws everything here, draws glyphs and nothing else.

Of a TrueType font the coordinates are whole numbers of 16 bits: too coarse for print. Those of a CFF font (Adobe
Technical Notes 5176 and 5177) may be fixed numbers of 16.16 bits.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

_MOVE, _LINE, _END, _NUMBER = 21, 5, b"\x0e", 255  # rmoveto, rlineto, endchar, and what a fixed number begins with
_POINTS_CEILING = 60_000  # of a glyph; HarfBuzz draws no more than 200,000 numbers and operators
_CHARSTRINGS, _PRIVATE = b"\x11", b"\x12"  # of the top dictionary: where each is


def encode_glyphs(points: IntArray, starts: IntArray) -> list[bytes]:
    """Return closed contours as glyphs to be drawn over each other: points (n, 2) in 65,536ths of a font unit.

    A contour begins at each of `starts`, of which the first is 0.
    """
    points, starts = _split_contours(points, starts)
    deltas = np.diff(points, axis=0, prepend=[[0, 0]])
    firsts = _glyph_starts(points, starts)
    # What begins a glyph is told from the origin.
    deltas[firsts] = points[firsts]
    code = np.empty((len(points), 11), np.uint8)
    code[:, 0] = code[:, 5] = _NUMBER
    code[:, 1:5] = deltas[:, 0].astype(">i4").view(np.uint8).reshape(-1, 4)
    code[:, 6:10] = deltas[:, 1].astype(">i4").view(np.uint8).reshape(-1, 4)
    code[:, 10] = _LINE
    code[starts, 10] = _MOVE
    return [code[first:last].tobytes() + _END for first, last in zip(firsts, [*firsts[1:], len(points)], strict=True)]


def _split_contours(points: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
    """Return the same with contours that are too long for a glyph cut into such as are not, all from one corner."""
    ends = np.append(starts[1:], len(points))
    if (ends - starts).max() < _POINTS_CEILING:
        return points, starts
    # Where one part ends and the next begins, the lines to the corner undo each other.
    parts = [
        np.concatenate([points[start : start + 1], points[first : min(first + _POINTS_CEILING - 1, end)]])
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        for first in range(start + 1, max(end - 1, start + 2), _POINTS_CEILING - 2)
    ]
    sizes = np.cumsum([0, *map(len, parts)])
    return np.concatenate(parts), sizes[:-1]


def _glyph_starts(points: IntArray, starts: IntArray) -> list[int]:
    """Return the points that glyphs begin with: as many contours in each as there is room for."""
    firsts = [0]
    if len(points) > _POINTS_CEILING:
        for start, end in zip(starts.tolist(), [*starts.tolist()[1:], len(points)], strict=True):
            if end - firsts[-1] > _POINTS_CEILING and start > firsts[-1]:
                firsts.append(start)
    return firsts


def build_font(charstrings: Sequence[bytes]) -> bytes:
    """Return an OpenType font of so many glyphs, all of no advance."""
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


def build_sfnt(kind: bytes, tables: dict[bytes, bytes]) -> bytes:
    """Return a font file of tables (OpenType 1.9): `kind` says what its outlines are written in."""
    at = 12 + 16 * len(tables)
    directory, body = [kind + struct.pack(">HHHH", len(tables), 0, 0, 0)], []
    for tag, data in tables.items():
        padded = data + bytes(-len(data) % 4)
        directory.append(tag + struct.pack(">III", 0, at, len(data)))
        body.append(padded)
        at += len(padded)
    return b"".join((*directory, *body))


def _cff_table(charstrings: Sequence[bytes]) -> bytes:
    """Return a CFF table: header, name, top dictionary, no strings, no subroutines, glyphs; nothing is private."""
    before = b"\1\0\4\4" + _build_index([b"-"])
    at = len(before) + len(_top_dict(0, 0)) + 4
    body = _build_index(charstrings)
    return b"".join((before, _top_dict(at, at + len(body)), bytes(4), body))


def _top_dict(charstrings: int, private: int) -> bytes:
    return _build_index(
        [b"".join((_encode_integer(charstrings), _CHARSTRINGS, _encode_integer(0), _encode_integer(private), _PRIVATE))]
    )


def _encode_integer(value: int) -> bytes:
    return b"\x1d" + struct.pack(">i", value)


def _build_index(items: Sequence[bytes]) -> bytes:
    offsets = np.cumsum([1, *map(len, items)]).astype(">u4")
    return b"".join((struct.pack(">HB", len(items), 4), offsets.tobytes(), *items))
