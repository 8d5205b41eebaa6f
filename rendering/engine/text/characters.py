"""Characters that are not drawn as they are: line breaks, tabs, placeholders, and letters of fancy alphabets."""

import functools
import unicodedata
from collections.abc import Callable, Container

import regex

LINE_BREAKS = frozenset("\n\v\f\r\x85\u2028\u2029")
TAB = "\t"
# U+FFFC stands for an object that is not text, as dictation leaves it; U+FFFD for a character that a program lost.
PLACEHOLDERS = "\ufffc\ufffd"
# Mandatory breaks (Unicode Standard Annex 14, rules LB4 and LB5): CR LF is one.
_LINE_BREAK = regex.compile("\r\n|[" + "".join(sorted(LINE_BREAKS)) + "]")
_WORD = regex.compile(r"\S+")
FANCY_LETTER = "\U0001d4d7"  # 𝓗: a font that has it has the other letters of such alphabets
_INVISIBLE = regex.compile(r"[\s\p{Default_Ignorable_Code_Point}]")


def is_visible(char: str) -> bool:
    """Tell whether a character is neither white space nor one that only affects others (selectors, joiners)."""
    return not _INVISIBLE.match(char)


@functools.lru_cache(maxsize=8192)
def is_fancy_letter(char: str) -> bool:
    """Tell whether a character is a letter or digit of an alphabet in another style: 𝓗, ℍ, 𝟙."""
    return _alphabet(char) == "<font>"


@functools.lru_cache(maxsize=8192)
def is_wide_letter(char: str) -> bool:
    """Tell whether a character is the fullwidth or halfwidth form of another: Ａ, which says nothing about its word."""
    return _alphabet(char) in {"<wide>", "<narrow>"}


def split_lines(text: str) -> list[str]:
    """Return a text's lines, with tabs as spaces and without placeholders."""
    if PLACEHOLDERS[0] in text or PLACEHOLDERS[1] in text:
        text = "".join(char for char in text if char not in PLACEHOLDERS)
    if text.isprintable():  # most texts
        return [text]
    return _LINE_BREAK.split(text.replace(TAB, " "))


def fold_letters(text: str, missing: Container[str], can_draw: Callable[[str], bool]) -> tuple[str, dict[str, str]]:
    """Replace the characters that no font has by what they stand for (NFKC, Unicode Standard Annex 15).

    𝓗 becomes H, and fullwidth Ａ becomes A. A word's other letters of the same alphabet follow, so that it has one
    style. Return the text, and what was replaced by what. A character whose replacement no font has either stays.
    """
    folded: dict[str, str] = {}

    def fold_word(match: regex.Match[str]) -> str:
        word = match.group()
        plain = {char: unicodedata.normalize("NFKC", char) for char in word if char in missing}
        kinds = {_alphabet(char) for char, letters in plain.items() if letters != char and all(map(can_draw, letters))}
        chosen = {char: unicodedata.normalize("NFKC", char) for char in word if _alphabet(char) in kinds}
        replaced = {char: letters for char, letters in chosen.items() if all(map(can_draw, letters))}
        folded.update(replaced)
        return "".join(replaced.get(char, char) for char in word)

    return _WORD.sub(fold_word, text), folded


def _alphabet(char: str) -> str:
    """Return the kind of a character's compatibility mapping, such as "<font>" or "<wide>"; "" for none."""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    return kind if kind.startswith("<") else ""
