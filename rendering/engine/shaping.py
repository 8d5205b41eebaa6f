"""From characters to placed glyphs, in font units, once."""

from dataclasses import dataclass

import uharfbuzz as hb

from rendering.engine.fonts import Face
from rendering.engine.geometry import Box, around

NOTDEF = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One shaped line in font units, y up, from its pen origin; `ink` is None where nothing has an outline."""

    face: Face
    glyphs: tuple[tuple[int, int, int], ...]  # glyph, x, y: only those that leave ink
    ink: Box | None
    missing: str  # the characters the font lacks, each once, as they come


def shape(face: Face, text: str) -> Line:
    """Shape one line with the font's own kerning and ligatures, without the characters that it lacks.

    A font draws a box for what it lacks; that box is never what someone meant, so those characters are left out and
    named.
    """
    glyphs, missing = _run(face, text)
    if missing:
        # Once more without them, so that kerning and joining see true neighbours.
        glyphs, _ = _run(face, "".join(char for char in text if char not in missing))
    placed, boxes, pen = [], [], 0
    for glyph, x_offset, y, advance in glyphs:
        box = face.ink(glyph) if glyph != NOTDEF else None
        if box:
            x = pen + x_offset
            placed.append((glyph, x, y))
            boxes.append((box[0] + x, box[1] + y, box[2] + x, box[3] + y))
        pen += advance
    return Line(face, tuple(placed), around(boxes), missing)


def _run(face: Face, text: str) -> tuple[list[tuple[int, int, int, int]], str]:
    if not text:
        return [], ""
    buffer = hb.Buffer()
    # Clusters are then single characters wherever possible, so that a missing mark does not blame its base.
    buffer.cluster_level = hb.BufferClusterLevel.CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    # The process's locale must not reach the picture.
    buffer.language = "und"
    hb.shape(face.hb_font, buffer)
    infos = buffer.glyph_infos
    glyphs = [
        (info.codepoint, position.x_offset, position.y_offset, position.x_advance)
        for info, position in zip(infos, buffer.glyph_positions, strict=True)
    ]
    lacking = {text[info.cluster] for info in infos if info.codepoint == NOTDEF}
    return glyphs, "".join(char for char in dict.fromkeys(text) if char in lacking) if lacking else ""
