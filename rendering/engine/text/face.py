"""A font at one position of its variable axes: what it can draw, its outlines, and the exact ink of its glyphs."""

import unicodedata
from dataclasses import dataclass, field

import pathops
import uharfbuzz as hb

from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect
from rendering.engine.text.color_glyphs import measure_areas, record_color_glyph, unite_areas
from rendering.engine.text.emoji import is_emoji
from rendering.engine.text.font_metrics import EXTREME_LETTERS, LetterExtents, measure_letters, measure_line
from rendering.engine.text.mark_placement import ALPHABETS, are_marks_placed

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
