"""Itemization: a line of characters as runs of one font, one script and one direction (decision 13)."""

import functools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex
import uharfbuzz as hb

from rendering.engine.text.bidi import Direction, VisualRun, find_visual_runs
from rendering.engine.text.characters import fold_letters
from rendering.engine.text.emoji import EmojiStyle
from rendering.engine.text.fonts import Face, Faces

_BIDI_CLASSES = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}
_GRAPHEME = regex.compile(r"\X")
_WORD_OR_SPACE = regex.compile(r"\s+|\S+")


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

    `folded` are the characters that no font has either, and the plain ones that stand for them in the text.
    """

    text: str
    runs: tuple[TextRun, ...]
    missing: str
    folded: tuple[tuple[str, str], ...] = ()


def itemize_text(text: str, faces: Faces, direction: Direction = "auto", emoji: EmojiStyle = "auto") -> ItemizedLine:
    """Choose a face for each grapheme, and split the line where font, script or direction changes.

    A character that no face has is replaced by a plain one or removed first, so that kerning and joining work on the
    remaining neighbours; a font would draw a box for it.
    """
    chosen, missing = _choose_faces(text, faces, emoji)
    folded: dict[str, str] = {}
    if missing:
        text, folded = fold_letters(text, missing, lambda char: faces.find_face(char, own_last=False) is not None)
        missing = "".join(char for char in missing if char not in folded)
        text = "".join(char for char in text if char not in missing)
        chosen, _ = _choose_faces(text, faces, emoji)
    if not text:
        return ItemizedLine("", (), missing)
    scripts = _resolve_scripts(text)
    if direction == "rtl" or any(map(_affects_direction, text)):
        visual = find_visual_runs(text, direction)
    else:
        visual = [VisualRun(0, len(text), rtl=False)]
    runs = [piece for run in visual for piece in _split_run(run, chosen, scripts)]
    return ItemizedLine(text, tuple(runs), missing, tuple(folded.items()))


def _choose_faces(text: str, faces: Faces, emoji: EmojiStyle) -> tuple[list[Face], str]:
    """Return each character's face, and the characters that no face has."""
    first = faces[0]
    if emoji != "color" and all(map(first.has_text_char, text)):  # most lines
        return [first] * len(text), ""
    chosen: list[Face] = []
    missing: dict[str, None] = {}
    for word in _group_words(text):
        letters = [cluster for cluster in word if find_script(cluster[0])]
        # A font that lacks most letters of a word draws none of it: µ, which Latin fonts have, would stand out of a
        # Greek word.
        has_most = sum(map(first.can_draw, letters)) * 2 >= len(letters)
        for cluster in word:
            if special := faces.find_special_face(cluster, emoji):
                chosen += [special] * len(cluster)
                continue
            own_last = not has_most and bool(find_script(cluster[0]))  # punctuation stays in the first font
            face = faces.find_face(cluster, own_last=own_last)
            if face is None:
                face = faces.find_face(cluster[0], own_last=own_last) or first
                missing.update((char, None) for char in cluster if not face.can_draw(char))
            chosen += [face] * len(cluster)
    return chosen, "".join(missing)


def _group_words(text: str) -> Iterator[list[str]]:
    """Yield a line's graphemes in groups: white space, and words of one script with digits and punctuation."""
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
    """Return each character's script; spaces, digits and marks get the script of the character before them."""
    scripts = [find_script(char) for char in text]
    current = next(filter(None, scripts), "")
    for index, script in enumerate(scripts):
        current = scripts[index] = script or current
    return scripts


@functools.lru_cache(maxsize=8192)
def find_script(char: str) -> str:
    """Return a character's script as an ISO 15924 code, "" for characters that many scripts share."""
    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    return buffer.script or ""


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
