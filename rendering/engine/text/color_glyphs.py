"""Colour glyphs (OpenType COLR): the outlines of what they paint, which HarfBuzz does not give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pathops
import uharfbuzz as hb

from rendering.engine.geometry.rect import Rect

Matrix = tuple[float, float, float, float, float, float]
"""xx, yx, xy, yy, x, y: a point becomes (xx·x + xy·y + x, yx·x + yy·y + y)."""


class PaintedArea(NamedTuple):
    """An outline that a colour glyph fills, in font units, y up, and the least alpha of its paint, 0 to 255."""

    path: pathops.Path
    alpha: int


SOLID_ALPHA = 64  # paint that is fainter somewhere, such as the glow of a candle, gets no line around it
_CLIP_LIST = 22  # bytes from the start of a COLR table of version 1 to the offset of its clip boxes
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_Op, _Mode = pathops.PathOp, hb.PaintCompositeMode
# What remains of a group (first) and of what is below it, for the modes that do not show both (Porter and Duff).
_CUTS: dict[hb.PaintCompositeMode, Callable[[pathops.Path, pathops.Path], pathops.Path]] = {
    _Mode.CLEAR: lambda _group, _below: pathops.Path(),
    _Mode.SRC: lambda group, _below: group,
    _Mode.DEST: lambda _group, below: below,
    _Mode.SRC_IN: lambda group, below: pathops.op(group, below, _Op.INTERSECTION),
    _Mode.DEST_IN: lambda group, below: pathops.op(group, below, _Op.INTERSECTION),
    _Mode.SRC_OUT: lambda group, below: pathops.op(group, below, _Op.DIFFERENCE),
    _Mode.DEST_OUT: lambda group, below: pathops.op(below, group, _Op.DIFFERENCE),
    _Mode.SRC_ATOP: lambda _group, below: below,
    _Mode.DEST_ATOP: lambda group, _below: group,
    _Mode.XOR: lambda group, below: pathops.op(group, below, _Op.XOR),
}


@dataclass(slots=True)
class _Recording:
    """The state of painting a glyph: transforms, clips, and what each group has painted, in font units, y up."""

    font: hb.Font
    transforms: list[Matrix] = field(default_factory=lambda: [_IDENTITY])
    clips: list[pathops.Path | None] = field(default_factory=list)  # None clips nothing
    groups: list[list[PaintedArea]] = field(default_factory=lambda: [[]])

    def fill(self, alpha: int) -> None:
        """Paint within the clips; a paint that no glyph clips has no outline."""
        clips = [clip for clip in self.clips if clip is not None]
        if not clips or not alpha:
            return
        area, *others = clips
        for clip in others:
            area = pathops.op(area, clip, _Op.INTERSECTION)
        self.groups[-1].append(PaintedArea(area, alpha))


def find_color_format(face: hb.Face) -> str:
    """Return the kind of colour glyphs that a font has besides COLR, "" for none."""
    if face.has_color_png:
        return "bitmaps (a CBDT or sbix table)"
    return "SVG pictures (an SVG table)" if face.has_color_svg else ""


def remove_clip_boxes(data: bytes) -> bytes:
    """Return a font file without the clip boxes of its COLR table, where it has any.

    They only save work: they are around all that a glyph paints. HarfBuzz 15.0 paints nothing where one is rotated.
    """
    count = int.from_bytes(data[4:6], "big")
    tables = (data[start : start + 16] for start in range(12, 12 + 16 * count, 16))  # tag, checksum, offset, length
    offset = next((int.from_bytes(table[8:12], "big") for table in tables if table[:4] == b"COLR"), None)
    if offset is None or data[offset : offset + 2] == b"\0\0":  # version 0 has none
        return data
    return b"".join((data[: offset + _CLIP_LIST], bytes(4), data[offset + _CLIP_LIST + 4 :]))


def record_color_glyph(font: hb.Font, glyph: int) -> list[PaintedArea]:
    """Return what a colour glyph paints, without transparent paint."""
    recording = _Recording(font)
    font.paint_glyph(glyph, _PAINT_FUNCS, recording)
    return recording.groups[0]


def measure_areas(areas: Sequence[PaintedArea]) -> Rect | None:
    """Return the exact bounds as a rectangle with y down; None if there is no area."""
    bounds = [path.bounds for path, _ in areas if path.verbs]
    if not bounds:
        return None
    left, low, right, high = zip(*bounds, strict=True)
    return Rect(min(left), -max(high), max(right), -min(low))


def unite_areas(areas: Sequence[PaintedArea]) -> pathops.Path:
    """Return the outline around all solid areas, around all where none is solid."""
    paths = [path for path, alpha in areas if alpha >= SOLID_ALPHA] or [path for path, _ in areas]
    try:
        return _unite_paths(paths)
    except pathops.PathOpsError:  # numerically degenerate: all outlines, of which the inner ones lie below the paint
        together = pathops.Path()
        for path in paths:
            together.addPath(path)
        return together


def _unite_paths(paths: Sequence[pathops.Path]) -> pathops.Path:
    builder = pathops.OpBuilder(fix_winding=False)
    for path in paths:
        simple = pathops.Path(path)
        # Without this, the builder fills the holes of paths that do not overlap.
        simple.simplify(fix_winding=False)
        simple.fillType = pathops.FillType.EVEN_ODD
        builder.add(simple, _Op.UNION)
    return builder.resolve()


def _multiply(outer: Matrix, inner: Matrix) -> Matrix:
    a, b, c, d, x, y = outer
    e, f, g, h, u, v = inner
    return (a * e + c * f, b * e + d * f, a * g + c * h, b * g + d * h, a * u + c * v + x, b * u + d * v + y)


# The callbacks of HarfBuzz: its arguments, then the recording.


def _push_transform(*arguments: Any) -> None:
    *matrix, recording = arguments
    recording.transforms.append(_multiply(recording.transforms[-1], tuple(matrix)))


def _push_clip_glyph(glyph: int, recording: _Recording) -> None:
    path = pathops.Path()
    recording.font.draw_glyph_with_pen(glyph, path.getPen())
    matrix = recording.transforms[-1]
    recording.clips.append(path if matrix == _IDENTITY else path.transform(*matrix))


def _push_clip_rectangle(*arguments: Any) -> None:
    arguments[-1].clips.append(None)  # the glyph's clip box, around all that it paints (OpenType, COLR)


def _fill_color(color: hb.Color, _is_foreground: Any, recording: _Recording) -> None:
    recording.fill(color.alpha)


def _fill_gradient(line: hb.ColorLine, *arguments: Any) -> None:
    alphas = [stop.color.alpha for stop in line.color_stops]
    arguments[-1].fill(max(1, min(alphas)) if any(alphas) else 0)


def _pop_group(mode: hb.PaintCompositeMode, recording: _Recording) -> None:
    group = recording.groups.pop()
    below = recording.groups[-1]
    if cut := _CUTS.get(mode):
        alpha = max((area.alpha for area in (*group, *below)), default=0)
        below[:] = [PaintedArea(cut(unite_areas(group), unite_areas(below)), alpha)]
    else:
        below += group


def _build_paint_funcs() -> hb.PaintFuncs:
    funcs = hb.PaintFuncs()
    funcs.set_push_transform_func(_push_transform)
    funcs.set_pop_transform_func(lambda recording: recording.transforms.pop())
    funcs.set_push_clip_glyph_func(_push_clip_glyph)
    funcs.set_push_clip_rectangle_func(_push_clip_rectangle)
    funcs.set_pop_clip_func(lambda recording: recording.clips.pop())
    funcs.set_color_func(_fill_color)
    funcs.set_linear_gradient_func(_fill_gradient)
    funcs.set_radial_gradient_func(_fill_gradient)
    funcs.set_sweep_gradient_func(_fill_gradient)
    funcs.set_push_group_func(lambda recording: recording.groups.append([]))
    funcs.set_pop_group_func(_pop_group)
    return funcs


_PAINT_FUNCS = _build_paint_funcs()
