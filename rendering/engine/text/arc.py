"""Text along an arc: the letters of one line, measured along its baseline, and bent over a circle. Lengths in ems.

Letters stay rigid, each turned about the middle of its ink; letters that join their neighbours are warped instead, so
that the joins hold (decision 33). Positions have y up, as HarfBuzz gives them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.geometry.trigonometry import cos_sin
from rendering.engine.text.face import NOTDEF, Face
from rendering.engine.text.joining import joins_neighbours
from rendering.engine.text.shaping import GlyphRun, Paragraph, ShapedGlyph, ShapedRun
from rendering.engine.text.text_block import TextBlock
from rendering.engine.text.truetype import build_face
from rendering.engine.text.warp import warp_outlines

RADIUS_CEILING = 1e9  # ems; on a larger circle, text is straight


@dataclass(frozen=True, slots=True)
class Letter:
    """A cluster of glyphs that leaves ink, on the straight line; `cluster` is the index of its first character."""

    cluster: int
    face: Face
    scale: float  # ems per font unit
    glyphs: tuple[tuple[int, float, float], ...]  # those that leave ink: id, x and y of the origin
    ink: Rect
    is_joined: bool

    @property
    def middle(self) -> float:
        """The x about which it is turned."""
        return (self.ink.left + self.ink.right) / 2


@dataclass(frozen=True, slots=True)
class LetterLine:
    """The letters of a line from left to right, at least one.

    `length` is the advance of all letters and of the blanks between them; `spacing` is what follows each letter.
    """

    letters: tuple[Letter, ...]
    length: float
    spacing: float

    @property
    def left(self) -> float:
        """Where its ink begins."""
        return self.letters[0].ink.left

    @property
    def right(self) -> float:
        """Where its ink ends."""
        return self.letters[-1].ink.right


@dataclass(frozen=True, slots=True)
class Circle:
    """The circle under a baseline: its centre is below the text, or above it if `radius` is negative.

    The point `anchor` of the line is at the top of the circle (at the bottom if `radius` is negative), then turned by
    `turn`, radians clockwise.
    """

    radius: float
    anchor: float
    turn: float = 0.0

    def place(self, x: float) -> tuple[float, float, float, float]:
        """Return where the baseline's point `x` lies from the top of the circle, and cosine and sine of its turn."""
        turn = (x - self.anchor) / self.radius + self.turn
        (cos, sin), (_, half) = cos_sin(turn), cos_sin(turn / 2)
        # 1 - cos(t) = 2 sin(t/2)^2, which is exact for large circles, too.
        return self.radius * sin, -2 * self.radius * half * half, cos, sin


@dataclass(frozen=True, slots=True, kw_only=True)
class BentBlock(TextBlock):
    """A line bent over a circle; the origin is the circle's top, or its bottom if its radius is negative."""

    line: LetterLine
    circle: Circle


def split_letters(paragraph: Paragraph) -> LetterLine | None:
    """Return the letters of a shaped paragraph as one line, without blanks at its ends; None if none leaves ink."""
    letters: list[Letter] = []
    pen = begin = end = spacing = 0.0
    for shaped in paragraph.shaped_runs:
        joined = joins_neighbours(shaped.run, paragraph.text)
        for cluster, members in groupby(shaped.glyphs, itemgetter(4)):
            glyphs = list(members)
            letter = _place_letter(cluster, shaped, glyphs, pen, is_joined=joined)
            begin = pen if letter and not letters else begin
            pen += sum(glyph[3] for glyph in glyphs)
            if letter:
                letters.append(letter)
                end, spacing = pen, glyphs[-1][5]
            pen += glyphs[-1][5]
    return LetterLine(tuple(letters), max(end - begin, letters[-1].ink.width), spacing) if letters else None


def _place_letter(
    cluster: int, shaped: ShapedRun, members: Iterable[ShapedGlyph], pen: float, *, is_joined: bool
) -> Letter | None:
    """Return a cluster that begins at `pen`; None if it leaves no ink."""
    face, scale = shaped.run.face, shaped.scale
    glyphs, inks = [], []
    for glyph, x_offset, y_offset, advance, *_ in members:
        if glyph != NOTDEF and (ink := face.measure_ink(glyph)):
            x, (left, top, right, bottom) = pen + x_offset, ink
            glyphs.append((glyph, x, y_offset))
            inks.append((x + left * scale, top * scale - y_offset, x + right * scale, bottom * scale - y_offset))
        pen += advance
    bounds = bounding_rect(inks)
    return Letter(cluster, face, scale, tuple(glyphs), bounds, is_joined) if bounds else None


def bend_letters(line: LetterLine, circle: Circle) -> BentBlock:
    """Return a line bent over a circle."""
    runs = (*turn_rigid(line, circle), *(warp_run(run, circle) for run in take_joined(line)))
    ink = bounding_rect([ink for run in runs for ink in _measure_glyphs(run)])
    return BentBlock(runs, ink, line=line, circle=circle)


def turn_rigid(line: LetterLine, circle: Circle) -> tuple[GlyphRun, ...]:
    """Return the letters of a line that do not join, on the circle."""
    rigid = (letter for letter in line.letters if not letter.is_joined)
    return tuple(turn_letters(list(letters), circle) for _, letters in groupby(rigid, lambda letter: id(letter.face)))


def take_joined(line: LetterLine) -> tuple[GlyphRun, ...]:
    """Return the letters of a line that join, still straight, one run for each face."""
    by_face: dict[int, list[Letter]] = {}
    for letter in line.letters:
        if letter.is_joined:
            by_face.setdefault(id(letter.face), []).append(letter)
    return tuple(
        GlyphRun(
            letters[0].face,
            letters[0].scale,
            tuple((glyph, x, y, 1.0, 0.0) for letter in letters for glyph, x, y in letter.glyphs),
        )
        for letters in by_face.values()
    )


def turn_letters(letters: Sequence[Letter], circle: Circle) -> GlyphRun:
    """Return letters of one face bent over a circle, each as it is, turned about its middle."""
    placed = []
    for letter in letters:
        middle = letter.middle
        x0, y0, cos, sin = circle.place(middle)
        for glyph, x, y in letter.glyphs:
            aside = x - middle
            placed.append((glyph, x0 + aside * cos + y * sin, y0 - aside * sin + y * cos, cos, sin))
    return GlyphRun(letters[0].face, letters[0].scale, tuple(placed))


def warp_run(run: GlyphRun, circle: Circle) -> GlyphRun:
    """Return a run of a straight line with its outlines warped over a circle, as glyphs of a font in memory."""
    # Warped about its own origin, a glyph has the same shape all along the circle.
    shapes = list(dict.fromkeys((glyph, y) for glyph, _, y, _, _ in run.glyphs))
    ids = {shape: number for number, shape in enumerate(shapes)}
    face, zoom = build_face(run.face.name, warp_outlines(run.face, run.scale, shapes, circle.radius))
    return GlyphRun(face, 1 / zoom, tuple((ids[glyph, y], *circle.place(x)) for glyph, x, y, _, _ in run.glyphs))


def _measure_glyphs(run: GlyphRun) -> Iterator[tuple[float, float, float, float]]:
    """Yield the exact ink of each glyph, y down."""
    face, scale = run.face, run.scale
    for glyph, x, y, cos, sin in run.glyphs:
        yield face.measure_turned_ink(glyph, (cos * scale, -sin * scale, sin * scale, cos * scale, x, y))
