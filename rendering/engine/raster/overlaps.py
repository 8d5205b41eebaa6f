"""Letters whose outlines overlap, in one glyph or with their neighbours, drawn so that no px is covered twice.

HarfBuzz's rasteriser adds up what each contour covers of a px. Inside, the sum ends at 1; where the edges of two
contours run through the same px, which is most of where a stem meets a bowl, both are counted and the px is too dark,
by up to a half. So a glyph whose contours overlap is drawn as their union; and where a glyph overlaps others (joined
scripts, marks, tight kerning), the part that they share is drawn once more in the opposite direction, which takes it
off again (decision 36). What a glyph or a pair needs is found once and kept with its face.
"""

import math
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import pathops

from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect
from rendering.engine.raster.outline_font import encode_outline, measure_outline
from rendering.engine.raster.slants import SlantedReach, measure_reach
from rendering.engine.text.fonts import Face
from rendering.engine.text.shaping import GlyphRun
from rendering.engine.text.truetype import build_font

_OUTLINES_KEPT = 1024  # per face: unions and shared parts; each takes some hundred bytes
_UNITS_PER_EM = 8000  # of outlines in memory, about; finer than any font's, and 16 bits reach four ems
_AREA_TOLERANCE = 2e-4  # of a glyph's area; Skia's rounding is smaller, overlaps that can be seen are larger
_SLIVER = 1e-6  # of a square em; a smaller shared part is not seen at any size
_ROUNDNESS = 0.9  # the part of an outline that is curved, from which on HarfBuzz's error is seen
_TANGLED = 20.0  # half perimeters of its bounds; a longer outline (letters have up to 15) takes Skia too long
_HEAP = 8  # letters that another one overlaps; where there are more, they cannot be read, and are left as they are
_BEND = 0.001  # ems; how far the middle of a curve may be from its chord, for 1/20 px at 48 px to the em
_POSITION_STEPS = 16  # per font unit: how finely the places of two glyphs are told apart
_PAGE = 32  # outlines that share a font in memory
_UPRIGHT = (1.0, 0.0, 0.0, 1.0)

PlacedGlyph: TypeAlias = tuple[int, float, float, float, float]
"""A glyph of a GlyphRun: id, x, y (ems, y up), cosine and sine of a clockwise rotation."""
GlyphBox: TypeAlias = tuple[float, float, float, float, int, int]
"""The ink of a glyph: left, top, right, bottom (ems, y down), the number of its run and its position there."""


Neighbor: TypeAlias = tuple[Face, int, tuple[float, float, float, float, float, float]]
"""A face and a glyph as seen from another: the matrix takes its font units to the other's, y up."""


class WidenedOutline(NamedTuple):
    """A glyph and its surroundings, in font units; the path must not be changed."""

    path: pathops.Path
    point_count: int


