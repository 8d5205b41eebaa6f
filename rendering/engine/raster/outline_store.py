"""What is drawn in place of a face's glyphs, or beside them, so that no px is covered twice: kept with the face."""

import math
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import pathops

from rendering.engine.geometry.bezier import Curves
from rendering.engine.raster.outline_font import encode_outline, measure_outline
from rendering.engine.raster.slants import SlantedReach, measure_reach
from rendering.engine.text.face import Face
from rendering.engine.text.shaping import GlyphRun
from rendering.engine.text.truetype import build_font

_OUTLINES_KEPT = 1024  # per face: unions and shared parts; each takes some hundred bytes
_UNITS_PER_EM = 8000  # of outlines in memory, about; finer than any font's, and 16 bits reach four ems
_AREA_TOLERANCE = 2e-4  # of a glyph's area; Skia's rounding is smaller, overlaps that can be seen are larger
_SLIVER = 1e-6  # of a square em; a smaller shared part is not seen at any size
_ROUNDNESS = 0.9  # the part of an outline that is curved, from which on HarfBuzz's error is seen
_TANGLED = 20.0  # half perimeters of its bounds; a longer outline (letters have up to 15) takes Skia too long
_BEND = 0.001  # ems; how far the middle of a curve may be from its chord, for 1/20 px at 48 px to the em
_PAGE = 32  # outlines that share a font in memory
_UPRIGHT = (1.0, 0.0, 0.0, 1.0)

PlacedGlyph: TypeAlias = tuple[int, float, float, float, float]
"""A glyph of a GlyphRun: id, x, y (ems, y up), cosine and sine of a clockwise rotation."""
Neighbor: TypeAlias = tuple[Face, int, tuple[float, float, float, float, float, float]]
"""A face and a glyph as seen from another: the matrix takes its font units to the other's, y up."""


class WidenedOutline(NamedTuple):
    """A glyph and its surroundings, in font units; `inner` are points of its edge. The path must not be changed."""

    path: pathops.Path
    point_count: int
    inner: tuple[tuple[float, float], ...]


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
        for number, x, y, cos, sin in glyphs:
            page, glyph = divmod(number, _PAGE)
            pages.setdefault(page, []).append((glyph, x, y, cos, sin))
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
            self._keep(key, shared if shared and shared.area * self._scale * self._scale > _SLIVER else None)
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


def find_store(run: GlyphRun) -> OutlineStore:
    """Return what is kept with the face of a run."""
    store = run.face.outline_store
    if not isinstance(store, OutlineStore) or store.is_full:
        store = run.face.outline_store = OutlineStore(run.face, run.scale)
    return store
