"""Itemization: a line of characters as runs of one font, one script and one direction (decisions 13 and 34)."""

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rendering.engine.text.bidi import Direction, VisualRun, find_visual_runs
from rendering.engine.text.characters import fold_letters
from rendering.engine.text.emoji import EmojiStyle
from rendering.engine.text.face import Face
from rendering.engine.text.fonts import Faces
from rendering.engine.text.scripts import find_script, resolve_scripts, split_graphemes
from rendering.engine.text.special_faces import find_special_face
from rendering.engine.text.stand_ins import NO_STAND_INS, StandIns, choose_stand_ins

_BIDI_CLASSES = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}


@dataclass(frozen=True, slots=True)
class TextRun:
    """The characters [start, end) of a text, to be shaped together; `script` is an ISO 15924 code or ""."""

    face: Face
    start: int
    end: int
    script: str
    rtl: bool


@dataclass(frozen=True, slots=True)
class ItemizedLine:
    """A line without the characters that no font has, its runs from left to right, and the missing characters.

    `folded` are characters that no font has either, and the plain ones that stand for them in the text.
    """

    text: str
    runs: tuple[TextRun, ...]
    missing: str
    stand_ins: StandIns
    folded: tuple[tuple[str, str], ...] = ()


def itemize_text(
    text: str,
    faces: Faces,
    direction: Direction = "auto",
    stand_ins: StandIns | None = None,
    emoji: EmojiStyle = "auto",
) -> ItemizedLine:
    """Choose a face for each grapheme, and split the line where font, script or direction changes.

    `stand_ins` are those of the whole text that the line belongs to; by default, the line is the text. A character that
    no face has is replaced by a plain one or removed first, so that kerning and joining work on the remaining
    neighbours; a font would draw a box for it.
    """
    first, scripts, missing, folded = faces[0], resolve_scripts(text), "", dict[str, str]()
    is_plain = emoji != "color" and not (stand_ins and stand_ins.by_script)
    if is_plain and all(map(first.has_text_char, text)):  # most lines
        stand_ins, chosen = NO_STAND_INS, [first] * len(text)
    else:
        stand_ins = stand_ins or choose_stand_ins(text, faces)
        chosen, missing = _choose_faces(text, faces, stand_ins, scripts, emoji)
    if missing:
        text, folded = fold_letters(text, missing, lambda char: faces.find_face(char) is not None)
        missing = "".join(char for char in missing if char not in folded)
        text = "".join(char for char in text if char not in missing)
        scripts = resolve_scripts(text)
        chosen, _ = _choose_faces(text, faces, stand_ins, scripts, emoji)
    if not text:
        return ItemizedLine("", (), missing, stand_ins)
    if direction == "rtl" or any(map(_affects_direction, text)):
        visual = find_visual_runs(text, direction)
    else:
        visual = [VisualRun(0, len(text), rtl=False)]
    runs = [piece for run in visual for piece in _split_run(run, chosen, scripts)]
    return ItemizedLine(text, tuple(runs), missing, stand_ins, tuple(folded.items()))


def _choose_faces(
    text: str, faces: Faces, stand_ins: StandIns, scripts: Sequence[str], emoji: EmojiStyle
) -> tuple[list[Face], str]:
    """Return each character's face, and the characters that no face has; `scripts` are resolved."""
    first = faces[0]
    chosen: list[Face] = []
    missing: dict[str, None] = {}
    by_script = stand_ins.by_script
    for cluster in split_graphemes(text):
        if special := find_special_face(faces, cluster, emoji):
            chosen += [special] * len(cluster)
            continue
        start, preferred = len(chosen), first
        if stand_ins.everywhere:
            preferred = by_script.get(scripts[start]) or next(iter(by_script.values()))
        elif find_script(cluster[0]) or _is_inside_word(text, scripts, start, start + len(cluster)):
            preferred = by_script.get(scripts[start], first)
        face = preferred if preferred.can_draw(cluster) else faces.find_face(cluster)
        if face is None:
            face = faces.find_face(cluster[0]) or first
            missing.update((char, None) for char in cluster if not face.can_draw(char))
        chosen += [face] * len(cluster)
    return chosen, "".join(missing)


def _is_inside_word(text: str, scripts: Sequence[str], start: int, end: int) -> bool:
    """Tell whether the characters [start, end) are between letters of one script, as hyphens and apostrophes are."""
    if start == 0 or end == len(text) or scripts[start - 1] != scripts[end] or text[start:end].isspace():
        return False
    return bool(find_script(text[end])) and unicodedata.category(text[start - 1])[0] in "LM"  # letters and their marks


@functools.lru_cache(maxsize=8192)
def _affects_direction(char: str) -> bool:
    """Tell whether a character can make the order of a line differ from left to right."""
    return unicodedata.bidirectional(char) in _BIDI_CLASSES


def _split_run(run: VisualRun, chosen: Sequence[Face], scripts: Sequence[str]) -> list[TextRun]:
    """Split a visual run where font or script changes; return the pieces from left to right."""
    pieces: list[TextRun] = []
    start = run.start
    for index in range(run.start + 1, run.end + 1):
        if index == run.end or scripts[index] != scripts[start] or chosen[index] is not chosen[start]:
            pieces.append(TextRun(chosen[start], start, index, scripts[start], run.rtl))
            start = index
    return pieces[::-1] if run.rtl else pieces
