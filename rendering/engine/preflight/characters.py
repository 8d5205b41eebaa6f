"""Findings about characters that are not drawn as they are: left out, replaced, or not in the emoji font's colours."""

from collections.abc import Callable, Iterator

from rendering.engine.layout.text import TextLayer
from rendering.engine.text.characters import PLACEHOLDERS
from rendering.engine.text.special_faces import find_undrawable
from rendering.engine.values import Finding

CHARACTERS_LISTED = 10


def inspect_characters(layer: TextLayer, finding: Callable[..., Finding]) -> Iterator[Finding]:
    """Yield the findings about a text's characters, except those about fallback fonts."""
    text = layer.source.text
    if dropped := [char for char in PLACEHOLDERS if char in text]:
        listed = " and ".join(f"U+{ord(char):04X}" for char in dropped)
        message = (
            f"The text contains {listed}, which stands for something that was lost; it is left out: check the text."
        )
        yield finding("placeholder_dropped", "warning", message, measured=float(sum(map(text.count, dropped))))
    folded = {char: letters for paragraph in layer.paragraphs for char, letters in paragraph.folded}
    if folded:
        message = f"No font has these characters; plain ones are drawn: {_list_pairs(folded)}."
        yield finding("letters_folded", "warning", message, measured=float(len(folded)), required=0.0)
    yield from _report_undrawable_emoji(layer, finding)


def list_characters(characters: str) -> str:
    """Return characters with their code points, at most CHARACTERS_LISTED of them."""
    return _limit([f"{char} (U+{ord(char):04X})" for char in characters])


def _report_undrawable_emoji(layer: TextLayer, finding: Callable[..., Finding]) -> Iterator[Finding]:
    if not any(run.face.has_color_glyphs for run in layer.block.runs):
        return
    seen = {
        face.name: face.color_format
        for paragraph in layer.paragraphs
        for shaped in paragraph.shaped_runs
        if shaped.run.face.has_color_glyphs
        for face in find_undrawable(paragraph.faces, paragraph.text[shaped.run.start])
    }
    for name, kind in seen.items():
        message = (
            f"The emoji of {name} are {kind}, which are not drawn: they are in another font. Use one with COLR glyphs."
        )
        yield finding("emoji_font_unusable", "warning", message)


def _list_pairs(folded: dict[str, str]) -> str:
    return _limit([f"{letters} for {char} (U+{ord(char):04X})" for char, letters in folded.items()])


def _limit(items: list[str]) -> str:
    listed, excess = ", ".join(items[:CHARACTERS_LISTED]), len(items) - CHARACTERS_LISTED
    return f"{listed} and {excess} more" if excess > 0 else listed
