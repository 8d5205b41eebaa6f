"""The visual order of text that mixes directions (Unicode Standard Annex 9).

python-bidi implements the algorithm but returns reordered text, not positions; an implementation of our own would be
three times as long as this (decision 13). So each character is followed by its own number, written in two invisible
characters that take the level of the character before them and change no other: variation selectors, which are
non-spacing marks (rule W1), or tags, which are boundary neutrals (rule X9), where a mark would have an effect.
"""

import functools
import unicodedata
from typing import Literal, NamedTuple

from bidi import get_base_level, get_display

Direction = Literal["auto", "ltr", "rtl"]

LINE_CEILING = 48 * 48  # code points of a line: numbers have two digits of base 48
_BASE_LEVELS: dict[Direction, str | None] = {"auto": None, "ltr": "L", "rtl": "R"}
_MARKS, _TAGS = 0xE0100, 0xE0020  # first of 96 code points each: 48 for the first digit, 48 for the second
_DIGITS = {chr(base + digit): digit for base in (_MARKS, _TAGS) for digit in range(96)}
_NEUTRAL = {"BN", "B", "S", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_BLANK_AT_END = _NEUTRAL | {"WS"}  # rule L1
_NUMBERS = {"EN", "AN"}
_SEPARATORS = {"ES", "CS"}
_ISOLATES = "\u2066\u2067\u2068"


class VisualRun(NamedTuple):
    """The characters [start, end) of a line, all of one direction."""

    start: int
    end: int
    rtl: bool


def find_visual_runs(text: str, direction: Direction) -> list[VisualRun]:
    """Return a line's runs from left to right; raise ValueError for a line longer than LINE_CEILING."""
    if len(text) > LINE_CEILING:
        raise ValueError(f"a line of {len(text)} code points is too long for visual order: at most {LINE_CEILING}")
    runs: list[VisualRun] = []
    start = end = 0
    run_rtl: bool | None = None
    for index, rtl in _visual_order(text, _BASE_LEVELS[direction]):
        if rtl == run_rtl and index == (start - 1 if rtl else end):
            start, end = (index, end) if rtl else (start, index + 1)
            continue
        if run_rtl is not None:
            runs.append(VisualRun(start, end, run_rtl))
        start, end, run_rtl = index, index + 1, rtl
    return runs if run_rtl is None else [*runs, VisualRun(start, end, run_rtl)]


def find_base_direction(text: str) -> Direction:
    """Return a paragraph's direction, which its first strong character decides (rules P2 and P3)."""
    return "rtl" if get_base_level(text) else "ltr"


def _visual_order(text: str, base: str | None) -> list[tuple[int, bool]]:
    """Return the characters from left to right: index, and whether the character runs right to left."""
    # Numbers at the end of an isolate that is not closed would be moved out of it.
    closed = text + "\u2069" * sum(char in _ISOLATES for char in text)
    numbered = _number_characters(closed, len(text))
    shown = get_display(numbered, base_dir=base) if base else get_display(numbered)
    digits = [digit for char in shown if (digit := _DIGITS.get(char)) is not None]
    order = []
    for first, second in zip(digits[::2], digits[1::2], strict=True):
        rtl = first >= 48  # right to left, the second digit comes first
        high, low = (second, first) if rtl else (first, second)
        order.append((high * 48 + low - 48, rtl))
    return order


def _number_characters(text: str, count: int) -> str:
    """Return the text, each of its first `count` characters followed by its number."""
    classes = [unicodedata.bidirectional(char) or "L" for char in text]
    end = len(classes)
    while end and classes[end - 1] in _BLANK_AT_END:
        end -= 1
    marks, tags = _spell_numbers(_MARKS), _spell_numbers(_TAGS)
    out = []
    for index, (char, kind) in enumerate(zip(text[:count], classes, strict=False)):
        # Here a mark would change the class or level of its character.
        needs_tag = index >= end or kind in _NEUTRAL or (kind in _SEPARATORS and _joins_numbers(classes, index))
        out.append(char + (tags if needs_tag else marks)[index])
    return "".join((*out, text[count:]))


@functools.cache
def _spell_numbers(base: int) -> list[str]:
    """Return the numbers from 0 to LINE_CEILING - 1, two characters each; `base` is the first digit's code point."""
    return [f"{chr(base + index // 48)}{chr(base + 48 + index % 48)}" for index in range(LINE_CEILING)]


def _joins_numbers(classes: list[str], index: int) -> bool:
    """Tell whether a separator is between numbers (rule W4 looks at its direct neighbours)."""
    return all(
        next((kind for kind in beside if kind not in {"NSM", "BN"}), "") in _NUMBERS
        for beside in (reversed(classes[:index]), classes[index + 1 :])
    )