class OutlineStore:
    """What is drawn in place of a face's glyphs, or beside them, in a font in memory that grows with its use."""

    def __init__(self, face: Face, scale: float) -> None:
        self._face, self._scale = face, scale  # ems per font unit
        # The inside is to the right of a TrueType contour, and to the left of a CFF contour.
        self._clockwise = not {"CFF ", "CFF2"} & set(face.hb_font.face.table_tags)
        zoom = _UNITS_PER_EM * scale
        self._zoom = math.floor(zoom) if zoom > 1 else zoom  # a whole number keeps points where they are
        self.widened: dict[tuple[int, float], WidenedOutline] = {}  # by glyph and width, font units
        self.drawn_directly: set[int] = set()  # glyphs, not their outlines here
        self.tangled: set[int] = set()  # glyphs that are left as they are
        self._unions: dict[int, pathops.Path] = {}
        self._curves: dict[int, Curves] = {}
        self._reaches: dict[int, SlantedReach] = {}
        self._encoded: list[bytes] = []
        self._ids: dict[Hashable, int | None] = {}
        self._pages: list[Face | None] = []

    @property
    def is_full(self) -> bool:
        """Whether a new one should take its place before the next text."""
        return len(self._ids) + len(self.widened) >= _OUTLINES_KEPT

    def draw_outlines(self, glyphs: Sequence[PlacedGlyph]) -> Iterator[GlyphRun]:
        """Yield runs of outlines by their ids."""
        pages: dict[int, list[PlacedGlyph]] = {}
        for number, *place in glyphs:
            page, glyph = divmod(number, _PAGE)
            pages.setdefault(page, []).append((glyph, *place))
        for page, placed in pages.items():
            yield GlyphRun(self._find_page(page), self._scale / self._zoom, tuple(placed))

    def _find_page(self, number: int) -> Face:
        """Return the face of a page of outlines; the last one is made again when it has grown."""
        face = self._pages[number]
        if face is None:
            encoded = self._encoded[number * _PAGE : (number + 1) * _PAGE]
            face = self._pages[number] = Face(self._face.name, build_font(encoded), _UNITS_PER_EM)
        return face

    def find_union(self, glyph: int) -> int | None:
        """Return the outline to draw in place of a glyph, None to draw the glyph itself.

        It is the union of contours that overlap or run the wrong way, or has finer curves than a round letter.
        """
        if glyph not in self._ids:
            outline, union = self._face.find_outline(glyph), None
            length, roundness = measure_outline(outline)
            if length > _TANGLED:
                self.tangled.add(glyph)
            elif union := _unite_contours(outline, clockwise=self._clockwise):
                self._unions[glyph] = union
            is_round = roundness > _ROUNDNESS and glyph not in self.tangled
            self._keep(glyph, union or (outline if is_round else None))
            if self._ids[glyph] is None:
                self.drawn_directly.add(glyph)
        return self._ids[glyph]

    def is_tangled(self, glyph: int) -> bool:
        """Tell whether a glyph crosses itself so often that it is left as it is."""
        self.find_union(glyph)
        return glyph in self.tangled

    def find_outline(self, glyph: int) -> pathops.Path:
        """Return a glyph's outline without overlaps; it must not be changed."""
        self.find_union(glyph)
        return self._unions[glyph] if glyph in self._unions else self._face.find_outline(glyph)

    def find_curves(self, glyph: int) -> Curves:
        """Return the same as curves, in font units."""
        if glyph not in self._curves:
            self._curves[glyph] = Curves.from_path(self.find_outline(glyph), 1.0)
        return self._curves[glyph]

    def find_shared(self, glyph: int, neighbors: Sequence[Neighbor]) -> int | None:
        """Return the outline of what a glyph shares with others, in the opposite direction; None if that is nothing.

        It is found once for the same ids and matrices, so all neighbours must be of this store's face, or never again.
        """
        key = glyph, tuple((other, matrix) for _, other, matrix in neighbors)
        if key not in self._ids:
            if self._are_apart(glyph, neighbors):
                self._ids[key] = None
                return None
            others = pathops.Path()
            for face, other, matrix in neighbors:
                others.addPath(face.find_outline(other).transform(*matrix))
            shared = _intersect_paths(self._face.find_outline(glyph), others, clockwise=not self._clockwise)
            self._keep(key, shared if shared and shared.area * self._scale**2 > _SLIVER else None)
        return self._ids[key]

    def _are_apart(self, glyph: int, neighbors: Sequence[Neighbor]) -> bool:
        """Tell whether upright neighbours in the same face are known to share nothing with a glyph."""
        return all(
            face is self._face
            and matrix[:4] == _UPRIGHT
            and self._find_reach(glyph).is_apart(self._find_reach(other), *matrix[4:])
            for face, other, matrix in neighbors
        )

    def _find_reach(self, glyph: int) -> SlantedReach:
        if glyph not in self._reaches:
            self._reaches[glyph] = measure_reach(self._face.find_outline(glyph))
        return self._reaches[glyph]

    def _keep(self, key: Hashable, path: pathops.Path | None) -> None:
        encoded = encode_outline(path, self._zoom, _BEND / self._scale) if path else None
        self._ids[key] = len(self._encoded) if encoded else None
        if encoded:
            page = len(self._encoded) // _PAGE
            self._encoded.append(encoded)
            self._pages[page:] = [None]


def _unite_contours(path: pathops.Path, *, clockwise: bool) -> pathops.Path | None:
    """Return the union of a path's contours; None if the path already is one, or if Skia cannot tell."""
    united = pathops.Path(path)
    try:
        united.simplify(fix_winding=True, keep_starting_points=False, clockwise=clockwise)
    except pathops.PathOpsError:
        return None
    area = united.area
    if not area or (abs(path.area - area) <= _AREA_TOLERANCE * area and path.clockwise == clockwise):
        return None
    lost = max(abs(one - other) for one, other in zip(path.bounds, united.bounds, strict=True))
    return united if lost < 1 else None


def _intersect_paths(one: pathops.Path, other: pathops.Path, *, clockwise: bool) -> pathops.Path | None:
    operator = pathops.PathOp.INTERSECTION
    try:
        return pathops.op(one, other, operator, fix_winding=True, keep_starting_points=False, clockwise=clockwise)
    except pathops.PathOpsError:
        return None


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


def find_store(run: GlyphRun) -> OutlineStore:
    """Return what is kept with the face of a run."""
    store = run.face.outline_store
    if not isinstance(store, OutlineStore) or store.is_full:
        store = run.face.outline_store = OutlineStore(run.face, run.scale)
    return store


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
