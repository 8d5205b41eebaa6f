"""Letters whose outlines overlap, in one glyph or with their neighbours, drawn so that no px is covered twice.

HarfBuzz's rasteriser adds up what each contour covers of a px. Inside, the sum ends at 1; where the edges of two
contours run through the same px, which is most of where a stem meets a bowl, both are counted and the px is too dark,
by up to a half. So a glyph whose contours overlap is drawn as their union; and where a glyph overlaps others (joined
scripts, marks, tight kerning), the part that they share is drawn once more in the opposite direction, which takes it
off again (decision 36). What a glyph or a pair needs is found once and kept with its face.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from rendering.engine.geometry.rect import Rect
from rendering.engine.raster.outline_store import Neighbor, OutlineStore, PlacedGlyph, find_store
from rendering.engine.text.face import Face
from rendering.engine.text.shaping import GlyphRun

_HEAP = 8  # letters that another one overlaps; where there are more, they cannot be read, and are left as they are
_POSITION_STEPS = 16  # per font unit: how finely the places of two glyphs are told apart

GlyphBox: TypeAlias = tuple[float, float, float, float, int, int]
"""The ink of a glyph: left, top, right, bottom (ems, y down), the number of its run and its position there."""


def separate_overlaps(runs: Sequence[GlyphRun]) -> tuple[GlyphRun, ...]:
    """Return runs that together cover what the given ones cover, no px twice; colour glyphs stay as they are."""
    boxes: list[GlyphBox] = []
    united: list[GlyphRun] = []
    for number, run in enumerate(runs):
        if run.face.has_color_glyphs:
            united.append(run)
            continue
        _measure_boxes(number, run, boxes)
        if find_store(run).drawn_directly.issuperset([glyph[0] for glyph in run.glyphs]):
            united.append(run)
        else:
            united += _unite_glyphs(run)
    boxes.sort()
    reach = -math.inf
    for box in boxes:  # most texts run from left to right and touch nothing
        if box[0] < reach:
            return (*united, *_subtract_shared(runs, _find_overlapping(boxes)))
        reach = max(reach, box[2])
    return tuple(united)


def _unite_glyphs(run: GlyphRun) -> Iterator[GlyphRun]:
    """Yield the run with each glyph whose contours overlap replaced by their union."""
    store = find_store(run)
    unions = [store.find_union(glyph[0]) for glyph in run.glyphs]
    if not any(union is not None for union in unions):
        yield run
        return
    if kept := tuple(glyph for glyph, union in zip(run.glyphs, unions, strict=True) if union is None):
        yield GlyphRun(run.face, run.scale, kept)
    united = [(union, *glyph[1:]) for glyph, union in zip(run.glyphs, unions, strict=True) if union is not None]
    yield from store.draw_outlines(united)


def _measure_boxes(number: int, run: GlyphRun, boxes: list[GlyphBox]) -> None:
    """Append the boxes of a run's glyphs."""
    scale, measure_ink = run.scale, run.face.measure_ink
    for position, (glyph, x, y, cos, sin) in enumerate(run.glyphs):
        ink = measure_ink(glyph)
        if ink is None:
            continue
        if sin != 0 or cos != 1:
            ink = _turn_rect(ink, cos, sin)
        left, top, right, bottom = ink
        boxes.append((x + left * scale, top * scale - y, x + right * scale, bottom * scale - y, number, position))


def _turn_rect(rect: Rect, cos: float, sin: float) -> Rect:
    """Return the bounding rectangle of a rectangle after a clockwise rotation."""
    left, top, right, bottom = rect
    xs = [cos * across - sin * down for across in (left, right) for down in (top, bottom)]
    ys = [sin * across + cos * down for across in (left, right) for down in (top, bottom)]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def _find_overlapping(boxes: Sequence[GlyphBox]) -> Iterator[tuple[GlyphBox, list[GlyphBox]]]:
    """Yield each of the sorted boxes that overlaps boxes before it, and those."""
    before: list[GlyphBox] = []
    for box in boxes:
        left, top, _, bottom, _, _ = box
        before = [other for other in before if other[2] > left]
        others = [other for other in before if other[1] < bottom and other[3] > top]
        if 0 < len(others) <= _HEAP:
            yield box, others
        before.append(box)


