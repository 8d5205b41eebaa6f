"""Shaping: a paragraph of characters becomes glyphs in ems, once, and lines are cut from those (decision 15)."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import itemgetter

import uharfbuzz as hb

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.text.bidi import Direction, find_base_direction
from rendering.engine.text.characters import split_lines
from rendering.engine.text.emoji import EmojiStyle
from rendering.engine.text.face import NOTDEF, Face
from rendering.engine.text.fonts import Faces
from rendering.engine.text.itemize import TextRun, itemize_text
from rendering.engine.text.language import choose_han_language, reduce_language
from rendering.engine.text.stand_ins import StandIns, choose_stand_ins
from rendering.engine.text.substitutions import Substitution, find_substitutions

SOFT_HYPHEN, HYPHEN = "\u00ad", "-"
ROUNDING = 1e-9  # of a width; sums of advances differ by less
CONTEXT_LENGTH = 5  # code points that HarfBuzz uses of the text around a run
# Scripts whose letters touch, by strokes or by a headline: letter spacing would break words apart.
JOINED_SCRIPTS = {"Arab", "Syrc", "Mong", "Nkoo", "Adlm", "Rohg", "Mand", "Phag", "Sogd", "Deva", "Beng", "Guru"}
# Scripts whose text may have Han characters: the language chooses among their forms (OpenType feature locl).
_HAN_SCRIPTS = {"Hani", "Hira", "Kana", "Hang", "Bopo"}
_SPACING_FEATURES = {"liga": 0, "clig": 0}  # off with letter spacing, which cannot go inside a ligature

ShapedGlyph = tuple[int, float, float, float, int, float]
"""Glyph id; x and y offset from the pen, y up; advance; index of its cluster's first character; the letter spacing
between this glyph and the one to its right, which is not part of the advance. Lengths in ems.

The last glyph of a line has it, too; a line's length is without it."""

LinePiece = tuple[Face, float, list[ShapedGlyph]]
"""A part of a line in one face: the face, ems per font unit, and the glyphs from left to right."""


@dataclass(frozen=True, slots=True)
class ShapingStyle:
    """Shaping options besides font and text: OpenType features, letter spacing in ems, language (BCP 47; "": none).

    `emoji` says which emoji have colours of their own.
    """

    features: Mapping[str, int] = field(default_factory=dict)
    letter_spacing: float = 0.0
    language: str = ""
    emoji: EmojiStyle = "auto"

    def resolve_features(self) -> dict[str, int]:
        """Return the features to shape with; those of the style override the ones that spacing turns off."""
        return {**_SPACING_FEATURES, **self.features} if self.letter_spacing else dict(self.features)

    def find_spacing(self, script: str) -> float:
        """Return the letter spacing of a script, ems."""
        return 0.0 if script in JOINED_SCRIPTS else self.letter_spacing


@dataclass(frozen=True, slots=True)
class GlyphRun:
    """Placed glyphs of one face: id, x, y (ems, y up), cosine and sine of a clockwise rotation.

    `scale` is ems per font unit.
    """

    face: Face
    scale: float
    glyphs: tuple[tuple[int, float, float, float, float], ...]  # only those that leave ink


@dataclass(frozen=True, slots=True)
class Line:
    """A line in ems from the pen's origin: glyph positions with y up, and their ink with y down, None if there is none.

    `advance` is where the pen ends, without the letter spacing after the last letter.
    """

    runs: tuple[GlyphRun, ...]
    ink: Rect | None
    advance: float

    def fits(self, width: float) -> bool:
        """Tell whether the line, or at least its ink, is no wider than `width` ems."""
        return min(self.advance, self.ink.width if self.ink else 0.0) <= width * (1 + ROUNDING)


@dataclass(frozen=True, slots=True)
class ShapedRun:
    """A run of the paragraph and its glyphs from left to right; `scale` is ems per font unit."""

    run: TextRun
    scale: float
    glyphs: list[ShapedGlyph]


