"""From a line of characters to runs of one font, one script and one direction."""

import functools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex
import uharfbuzz as hb

from rendering.engine.text.bidi import Direction, VisualRun, find_visual_runs
from rendering.engine.text.fonts import Face, Faces

_BIDI_CLASSES = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}
_GRAPHEME = regex.compile(r"\X")
_WORD_OR_SPACE = regex.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class TextRun:
    """The characters [start, end) of a text, to be shaped together; `script` is an ISO 15924 code, or empty."""

    face: Face
    start: int
    end: int
    script: str
    rtl: bool


@dataclass(frozen=True, slots=True)
class ItemizedLine:
    """A line's runs from left to right, and the characters that no font has, each once, as they come."""

    text: str
    runs: tuple[TextRun, ...]
    missing: str


def itemize_text(text: str, faces: Faces, direction: Direction = "auto") -> ItemizedLine:
    """Give each grapheme the first of the faces that draws all of it, and cut the line where font or script changes.

    What no face draws is taken out of the text before anything else, so that kerning and joining see true neighbours;
    a font would draw a box for it, and that is never what someone meant.
    """
    chosen, missing = _choose_faces(text, faces)
    if missing:
        text = "".join(char for char in text if char not in missing)
        chosen, _ = _choose_faces(text, faces)
    if not text:
        return ItemizedLine("", (), missing)
    scripts = _resolve_scripts(text)
    if direction == "rtl" or any(map(_affects_direction, text)):
        visual = find_visual_runs(text, direction)
    else:
        visual = [VisualRun(0, len(text), rtl=False)]
    runs = [piece for run in visual for piece in _split_run(run, chosen, scripts)]
    return ItemizedLine(text, tuple(runs), missing)


def _choose_faces(text: str, faces: Faces) -> tuple[list[Face], str]:
    """Return each character's face, and the characters that none has."""
    first = faces[0]
    if all(map(first.has_char, text)):  # most lines
        return [first] * len(text), ""
    chosen: list[Face] = []
    missing: dict[str, None] = {}
    for word in _group_words(text):
        letters = [cluster for cluster in word if find_script(cluster[0])]
        # One letter of another script that a font happens to have would stand out of its word.
        own = sum(map(first.can_draw, letters)) * 2 >= len(letters)
        for cluster in word:
            last = not own and bool(find_script(cluster[0]))  # signs that all scripts share stay as they are
            face = faces.find_face(cluster, own_last=last)
            if face is None:
                face = faces.find_face(cluster[0], own_last=last) or first
                missing.update((char, None) for char in cluster if not face.can_draw(char))
            chosen += [face] * len(cluster)
    return chosen, "".join(missing)


def _group_words(text: str) -> Iterator[list[str]]:
    """Yield the graphemes of a line in groups: blanks, and letters of one script in a row with what stands by them."""
    for part in _WORD_OR_SPACE.findall(text):
        word: list[str] = []
        current = ""
        for cluster in _GRAPHEME.findall(part):
            script = find_script(cluster[0])
            if word and script and current and script != current:
                yield word
                word = []
            current = script or current
            word.append(cluster)
        yield word


def _resolve_scripts(text: str) -> list[str]:
    """Return each character's script; what many scripts share (spaces, digits, marks) belongs to what precedes it."""
    scripts = [find_script(char) for char in text]
    current = next(filter(None, scripts), "")
    for index, script in enumerate(scripts):
        current = scripts[index] = script or current
    return scripts


@functools.lru_cache(maxsize=8192)
def find_script(char: str) -> str:
    """Return a character's script as an ISO 15924 code, or "" for what many scripts share."""
    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    return buffer.script or ""


@functools.lru_cache(maxsize=8192)
def _affects_direction(char: str) -> bool:
    """Tell whether a character can make a line run any way but from left to right."""
    return unicodedata.bidirectional(char) in _BIDI_CLASSES


def _split_run(run: VisualRun, chosen: Sequence[Face], scripts: Sequence[str]) -> list[TextRun]:
    """Cut a visual run where font or script changes, and return the pieces from left to right."""
    pieces: list[TextRun] = []
    start = run.start
    for index in range(run.start + 1, run.end + 1):
        if index == run.end or scripts[index] != scripts[start] or chosen[index] is not chosen[start]:
            pieces.append(TextRun(chosen[start], start, index, scripts[start], run.rtl))
            start = index
    return pieces[::-1] if run.rtl else pieces