def _subtract_shared(
    runs: Sequence[GlyphRun], overlapping: Iterator[tuple[GlyphBox, list[GlyphBox]]]
) -> Iterator[GlyphRun]:
    """Yield the runs that take off what glyphs share with others, of which only the boxes are known to overlap."""
    stores: dict[tuple[int, bool], tuple[OutlineStore, list[PlacedGlyph]]] = {}
    has_tangled = any(find_store(run).tangled for run in runs if not run.face.has_color_glyphs)
    for (*_, number, position), others in overlapping:
        run, glyph = runs[number], runs[number].glyphs[position]
        seen = (_see_neighbor(run, glyph, runs[other[4]], runs[other[4]].glyphs[other[5]]) for other in others)
        neighbors = [neighbor for neighbor in seen if _may_share(run.face, glyph[0], neighbor)]
        if not neighbors or (has_tangled and _holds_tangled(runs, number, position, others)):
            continue
        # Neighbours that stand upright in the same face meet again in other texts; on an arc, nothing does.
        lasting = all(face is run.face and matrix[:2] == (1, 0) for face, _, matrix in neighbors)
        key = id(run.face), lasting
        if key not in stores:
            stores[key] = (find_store(run) if lasting else OutlineStore(run.face, run.scale), [])
        store, drawn = stores[key]
        shared = store.find_shared(glyph[0], neighbors)
        if shared is not None:
            drawn.append((shared, *glyph[1:]))
    for store, drawn in stores.values():
        if drawn:
            yield from store.draw_outlines(drawn)


def _holds_tangled(runs: Sequence[GlyphRun], number: int, position: int, others: Sequence[GlyphBox]) -> bool:
    places = [(number, position), *((other[4], other[5]) for other in others)]
    return any(find_store(runs[run]).is_tangled(runs[run].glyphs[at][0]) for run, at in places)


def _may_share(face: Face, glyph: int, neighbor: Neighbor) -> bool:
    """Tell whether the boxes of two glyphs overlap in the first one's frame; upright ones are known to."""
    other_face, other, (xx, yx, xy, yy, dx, dy) = neighbor
    ink, other_ink = face.measure_ink(glyph), other_face.measure_ink(other)
    if yx == 0 or ink is None or other_ink is None:
        return True
    corners = [(x, -y) for x in (other_ink.left, other_ink.right) for y in (other_ink.top, other_ink.bottom)]
    xs, ys = [xx * x + xy * y + dx for x, y in corners], [yx * x + yy * y + dy for x, y in corners]
    return min(xs) < ink.right and max(xs) > ink.left and min(ys) < -ink.top and max(ys) > -ink.bottom


def _see_neighbor(run: GlyphRun, glyph: PlacedGlyph, other_run: GlyphRun, other: PlacedGlyph) -> Neighbor:
    """Return a glyph of another run as seen from a glyph, at the nearest of `_POSITION_STEPS` steps of a unit."""
    _, x, y, cos, sin = glyph
    other_id, other_x, other_y, other_cos, other_sin = other
    dx, dy, steps = other_x - x, other_y - y, _POSITION_STEPS / run.scale
    if sin == other_sin == 0 and other_run.face is run.face:
        matrix = (1.0, 0.0, 0.0, 1.0, round(dx * steps) / _POSITION_STEPS, round(dy * steps) / _POSITION_STEPS)
        return run.face, other_id, matrix
    turn_cos, turn_sin = cos * other_cos + sin * other_sin, cos * other_sin - sin * other_cos
    across, up = round((cos * dx - sin * dy) * steps), round((sin * dx + cos * dy) * steps)
    ratio = other_run.scale / run.scale
    linear = (turn_cos * ratio, -turn_sin * ratio, turn_sin * ratio, turn_cos * ratio)
    return other_run.face, other_id, (*linear, across / _POSITION_STEPS, up / _POSITION_STEPS)
