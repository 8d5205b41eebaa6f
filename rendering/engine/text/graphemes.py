"""Graphemes: what a person calls a character (UAX 29), and where a word may be cut if it must be."""

from collections.abc import Sequence

import regex

_GRAPHEME = regex.compile(r"\X")
# Positions where a cut leaves half a syllable.
_INSIDE_SYLLABLE = regex.compile(
    r"(?<=[เ-ไເ-ໄ])"  # after a Thai or Lao vowel that is written before its consonant
    r"|(?=[ะาำๅๆฯະາຳຽໆៗ])"  # before a vowel, or a sign of repetition, that is written after it
    # After a vowel that needs a consonant after it, with or without a tone mark.
    r"|(?<=[\u0E31\u0E37\u0E47\u0EB1\u0EBB][\u0E48-\u0E4B\u0EC8-\u0ECB]?)"
    r"|(?<=เ[ก-ฮ]{1,2}\u0E35[\u0E48-\u0E4B]?)(?=ย)"  # in the Thai vowel ia
    r"|(?=[\u1000-\u1021]\u1037?[\u1039\u103A])"  # before a consonant that ends a Burmese syllable
)


def count_graphemes(text: str) -> int:
    """Return the number of grapheme clusters of a text."""
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _GRAPHEME.finditer(text))


def find_cuts(text: str, clusters: Sequence[int]) -> list[int]:
    """Return those of the shaper's clusters (indices of first characters) before which a word may be cut."""
    if text.isascii():
        return list(clusters)
    graphemes = {match.start() for match in _GRAPHEME.finditer(text)}
    graphemes -= {match.start() for match in _INSIDE_SYLLABLE.finditer(text)}
    return [start for start in clusters if start in graphemes or start == 0]
