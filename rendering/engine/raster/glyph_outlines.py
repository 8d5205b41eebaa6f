"""Outlined text: each glyph's outline stroked with round joins by Skia, as glyphs of a font in memory (decision 15)."""

from collections.abc import Sequence

import numpy as np
import pathops

from rendering.engine.text.fonts import Face
from rendering.engine.text.shaping import GlyphRun
from rendering.engine.text.truetype import GlyphContours, build_face

_WIDTH_LIMIT = 2000.0  # font units to either side that Skia strokes without scaling down
_MITER_LIMIT = 4.0  # Skia wants one; round joins do not use it
# For each point that a verb adds, bit 0 of its glyf flag: whether the point is on the curve.
_ON_CURVE_FLAGS = {
    pathops.PathVerb.MOVE: b"\1",
    pathops.PathVerb.LINE: b"\1",
    pathops.PathVerb.QUAD: b"\0\1",
    pathops.PathVerb.CLOSE: b"",
}


def outline_glyphs(runs: Sequence[GlyphRun], width: float) -> tuple[GlyphRun, ...]:
    """Return runs whose glyphs are the strokes along the outlines of the given ones, in the same places.

    A stroke reaches `width` ems to either side. That of a colour glyph is around all it paints.
    """
    return tuple(_outline_run(run, width) for run in runs)


def _outline_run(run: GlyphRun, width: float) -> GlyphRun:
    glyphs = sorted({glyph for glyph, *_ in run.glyphs})
    shapes = [_widen_outline(run.face, glyph, width / run.scale) for glyph in glyphs]
    face, zoom = build_face("outline", shapes)
    new_ids = {glyph: index for index, glyph in enumerate(glyphs)}
    placed = tuple((new_ids[glyph], x, y, cos, sin) for glyph, x, y, cos, sin in run.glyphs)
    return GlyphRun(face, run.scale / zoom, placed)


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
