"""What a person should know about a design before it is shown or printed."""

import math
from collections.abc import Iterator

from rendering.engine.colors import contrast
from rendering.engine.layout import Layout, TextLayer
from rendering.engine.values import Finding

CONTRAST_MIN = 3.0  # WCAG 2.2, 1.4.3, large text
CHARACTERS_NAMED = 10


def inspect(layout: Layout) -> tuple[Finding, ...]:
    """Return the findings about a laid out design, layer by layer from the bottom."""
    return tuple(
        finding for index, layer in enumerate(layout.layers) for finding in _layer_findings(index, layer, layout)
    )


def _layer_findings(index: int, layer: TextLayer, layout: Layout) -> Iterator[Finding]:
    if layer.line.missing:
        yield _missing(index, layer)
    elif layer.ink is None:
        yield Finding("no_ink", "error", "The text leaves no ink: nothing of it can be seen.", index)
    for name, characters in layer.line.substituted:
        yield _substituted(index, layer.face.name, name, characters)
    if layer.ink is None:
        return
    if layer.size < layer.asked_size:
        size = _floor(layer.size)
        message = f"The text was shrunk from size {layer.asked_size:g} to {size:g} so that all of it fits."
        yield Finding("text_shrunk", "warning", message, index, size, layer.asked_size)
    ratio = contrast(layer.color, layout.background)
    if ratio < CONTRAST_MIN:
        ratio = _floor(ratio)
        message = f"The text is hard to read on this colour: contrast {ratio:g} : 1, below {CONTRAST_MIN:g} : 1."
        yield Finding("low_contrast", "warning", message, index, ratio, CONTRAST_MIN)


def _missing(index: int, layer: TextLayer) -> Finding:
    missing = layer.line.missing
    named = _named(missing)
    if layer.ink is None:
        message = f"No font has any of the text's characters, so nothing is drawn: {named}."
        return Finding("missing_glyph", "error", message, index, float(len(missing)), 0.0)
    message = f"No font has these characters, which are left out: {named}."
    return Finding("missing_glyph", "warning", message, index, float(len(missing)), 0.0)


def _substituted(index: int, asked: str, name: str, characters: str) -> Finding:
    message = f"{asked} lacks these characters, which are drawn in {name}: {_named(characters)}."
    return Finding("font_substituted", "info", message, index, float(len(characters)), 0.0)


def _named(characters: str) -> str:
    named = ", ".join(f"{char} (U+{ord(char):04X})" for char in characters[:CHARACTERS_NAMED])
    more = len(characters) - CHARACTERS_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _floor(value: float) -> float:
    """Cut to two decimals, never up: 2.999 must not read as the 3 that it missed."""
    return math.floor(value * 100) / 100
