"""Faces: fonts at one position of their variable axes, loaded once per thread, and the exact ink of their glyphs."""

import functools
import hashlib
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, overload

import pathops
import uharfbuzz as hb

from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect
from rendering.engine.text.font_metrics import EXTREME_LETTERS, LetterExtents, measure_letters, measure_line
from rendering.engine.text.mark_placement import ALPHABETS, are_marks_placed
from rendering.engine.values import Font, FontError

FILES_KEPT = 256  # per thread; a file is some hundred KB
FACES_KEPT = 1024  # per thread, with the measurements of their glyphs
CLUSTERS_KEPT = 4096  # per face
PATHS_KEPT = 256  # per face
NOTDEF = 0  # the glyph of characters that a font lacks


@dataclass(slots=True)
class Face:
    """A HarfBuzz font in font units (`upem` to the em), with caches of its glyphs' ink and of what it can draw."""

    name: str
    hb_font: hb.Font
    upem: int
    has_color_glyphs: bool = False  # glyphs have colours of their own (COLR)
    wrong: str = ""  # characters mapped to the glyph of another letter
    is_connected: bool | None = None  # its small Latin letters touch their neighbours; None: not known yet
    curves: dict[int, Curves] = field(default_factory=dict)  # as `outlines` finds them
    _path_cache: dict[int, pathops.Path] = field(default_factory=dict)  # of glyphs that were turned
    _ink_cache: dict[int, Rect | None] = field(default_factory=dict)  # bounded by the font's glyph count
    _char_cache: dict[str, bool] = field(default_factory=dict)
    _cluster_cache: dict[str, bool] = field(default_factory=dict)
    _line_metrics: tuple[float, float] | None = None
    _letter_extents: LetterExtents | None = None

    @property
    def line_metrics(self) -> tuple[float, float]:
        """Ascent and descent of a line, ems."""
        if self._line_metrics is None:
            self._line_metrics = measure_line(self.hb_font, self.upem)
        return self._line_metrics

    @property
    def letter_extents(self) -> LetterExtents:
        """How high capitals are, and how far letters rise and drop, ems."""
        if self._letter_extents is None:
            inks = {char: ink for char in EXTREME_LETTERS if (ink := self._measure_char(char))}
            self._letter_extents = measure_letters(inks, self.upem, self.line_metrics)
        return self._letter_extents

    def _measure_char(self, char: str) -> Rect | None:
        return self.measure_ink(self.hb_font.get_nominal_glyph(ord(char)) or NOTDEF) if self.has_char(char) else None

    def __post_init__(self) -> None:
        self._char_cache.update(dict.fromkeys(self.wrong, False))

    def has_char(self, char: str) -> bool:
        """Tell whether the font itself maps a character to a glyph."""
        mapped = self._char_cache.get(char)
        if mapped is None:
            mapped = bool(self.hb_font.get_nominal_glyph(ord(char)))
            if len(self._char_cache) < CLUSTERS_KEPT:
                self._char_cache[char] = mapped
        return mapped

    def can_draw(self, cluster: str) -> bool:
        """Tell whether a grapheme can be drawn completely and rightly: directly, composed, or by an equivalent."""
        if len(cluster) == 1 and self.has_char(cluster):
            return True
        drawable = self._cluster_cache.get(cluster)
        if drawable is None:
            drawable = self._shapes_whole(cluster)
            if len(self._cluster_cache) < CLUSTERS_KEPT:
                self._cluster_cache[cluster] = drawable
        return drawable

    def _shapes_whole(self, cluster: str) -> bool:
        if self.wrong and not set(self.wrong).isdisjoint(unicodedata.normalize("NFC", cluster)):
            return False
        buffer = hb.Buffer()
        buffer.add_str(cluster)
        buffer.guess_segment_properties()
        buffer.language, script = "und", buffer.script
        hb.shape(self.hb_font, buffer)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions or ()  # of invisibles, none
        if any(info.codepoint == NOTDEF for info in infos):
            return False
        if len(infos) < 2 or script not in ALPHABETS:
            return True
        spans, pen = [], 0
        for info, position in zip(infos, positions, strict=True):
            if ink := self.measure_ink(info.codepoint):
                x = pen + position.x_offset
                spans.append(((x + ink.left) / self.upem, (x + ink.right) / self.upem))
            pen += position.x_advance
        return len(spans) < 2 or are_marks_placed(cluster, spans)

    def measure_ink(self, glyph: int) -> Rect | None:
        """Return the exact ink rectangle of a glyph in font units, y down; None if it has no outline."""
        try:
            return self._ink_cache[glyph]
        except KeyError:
            return self._ink_cache.setdefault(
                glyph, self._measure_color_glyph(glyph) if self.has_color_glyphs else self._measure_outline(glyph)
            )

    def _measure_outline(self, glyph: int) -> Rect | None:
        path = self.get_outline(glyph)
        if not path.verbs:
            return None
        # The bounds of the curves themselves: their control points may lie far outside.
        left, low, right, high = path.bounds  # y up
        return Rect(left, -high, right, -low)

    def _measure_color_glyph(self, glyph: int) -> Rect | None:
        extents = self.hb_font.get_glyph_extents(glyph)
        if extents is None or not (extents.width and extents.height):
            return None
        x, y = extents.x_bearing, extents.y_bearing  # of the top left corner, y up; the height is negative
        return Rect(x, -y, x + extents.width, -(y + extents.height))

    def measure_turned_ink(self, glyph: int, matrix: tuple[float, ...]) -> tuple[float, float, float, float]:
        """Return the exact bounds (left, top, right, bottom; y down) of a glyph under an affine matrix (y up)."""
        path = self._path_cache.get(glyph)
        if path is None:
            if len(self._path_cache) >= PATHS_KEPT:
                self._path_cache.clear()
            path = self._path_cache[glyph] = self.get_ink_path(glyph)
        left, low, right, high = path.transform(*matrix).bounds
        return left, -high, right, -low

    def get_ink_path(self, glyph: int) -> pathops.Path:
        """Return an outline with the bounds of a glyph; of a colour glyph, the rectangle of its ink."""
        if not self.has_color_glyphs or (ink := self.measure_ink(glyph)) is None:
            return self.get_outline(glyph)
        path = pathops.Path()
        pen = path.getPen()
        pen.moveTo((ink.left, -ink.bottom))  # outlines have y up
        for corner in ((ink.right, -ink.bottom), (ink.right, -ink.top), (ink.left, -ink.top)):
            pen.lineTo(corner)
        pen.closePath()
        return path

    def get_outline(self, glyph: int) -> pathops.Path:
        """Return a glyph's outline in font units, y up."""
        path = pathops.Path()
        self.hb_font.draw_glyph_with_pen(glyph, path.getPen())
        return path


