"""Which letters join their neighbours: those of joined scripts, and those of connected faces like Great Vibes."""

from itertools import pairwise

import pathops
import uharfbuzz as hb

from rendering.engine.text.face import Face
from rendering.engine.text.itemize import TextRun
from rendering.engine.text.scripts import find_script
from rendering.engine.text.shaping import JOINED_SCRIPTS

_SAMPLES = ("minimum", "handsome")
# Of the pairs of neighbours in the samples. Connected faces of the catalogue have 0.85 and more, others 0.25 and less.
_JOINED_SHARE = 0.5


def joins_neighbours(run: TextRun, text: str) -> bool:
    """Tell whether the letters of a run of `text` join.

    Of a joined script, letters join, and signs between them (digits, emoji) do not.
    """
    if run.face.has_color_glyphs:
        return False
    if run.script in JOINED_SCRIPTS:
        return any(find_script(char) == run.script for char in text[run.start : run.end])
    return is_connected_face(run.face)


def is_connected_face(face: Face) -> bool:
    """Tell whether the small Latin letters of a face touch their neighbours; found out once, by their outlines.

    A font's category does not tell: of the catalogue's scripts, Oleo Script is not connected.
    """
    if face.is_connected is None:
        touching = [pair for sample in _SAMPLES for pair in _find_touching_pairs(face, sample)]
        face.is_connected = sum(touching) >= _JOINED_SHARE * len(touching)
    return face.is_connected


def _find_touching_pairs(face: Face, word: str) -> list[bool]:
    """Tell of each glyph of a word but the last whether its outline touches that of the next one."""
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    buffer.language = "und"
    hb.shape(face.hb_font, buffer)
    outlines, pen = [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        outline = face.get_outline(info.codepoint)
        outlines.append(outline.transform(1, 0, 0, 1, pen + position.x_offset, position.y_offset))
        pen += position.x_advance
    return [_overlap(one, other) for one, other in pairwise(outlines)] or [False]


def _overlap(one: pathops.Path, other: pathops.Path) -> bool:
    if not one.verbs or not other.verbs or one.bounds[2] <= other.bounds[0]:
        return False
    return bool(pathops.op(one, other, pathops.PathOp.INTERSECTION).verbs)
