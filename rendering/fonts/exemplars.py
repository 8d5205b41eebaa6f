"""The letters of each language (CLDR), from which the catalogue tells the languages that a font covers.

`letters.json` is written by `manage.py import_cldr`. Its letters are separated by blanks; `a-z` is a range.
"""

import functools
import json
import re
import unicodedata
from collections.abc import Callable, Set
from pathlib import Path
from typing import NamedTuple

from rendering.engine.text.scripts import split_graphemes

LETTERS_FILE = Path(__file__).parent / "data" / "letters.json"
_SET_PART = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)|\{([^}]*)\}|(\s+)|(.)", re.DOTALL)
_NO_CAPITALS = ("\u10a0", "\u10ff")  # Georgian is written without the capitals that Unicode has


class Letters(NamedTuple):
    """The letters of a language, as graphemes, small and capital: single characters, and those with marks."""

    plain: frozenset[str]
    marked: frozenset[str]

    def are_drawable(self, mapped: Set[str], can_draw: Callable[[str], bool]) -> bool:
        """Tell whether a font that maps some characters to glyphs can draw all; `can_draw` is asked about the rest."""
        return self.plain <= mapped and all(map(can_draw, self.marked - mapped))


@functools.cache
def load_letters() -> dict[str, Letters]:
    """Return the letters of each language (BCP 47)."""
    languages: dict[str, str] = json.loads(LETTERS_FILE.read_text(encoding="utf-8"))["languages"]
    letters = {language: _add_capitals(expand_ranges(written)) for language, written in languages.items()}
    return {language: _sort_letters(graphemes) for language, graphemes in letters.items()}


def parse_unicode_set(pattern: str) -> list[str]:
    """Return the characters, then the strings, of a UnicodeSet (UTS 35) of literals, ranges and strings in braces."""
    found: list[str] = []
    in_range = False
    for four, eight, escaped, string, blank, literal in _SET_PART.findall(pattern.strip()[1:-1]):
        if blank:
            continue
        if literal == "-":
            in_range = True
            continue
        item = chr(int(four or eight, 16)) if four or eight else escaped or literal or parse_string(string)
        found += map(chr, range(ord(found[-1]) + 1, ord(item) + 1)) if in_range else [item]
        in_range = False
    return sorted(set(found), key=lambda letter: (len(letter) > 1, letter))


def parse_string(string: str) -> str:
    """Return a string of a UnicodeSet without its escapes."""
    return "".join(
        chr(int(four or eight, 16)) if four or eight else escaped or literal
        for four, eight, escaped, _, _, literal in _SET_PART.findall(string)
    )


def compress_ranges(letters: list[str]) -> str:
    """Return sorted letters separated by blanks, with ranges of four and more."""
    parts: list[list[str]] = []
    for letter in letters:
        last = parts[-1] if parts else []
        if last and len(letter) == len(last[-1]) == 1 and ord(letter) == ord(last[-1]) + 1:
            last.append(letter)
        else:
            parts.append([letter])
    return " ".join(" ".join(part) if len(part) < 4 else f"{part[0]}-{part[-1]}" for part in parts)


def expand_ranges(letters: str) -> list[str]:
    """Return the letters that `compress_ranges` wrote."""
    return [
        letter
        for part in letters.split()
        for letter in (map(chr, range(ord(part[0]), ord(part[2]) + 1)) if len(part) == 3 and part[1] == "-" else [part])
    ]


def _sort_letters(graphemes: Set[str]) -> Letters:
    marked = {letter for letter in graphemes if len(letter) > 1 or unicodedata.decomposition(letter)}
    return Letters(frozenset(graphemes - marked), frozenset(marked))


def _add_capitals(letters: list[str]) -> set[str]:
    """Return graphemes and their capitals, where a capital is one grapheme, too (of ß it is not)."""
    graphemes = {letter for letter in letters if len(letter) == 1}
    for letter in letters:
        if len(letter) > 1:
            graphemes.update(split_graphemes(letter))
    capitals = {grapheme.upper() for grapheme in graphemes if not _NO_CAPITALS[0] <= grapheme <= _NO_CAPITALS[1]}
    if "ı" in graphemes:  # Turkish and its relatives
        capitals.add("İ")
    capitals -= graphemes
    return graphemes | {capital for capital in capitals if len(split_graphemes(capital)) == 1}
