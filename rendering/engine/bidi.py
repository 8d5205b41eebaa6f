"""The visual order of text that mixes directions (Unicode Standard Annex 9).

python-bidi, the algorithm, gives reordered text, not positions. So each character travels with its own number, spelt in
two invisible characters that take the level of what they follow and change nothing: variation selectors, which are
non-spacing marks (rule W1), or tags, which are boundary neutrals (rule X9) where a mark would matter.
"""

import unicodedata
from typing import Literal, NamedTuple

from bidi import get_base_level, get_display

Direction = Literal["auto", "ltr", "rtl"]

LONGEST = 48 * 48  # code points of a line that can be numbered
_BASES: dict[Direction, str | None] = {"auto": None, "ltr": "L", "rtl": "R"}
_MARKS, _TAGS = 0xE0100, 0xE0020  # 96 code points each: 48 for the first digit, 48 for the second
_DIGITS = {chr(base + digit): digit for base in (_MARKS, _TAGS) for digit in range(96)}
_NEUTRAL = {"BN", "B", "S", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_BLANK_AT_END = _NEUTRAL | {"WS"}  # rule L1
_NUMBERS = {"EN", "AN"}
_ISOLATES = "\u2066\u2067\u2068"


class VisualRun(NamedTuple):
    """The characters [start, end) of a line, which run one way."""

    start: int
    end: int
    rtl: bool


def visual_runs(text: str, direction: Direction) -> list[VisualRun]:
    """Return a line's runs from left to right; raise ValueError for one longer than LONGEST."""
    if len(text) > LONGEST:
        raise ValueError(f"a line of {len(text)} code points cannot be ordered: {LONGEST} is the most")
    runs: list[VisualRun] = []
    for index, rtl in _order(text, _BASES[direction]):
        last = runs[-1] if runs else None
        if last and last.rtl == rtl and index == (last.start - 1 if rtl else last.end):
            runs[-1] = VisualRun(min(last.start, index), max(last.end, index + 1), rtl)
        else:
            runs.append(VisualRun(index, index + 1, rtl))
    return runs


def base_direction(text: str) -> Direction:
    """Return the direction of a paragraph by its first letter (rules P2 and P3)."""
    return "rtl" if get_base_level(text) else "ltr"


def _order(text: str, base: str | None) -> list[tuple[int, bool]]:
    """Return each character's index and whether it runs right to left, from left to right."""
    # An isolate that is not closed would let the numbers at its end slip out of it.
    closed = text + "\u2069" * sum(char in _ISOLATES for char in text)
    shown = get_display(_numbered(closed), base_dir=base) if base else get_display(_numbered(closed))
    digits = [digit for char in shown if (digit := _DIGITS.get(char)) is not None]
    order = []
    for first, second in zip(digits[::2], digits[1::2], strict=True):
        rtl = first >= 48  # the second digit comes first
        high, low = (second, first) if rtl else (first, second)
        order.append((high * 48 + low - 48, rtl))
    return [(index, rtl) for index, rtl in order if index < len(text)]


def _numbered(text: str) -> str:
    classes = [unicodedata.bidirectional(char) or "L" for char in text]
    end = len(classes)
    while end and classes[end - 1] in _BLANK_AT_END:
        end -= 1
    out = []
    for index, char in enumerate(text):
        base = _TAGS if index >= end or classes[index] in _NEUTRAL or _joins_numbers(classes, index) else _MARKS
        out.append(f"{char}{chr(base + index // 48)}{chr(base + 48 + index % 48)}")
    return "".join(out)


def _joins_numbers(classes: list[str], index: int) -> bool:
    """Tell whether this is a separator between numbers (rule W4), which must stand alone there."""
    return classes[index] in {"ES", "CS"} and all(
        next((kind for kind in beside if kind not in {"NSM", "BN"}), "") in _NUMBERS
        for beside in (reversed(classes[:index]), classes[index + 1 :])
    )