class _ThreadCache(threading.local):
    """One thread's fonts: a HarfBuzz font must not be used by two threads at once."""

    def __init__(self) -> None:
        self.sets: OrderedDict[tuple[Font, int], Faces] = OrderedDict()
        self.faces: OrderedDict[tuple[str, str, int, tuple[tuple[str, float], ...]], Face] = OrderedDict()
        self.files: OrderedDict[tuple[str, int], hb.Face] = OrderedDict()


class Faces(Sequence[Face]):
    """The face of a font and those of its fallback fonts, in the weight and width of the first; alike serifs first.

    Each is loaded on first use: most lines need only the first one.
    """

    def __init__(self, font: Font, fallbacks: Sequence[Font] = ()) -> None:
        self._font, self._given = font, fallbacks  # held, so that its id stays its own (`load_faces`)
        # Sorting is stable: serifs stand in for serifs, otherwise the given order counts.
        self._fallbacks = sorted(fallbacks, key=lambda fallback: fallback.serif != font.serif)
        self._loaded: dict[int, Face] = {}
        self._found: dict[str, Face | None] = {}

    def __len__(self) -> int:
        return 1 + len(self._fallbacks)

    @overload
    def __getitem__(self, index: int) -> Face: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Face]: ...
    def __getitem__(self, index: int | slice) -> Face | Sequence[Face]:
        """Return a face, or some; raise FontError if a file is missing, changed or not a font."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if index not in self._loaded:
            self._loaded[index] = load_face(self._match_axes(self._fallbacks[index - 1]) if index else self._font)
        return self._loaded[index]

    def find_face(self, cluster: str) -> Face | None:
        """Return the first face that can draw a grapheme, None if none can."""
        if cluster not in self._found:
            if len(self._found) >= CLUSTERS_KEPT:
                self._found.clear()
            self._found[cluster] = next((face for face in self if face.can_draw(cluster)), None)
        return self._found[cluster]

    def _match_axes(self, font: Font) -> Font:
        """Return a fallback font at the weight of the first font and its positions on the axes that both have."""
        positions = {"wght": self._font.weight, **dict(self._font.axes)}
        return replace(font, axes=tuple((tag, positions.get(tag, value)) for tag, value in font.axes))


_cache = _ThreadCache()


def load_faces(font: Font, fallbacks: Sequence[Font] = ()) -> Faces:
    """Return this thread's faces of a font and its fallback fonts."""
    key = (font, id(fallbacks))  # the cached faces hold the sequence, so its id is not reused
    faces = _cache.sets.get(key)
    if faces is None:
        faces = _cache.sets[key] = Faces(font, fallbacks)
        _evict_oldest(_cache.sets, FACES_KEPT)
    else:
        _cache.sets.move_to_end(key)
    return faces