@dataclass(slots=True)
class Paragraph:
    """A shaped paragraph. `text` is without the characters that no font has, which are `missing` or `folded`."""

    text: str
    missing: str
    folded: tuple[tuple[str, str], ...]  # a character, and the plain ones that are drawn for it
    substituted: tuple[Substitution, ...]
    shaped_runs: list[ShapedRun]  # from left to right, as one line
    faces: Faces
    direction: Direction
    style: ShapingStyle
    han_language: str  # BCP 47, of its Han characters
    stand_ins: StandIns

    def reshape_text(self, text: str) -> "Paragraph":
        """Return another text in the same fonts, style and direction."""
        direction = self.direction if self.direction != "auto" else find_base_direction(self.text)
        return shape_paragraph(self.faces, text, direction, self.style, self.stand_ins)

    def cut_line(self, start: int = 0, end: int | None = None) -> Line:
        """Return the characters [start, end) as a line, without the white space at its end.

        A soft hyphen at which the line ends becomes a hyphen.
        """
        end = len(self.text) if end is None else end
        if self.text[start:end].endswith(SOFT_HYPHEN) and end < len(self.text):
            return self.reshape_text(self.text[start : end - 1] + HYPHEN).cut_line()
        runs, inks, pen = [], [], 0.0
        pieces = list(self.slice_runs(start, end))
        for face, scale, glyphs in pieces:
            placed = []
            for glyph, x_offset, y_offset, advance, _, spacing in glyphs:
                if glyph != NOTDEF and (ink := face.measure_ink(glyph)):
                    x = pen + x_offset
                    placed.append((glyph, x, y_offset, 1.0, 0.0))
                    left, top, right, bottom = ink
                    inks.append(
                        (x + left * scale, top * scale - y_offset, x + right * scale, bottom * scale - y_offset)
                    )
                pen += advance + spacing
            if placed:
                runs.append(GlyphRun(face, scale, tuple(placed)))
        trailing = find_trailing_spacing(pieces) if self.style.letter_spacing else 0.0
        return Line(tuple(runs), bounding_rect(inks), pen - trailing)

    def slice_runs(self, start: int, end: int) -> Iterator[LinePiece]:
        """Yield face, scale and glyphs of the line [start, end) from left to right."""
        # The visual order of two characters in a line is the same as in the whole paragraph: how often rule L2 of UAX 9
        # swaps them depends only on what is between them. White space at the end is the exception, and is cut off.
        end = start + len(self.text[start:end].rstrip())
        for shaped in self.shaped_runs:
            run = shaped.run
            if start <= run.start and run.end <= end:
                yield run.face, shaped.scale, shaped.glyphs
            elif run.start < end and start < run.end:
                yield run.face, shaped.scale, self._reshape_part(shaped, max(start, run.start), min(end, run.end))

    def cumulate_widths(self) -> list[float]:
        """Return the advance, ems, of the characters before each index from 0 to the text's length, with spacing."""
        advances = [0.0] * len(self.text)
        for shaped in self.shaped_runs:
            for _, _, _, advance, cluster, spacing in shaped.glyphs:
                advances[cluster] += advance + spacing
        return list(accumulate(advances, initial=0.0))

    def find_clusters(self) -> list[int]:
        """Return the index of each cluster's first character, in order."""
        return sorted({glyph[4] for shaped in self.shaped_runs for glyph in shaped.glyphs})

    def _reshape_part(self, shaped: ShapedRun, start: int, end: int) -> list[ShapedGlyph]:
        """Shape the part [start, end) of a run separately: a ligature or join may cross its ends."""
        run, codes = shaped.run, [ord(char) for char in self.text[start:end]]
        alone = TextRun(run.face, 0, len(codes), run.script, run.rtl)
        return [
            (*glyph[:4], glyph[4] + start, glyph[5])
            for glyph in _shape_run(codes, alone, self.style, self.han_language)
        ]


def shape_paragraph(
    faces: Faces,
    text: str,
    direction: Direction = "auto",
    style: ShapingStyle = ShapingStyle(),
    stand_ins: StandIns | None = None,
) -> Paragraph:
    """Itemize and shape a paragraph, with kerning, ligatures and joining.

    `stand_ins` are those of the whole text that the paragraph belongs to; by default, the paragraph is the text.
    """
    itemized = itemize_text(text, faces, direction, stand_ins, style.emoji)
    codes = [ord(char) for char in itemized.text]
    han = choose_han_language(reduce_language(style.language), {run.script for run in itemized.runs})
    # Fonts differ in units per em; glyphs are in ems, so that they can be mixed.
    shaped = [ShapedRun(run, 1 / run.face.upem, _shape_run(codes, run, style, han)) for run in itemized.runs]
    substituted = find_substitutions(itemized, faces[0])
    return Paragraph(
        itemized.text,
        itemized.missing,
        itemized.folded,
        substituted,
        shaped,
        faces,
        direction,
        style,
        han,
        itemized.stand_ins,
    )


def shape_paragraphs(faces: Faces, text: str, direction: Direction, style: ShapingStyle) -> tuple[Paragraph, ...]:
    """Shape each line of a text; a script that its font lacks letters of is in the same face on all of them."""
    lines = split_lines(text)
    stand_ins = choose_stand_ins(" ".join(lines), faces) if len(lines) > 1 else None
    return tuple(shape_paragraph(faces, line, direction, style, stand_ins) for line in lines)


def _shape_run(codes: Sequence[int], run: TextRun, style: ShapingStyle, han_language: str) -> list[ShapedGlyph]:
    """Shape a run of the code points `codes` of a paragraph; glyphs come from left to right."""
    buffer = hb.Buffer()
    # With the text around it as context: letters join across a change of font.
    first = max(0, run.start - CONTEXT_LENGTH)
    buffer.add_codepoints(
        codes[first : run.end + CONTEXT_LENGTH], item_offset=run.start - first, item_length=run.end - run.start
    )
    buffer.direction = "rtl" if run.rtl else "ltr"
    buffer.script = run.script or "Zyyy"
    # Always set: without it, HarfBuzz takes the language of the process's locale.
    buffer.language = han_language if run.script in _HAN_SCRIPTS else reduce_language(style.language)
    hb.shape(run.face.hb_font, buffer, style.resolve_features())
    em = 1 / run.face.upem
    glyphs = [
        (
            info.codepoint,
            position.x_offset * em,
            position.y_offset * em,
            position.x_advance * em,
            info.cluster + first,
            0.0,
        )
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True)  # of invisibles, none
    ]
    spacing = style.find_spacing(run.script)
    return _add_spacing(glyphs, spacing, codes) if spacing else glyphs


def _add_spacing(glyphs: list[ShapedGlyph], spacing: float, codes: Sequence[int]) -> list[ShapedGlyph]:
    """Put `spacing` ems to the right of each cluster of the code points `codes`, but not of invisible characters."""
    spaced: list[ShapedGlyph] = []
    for first, cluster in groupby(glyphs, itemgetter(4)):
        *others, last = cluster
        is_invisible = not last[3] and not others and unicodedata.category(chr(codes[first])) == "Cf"
        spaced += [*others, last if is_invisible else (*last[:5], spacing)]
    return spaced


def find_trailing_spacing(pieces: Sequence[LinePiece]) -> float:
    """Return the letter spacing, ems, after the last letter of a line."""
    glyphs = (glyph for *_, piece in reversed(pieces) for glyph in reversed(piece))
    return next((glyph[5] for glyph in glyphs if glyph[3] or glyph[5]), 0.0)  # an invisible character has neither
