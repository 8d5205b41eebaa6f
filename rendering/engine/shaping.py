"""From characters to placed glyphs, in font units, once."""

from collections.abc import Sequence
from dataclasses import dataclass

import uharfbuzz as hb

from rendering.engine.bidi import Direction
from rendering.engine.fonts import NOTDEF, Face, Faces
from rendering.engine.geometry import Box, around
from rendering.engine.itemize import Itemized, Run, itemize

CONTEXT = 5  # code points: HarfBuzz looks no further


@dataclass(frozen=True, slots=True)
class GlyphRun:
    """Glyphs of one face: glyph, x, y in units of the line's first face, of which `scale` make one of their own."""

    face: Face
    scale: float
    glyphs: tuple[tuple[int, float, float], ...]  # only those that leave ink


@dataclass(frozen=True, slots=True)
class Line:
    """One shaped line in units of its first face, y up, from its pen origin; `ink` is None where nothing has any."""

    face: Face
    runs: tuple[GlyphRun, ...]
    ink: Box | None
    advance: float
    missing: str  # the characters that no font has, each once, as they come
    substituted: tuple[tuple[str, str], ...]  # a fallback font's name, and the characters drawn in it


def shape(faces: Faces, text: str, direction: Direction = "auto") -> Line:
    """Shape one line in the first face, and in the others what it lacks, with kerning, ligatures and joining."""
    itemized = itemize(text, faces, direction)
    runs, boxes, pen = [], [], 0.0
    codes = [ord(char) for char in itemized.text]
    for run in itemized.runs:
        # An em is an em: a font of 2,048 units to it beside one of 1,000.
        scale = faces[0].upem / run.face.upem
        placed = []
        for glyph, x_offset, y_offset, advance in _shape_run(codes, run):
            if glyph != NOTDEF and (box := run.face.ink(glyph)):
                x, y = pen + x_offset * scale, y_offset * scale
                placed.append((glyph, x, y))
                boxes.append((box[0] * scale + x, box[1] * scale + y, box[2] * scale + x, box[3] * scale + y))
            pen += advance * scale
        if placed:
            runs.append(GlyphRun(run.face, scale, tuple(placed)))
    return Line(faces[0], tuple(runs), around(boxes), pen, itemized.missing, _substituted(itemized, faces[0]))


def _shape_run(codes: Sequence[int], run: Run) -> list[tuple[int, int, int, int]]:
    buffer = hb.Buffer()
    # Its neighbours go along as context: letters join across a change of font.
    around_it = codes[max(0, run.start - CONTEXT) : run.end + CONTEXT]
    buffer.add_codepoints(around_it, item_offset=min(CONTEXT, run.start), item_length=run.end - run.start)
    buffer.direction = "rtl" if run.rtl else "ltr"
    buffer.script = run.script or "Zyyy"
    buffer.language = "und"  # the process's locale must not reach the picture
    hb.shape(run.face.hb_font, buffer)
    return [
        (info.codepoint, position.x_offset, position.y_offset, position.x_advance)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]


def _substituted(itemized: Itemized, first: Face) -> tuple[tuple[str, str], ...]:
    found: dict[str, dict[str, None]] = {}
    for run in sorted(itemized.runs, key=lambda run: run.start):
        if run.face is not first:
            characters = itemized.text[run.start : run.end]
            found.setdefault(run.face.name, {}).update((char, None) for char in characters if not char.isspace())
    return tuple((name, "".join(characters)) for name, characters in found.items())