def load_face(font: Font) -> Face:
    """Return this thread's face for a font; raise FontError if its file is missing, changed or not a font."""
    # The name is part of the key: findings and receipts name fonts, and two names may share a file.
    key = (font.name, font.sha256, font.index, font.axes)
    face = _cache.faces.get(key)
    if face is None:
        face = _cache.faces[key] = _build_face(font, _load_file(font))
        _evict_oldest(_cache.faces, FACES_KEPT)
    else:
        _cache.faces.move_to_end(key)
    return face


def _load_file(font: Font) -> hb.Face:
    key = (font.sha256, font.index)
    face = _cache.files.get(key)
    if face is None:
        face = _cache.files[key] = _open_font(font)
        _evict_oldest(_cache.files, FILES_KEPT)
    else:
        _cache.files.move_to_end(key)
    return face


@functools.lru_cache(maxsize=FILES_KEPT)
def _read_file(path: Path) -> tuple[bytes, str]:
    """Return a file and its SHA-256; threads share the bytes, and only their HarfBuzz objects are separate."""
    data = path.read_bytes()
    return data, hashlib.sha256(data).hexdigest()


def _evict_oldest(cache: OrderedDict[Any, Any], limit: int) -> None:
    while len(cache) > limit:
        cache.popitem(last=False)


def _open_font(font: Font) -> hb.Face:
    try:
        data, sha256 = _read_file(font.path)
    except OSError as error:
        raise FontError(f"font {font.name} cannot be read ({error}): reinstall its package") from error
    if sha256 != font.sha256:
        _read_file.cache_clear()  # if the file is restored, it is read again
        raise FontError(f"the file of font {font.name} has changed since it was catalogued: restart this process")
    face = hb.Face(hb.Blob(data), font.index)
    if not face.glyph_count:
        raise FontError(f"the file of font {font.name} is not a TrueType or OpenType font: reinstall its package")
    return face


def _build_face(font: Font, file: hb.Face) -> Face:
    """Return the face of a font file at the font's axes; raise FontError for an axis that the file lacks."""
    missing = {tag for tag, _ in font.axes} - {axis.tag for axis in file.axis_infos}
    if missing:
        raise FontError(f"font {font.name} has no axis {', '.join(sorted(missing))}: fix its catalogue entry")
    hb_font = hb.Font(file)
    if font.axes:
        hb_font.set_variations(dict(font.axes))
    return Face(font.name, hb_font, file.upem, file.has_color_layers or file.has_color_paint, wrong=font.wrong)
