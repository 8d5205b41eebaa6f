"""Which characters and words of a line are drawn in another font than the design's."""

import re
from dataclasses import dataclass, field

from rendering.engine.text.characters import is_visible
from rendering.engine.text.face import Face
from rendering.engine.text.itemize import ItemizedLine
from rendering.engine.text.scripts import find_script, split_graphemes

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Substitution:
    """A fallback font: the characters that it draws because the design's font lacks them, and words with its letters.

    Both are in the order of the text, without duplicates.
    """

    font: str
    characters: str
    words: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    characters: dict[str, None] = field(default_factory=dict)
    words: dict[str, None] = field(default_factory=dict)


def find_substitutions(line: ItemizedLine, first: Face) -> tuple[Substitution, ...]:
    """Return what is drawn in each fallback font."""
    runs = sorted((run for run in line.runs if run.face is not first), key=lambda run: run.start)
    if not runs:
        return ()
    words = list(_WORD.finditer(line.text))
    found: dict[str, _Found] = {}
    for run in runs:
        drawn = found.setdefault(run.face.name, _Found())
        part = line.text[run.start : run.end]
        lacking = "".join(cluster for cluster in split_graphemes(part) if not first.can_draw(cluster))
        if run.face.has_color_glyphs:  # whether the design's font has them or not
            lacking = part
        drawn.characters.update(
            (char, None) for char in lacking if is_visible(char) and not (first.has_char(char) and find_script(char))
        )
        parts = (
            (word, line.text[max(word.start(), run.start) : min(word.end(), run.end)])
            for word in words
            if word.start() < run.end and run.start < word.end()
        )
        drawn.words.update((word.group(), None) for word, part in parts if any(map(find_script, part)))
    return tuple(Substitution(name, "".join(drawn.characters), tuple(drawn.words)) for name, drawn in found.items())
