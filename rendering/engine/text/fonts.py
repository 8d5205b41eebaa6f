"""Faces: fonts at one position of their variable axes, loaded once per thread, and the exact ink of their glyphs."""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

import pathops
import uharfbuzz as hb

from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect
from rendering.engine.text.color_glyphs import (
    find_color_format,
    measure_areas,
    record_color_glyph,
    unite_areas,
)
from rendering.engine.text.emoji import is_emoji, is_joined
from rendering.engine.text.font_files import FILES_KEPT, open_font
from rendering.engine.text.font_metrics import EXTREME_LETTERS, LetterExtents, measure_letters, measure_line
from rendering.engine.text.mark_placement import ALPHABETS, are_marks_placed
from rendering.engine.values import Font, FontError

FACES_KEPT = 1024  # per thread, with the measurements of their glyphs
CLUSTERS_KEPT = 4096  # per face
PATHS_KEPT = 512  # outlines per face; one takes a kilobyte
NOTDEF = 0  # the glyph of characters that a font lacks


@dataclass(slots=True)
class Face:
    """A HarfBuzz font in font units (`upem` to the em), with caches of its glyphs' ink and of what it can draw."""

    name: str
    hb_font: hb.Font
    upem: int
    has_color_glyphs: bool = False  # glyphs have colours of their own (COLR)
    color_format: str = ""  # of an emoji font's glyphs, which cannot be drawn
    wrong: str = ""  # characters mapped to the glyph of another letter
    is_connected: bool | None = None  # its small Latin letters touch their neighbours; None: not known yet
    curves: dict[int, Curves] = field(default_factory=dict)  # as `outlines` finds them
    outline_store: object | None = None  # what the raster stage keeps to draw the glyphs without overlaps
    _ink_cache: dict[int, Rect | None] = field(default_factory=dict)  # bounded by the font's glyph count
    _path_cache: dict[int, pathops.Path] = field(default_factory=dict)  # that of a colour glyph takes 1.5 ms
    _char_cache: dict[str, bool] = field(default_factory=dict)
    _text_cache: dict[str, bool] = field(default_factory=dict)
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

    def has_text_char(self, char: str) -> bool:
        """Tell whether the font itself maps a character that is no emoji, for which colour is tried first."""
        mapped = self._text_cache.get(char)
        if mapped is None:
            mapped = self.has_char(char) and not is_emoji(char)
            if len(self._text_cache) < CLUSTERS_KEPT:
                self._text_cache[char] = mapped
        return mapped

    def can_draw(self, cluster: str) -> bool:
        """Tell whether a grapheme can be drawn completely and rightly: directly, composed, or by an equivalent."""
        if self.color_format:
            return False
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
        buffer = self._shape(cluster)
        script = buffer.script
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

    def draws_as_one(self, cluster: str) -> bool:
        """Tell whether a grapheme becomes one glyph, besides those that leave no ink."""
        glyphs = [info.codepoint for info in self._shape(cluster).glyph_infos]
        return sum(self.measure_ink(glyph) is not None for glyph in glyphs) == 1

    def _shape(self, cluster: str) -> hb.Buffer:
        buffer = hb.Buffer()
        buffer.add_str(cluster)
        buffer.guess_segment_properties()
        buffer.language = "und"
        hb.shape(self.hb_font, buffer)
        return buffer

    def measure_ink(self, glyph: int) -> Rect | None:
        """Return the exact ink rectangle of a glyph in font units, y down; None if it has no outline."""
        try:
            return self._ink_cache[glyph]
        except KeyError:
            measure = self._measure_color_glyph if self.has_color_glyphs else self._measure_outline
            return self._ink_cache.setdefault(glyph, measure(glyph))

    def _measure_outline(self, glyph: int) -> Rect | None:
        path = self.find_outline(glyph)
        if not len(path):
            return None
        # The bounds of the curves themselves: their control points may lie far outside.
        left, low, right, high = path.bounds  # y up
        return Rect(left, -high, right, -low)

    def _measure_color_glyph(self, glyph: int) -> Rect | None:
        return measure_areas(record_color_glyph(self.hb_font, glyph))

    def measure_turned_ink(self, glyph: int, matrix: tuple[float, ...]) -> tuple[float, float, float, float]:
        """Return the exact bounds (left, top, right, bottom; y down) of a glyph under an affine matrix (y up)."""
        left, low, right, high = self.get_ink_path(glyph).transform(*matrix).bounds
        return left, -high, right, -low

    def get_ink_path(self, glyph: int) -> pathops.Path:
        """Return an outline with the bounds of a glyph, not to be changed; of a colour glyph, its ink's rectangle."""
        if not self.has_color_glyphs or (ink := self.measure_ink(glyph)) is None:
            return self.find_outline(glyph)
        path = pathops.Path()
        pen = path.getPen()
        pen.moveTo((ink.left, -ink.bottom))  # outlines have y up
        for corner in ((ink.right, -ink.bottom), (ink.right, -ink.top), (ink.left, -ink.top)):
            pen.lineTo(corner)
        pen.closePath()
        return path

    def get_outline(self, glyph: int) -> pathops.Path:
        """Return a glyph's outline in font units, y up; of a colour glyph, that around all it paints."""
        return pathops.Path(self.find_outline(glyph))

    def find_outline(self, glyph: int) -> pathops.Path:
        """Return the same without a copy: it must not be changed."""
        path = self._path_cache.get(glyph)
        if path is None:
            path = self._draw_outline(glyph)
            if len(self._path_cache) >= PATHS_KEPT:
                self._path_cache.clear()
            self._path_cache[glyph] = path
        return path

    def _draw_outline(self, glyph: int) -> pathops.Path:
        if self.has_color_glyphs:
            return unite_areas(record_color_glyph(self.hb_font, glyph))
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
            drawing = (face for face in self if face.can_draw(cluster))
            face = next(drawing, None)
            if face and is_joined(cluster) and not face.draws_as_one(cluster):
                face = next((other for other in drawing if other.draws_as_one(cluster)), face)
            self._found[cluster] = face
        return self._found[cluster]

    @property
    def colored(self) -> Iterator[Face]:
        """The faces of fonts with colour glyphs, whether these can be drawn or not."""
        return (self[index] for index, font in enumerate(self._fallbacks, 1) if font.colored)

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
        face = _cache.files[key] = open_font(font)
        _evict_oldest(_cache.files, FILES_KEPT)
    else:
        _cache.files.move_to_end(key)
    return face


def _evict_oldest(cache: OrderedDict[Any, Any], limit: int) -> None:
    while len(cache) > limit:
        cache.popitem(last=False)


def _build_face(font: Font, file: hb.Face) -> Face:
    """Return the face of a font file at the font's axes; raise FontError for an axis that the file lacks."""
    missing = {tag for tag, _ in font.axes} - {axis.tag for axis in file.axis_infos}
    if missing:
        raise FontError(f"font {font.name} has no axis {', '.join(sorted(missing))}: fix its catalogue entry")
    hb_font = hb.Font(file)
    if font.axes:
        hb_font.set_variations(dict(font.axes))
    has_color = bool(file.has_color_layers or file.has_color_paint)
    color_format = find_color_format(file) if font.colored and not has_color else ""
    return Face(font.name, hb_font, file.upem, has_color, color_format, wrong=font.wrong)
