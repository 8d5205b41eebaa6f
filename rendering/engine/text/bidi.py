"""The visual order of text that mixes directions (Unicode Standard Annex 9).

python-bidi, the algorithm, gives reordered text, not positions. So each character travels with its own number, spelt in
two invisible characters that take the level of what they follow and change nothing: variation selectors, which are
non-spacing marks (rule W1), or tags, which are boundary neutrals (rule X9) where a mark would matter.
"""

import functools
import unicodedata
from typing import Literal, NamedTuple

from bidi import get_base_level, get_display

Direction = Literal["auto", "ltr", "rtl"]

LINE_CEILING = 48 * 48  # code points of a line that can be numbered
_BASE_LEVELS: dict[Direction, str | None] = {"auto": None, "ltr": "L", "rtl": "R"}
_MARKS, _TAGS = 0xE0100, 0xE0020  # 96 code points each: 48 for the first digit, 48 for the second
_DIGITS = {chr(base + digit): digit for base in (_MARKS, _TAGS) for digit in range(96)}
_NEUTRAL = {"BN", "B", "S", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_BLANK_AT_END = _NEUTRAL | {"WS"}  # rule L1
_NUMBERS = {"EN", "AN"}
_SEPARATORS = {"ES", "CS"}
_ISOLATES = "\u2066\u2067\u2068"


class VisualRun(NamedTuple):
    """The characters [start, end) of a line, which run one way."""

    start: int
    end: int
    rtl: bool


def find_visual_runs(text: str, direction: Direction) -> list[VisualRun]:
    """Return a line's runs from left to right; raise ValueError for one longer than LONGEST."""
    if len(text) > LINE_CEILING:
        raise ValueError(f"a line of {len(text)} code points cannot be ordered: {LINE_CEILING} is the most")
    runs: list[VisualRun] = []
    start = end = 0
    way: bool | None = None
    for index, rtl in _visual_order(text, _BASE_LEVELS[direction]):
        if rtl == way and index == (start - 1 if rtl else end):
            start, end = (index, end) if rtl else (start, index + 1)
            continue
        if way is not None:
            runs.append(VisualRun(start, end, way))
        start, end, way = index, index + 1, rtl
    return runs if way is None else [*runs, VisualRun(start, end, way)]


def find_base_direction(text: str) -> Direction:
    """Return the direction of a paragraph by its first letter (rules P2 and P3)."""
    return "rtl" if get_base_level(text) else "ltr"


def _visual_order(text: str, base: str | None) -> list[tuple[int, bool]]:
    """Return each character's index and whether it runs right to left, from left to right."""
    # An isolate that is not closed would let the numbers at its end slip out of it.
    closed = text + "\u2069" * sum(char in _ISOLATES for char in text)
    numbered = _number_characters(closed, len(text))
    shown = get_display(numbered, base_dir=base) if base else get_display(numbered)
    digits = [digit for char in shown if (digit := _DIGITS.get(char)) is not None]
    order = []
    for first, second in zip(digits[::2], digits[1::2], strict=True):
        rtl = first >= 48  # the second digit comes first
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
        alone = index >= end or kind in _NEUTRAL or (kind in _SEPARATORS and _joins_numbers(classes, index))
        out.append(char + (tags if alone else marks)[index])
    return "".join((*out, text[count:]))


@functools.cache
def _spell_numbers(base: int) -> list[str]:
    """Return every number that a line needs, in two characters."""
    return [f"{chr(base + index // 48)}{chr(base + 48 + index % 48)}" for index in range(LINE_CEILING)]


def _joins_numbers(classes: list[str], index: int) -> bool:
    """Tell whether a separator is one between numbers (rule W4), which must stand alone there."""
    return all(
        next((kind for kind in beside if kind not in {"NSM", "BN"}), "") in _NUMBERS
        for beside in (reversed(classes[:index]), classes[index + 1 :])
    )
