"""Findings about text layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.color.srgb import contrast_ratio
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.text import TextLayer
from rendering.engine.values import Finding

TEXT_CONTRAST_MIN = 3.0  # WCAG 2.2, 1.4.3, large text
CHARACTERS_LISTED = 10
_TOLERANCE = 1e-6  # of a length: what arithmetic alone puts over an edge


def inspect_layer(layer: TextLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a text layer: characters, fit, contrast."""
    found = partial(Finding, layer=layer.index, placement=layout.placement)
    if missing := "".join(dict.fromkeys("".join(paragraph.missing for paragraph in layer.paragraphs))):
        yield _report_missing(missing, layer, found)
    elif layer.ink is None:
        yield found("no_ink", "error", "The text leaves no ink: nothing of it can be seen.")
    yield from _report_substituted(layer, found)
    if layer.ink is None:
        return
    yield from _inspect_fit(layer, layout, found)
    if layer.background_color is None:
        return
    ratio = contrast_ratio(layer.color, layer.background_color)
    if ratio < TEXT_CONTRAST_MIN and layer.source.outline is None:
        ratio = _floor_hundredths(ratio)
        message = f"The text is hard to read on this colour: contrast {ratio:g} : 1, below {TEXT_CONTRAST_MIN:g} : 1."
        yield found("low_contrast", "warning", message, measured=ratio, required=TEXT_CONTRAST_MIN)


def _inspect_fit(layer: TextLayer, layout: Layout, found: "partial[Finding]") -> Iterator[Finding]:
    ink, box, shown = layer.ink, layer.box, layer.visible_bounds
    if ink is None or shown is None:
        return
    unit = {"mm": " mm", "pt": " pt", "square": ""}[layer.source.unit]
    if layer.size < layer.requested_size:
        size, asked = _floor_hundredths(layer.size / layer.unit), layer.source.size
        message = f"The text was shrunk from size {asked:g}{unit} to {size:g}{unit} so that all of it fits."
        yield found("text_shrunk", "warning", message, measured=size, required=asked)
    if layer.cut_count:
        message = f"The text does not fit: an ellipsis stands for its last {layer.cut_count} characters."
        yield found("text_cut", "warning", message, measured=float(layer.cut_count), required=0.0)
    reach = layer.source.outline.width if layer.source.outline else 0.0
    over = max(ink.width - box.width, ink.height - box.height) + 2 * reach
    if over > _TOLERANCE * max(box.width, box.height):
        over = math.ceil(over * 100) / 100
        message = f"The text is larger than its box, by {over:g} mm."
        yield found("text_overflows", "warning", message, measured=over, required=0.0)
    out = max(-shown.left, -shown.top, shown.right - layout.width, shown.bottom - layout.height) + reach
    if out > _TOLERANCE * max(layout.width, layout.height):
        out = math.ceil(out * 100) / 100
        message = f"The text reaches {out:g} mm over the edge and is cut off there."
        yield found("off_canvas", "warning", message, measured=out, required=0.0)


def _report_missing(missing: str, layer: TextLayer, found: "partial[Finding]") -> Finding:
    named, count = _list_characters(missing), float(len(missing))
    if layer.ink is None:
        message = f"No font has any of the text's characters, so nothing is drawn: {named}."
        return found("missing_glyph", "error", message, measured=count, required=0.0)
    message = f"No font has these characters, which are left out: {named}."
    return found("missing_glyph", "warning", message, measured=count, required=0.0)


def _report_substituted(layer: TextLayer, found: "partial[Finding]") -> Iterator[Finding]:
    drawn: dict[str, dict[str, None]] = {}
    for paragraph in layer.paragraphs:
        for name, characters in paragraph.substituted:
            drawn.setdefault(name, {}).update(dict.fromkeys(characters))
    for name, found_in in drawn.items():
        named = _list_characters("".join(found_in))
        message = f"{layer.source.font} lacks these characters, which are drawn in {name}: {named}."
        yield found("font_substituted", "info", message, measured=float(len(found_in)), required=0.0)


def _list_characters(characters: str) -> str:
    named = ", ".join(f"{char} (U+{ord(char):04X})" for char in characters[:CHARACTERS_LISTED])
    more = len(characters) - CHARACTERS_LISTED
    return f"{named} and {more} more" if more > 0 else named


def _floor_hundredths(value: float) -> float:
    """Cut to two decimals, never up: 2.999 must not read as the 3 that it missed."""
    return math.floor(value * 100) / 100
