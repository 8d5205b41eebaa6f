"""Findings about text layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.color.srgb import contrast_ratio
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.text import TextLayer
from rendering.engine.text.line_collisions import find_touching_lines, measure_clear_height
from rendering.engine.values import Finding

TEXT_CONTRAST_MIN = 3.0  # WCAG 2.2, 1.4.3, large text
CHARACTERS_LISTED = 10
WORDS_LISTED, WORD_LENGTH = 3, 40
_TOLERANCE = 1e-6  # of a length; rounding errors at an edge


def inspect_layer(layer: TextLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a text layer: missing characters, fallback fonts, fit and contrast."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if missing := "".join(dict.fromkeys("".join(paragraph.missing for paragraph in layer.paragraphs))):
        yield _report_missing(missing, layer, finding)
    elif layer.ink is None:
        yield finding("no_ink", "error", "The text is not visible: its characters leave no ink.")
    yield from _report_substituted(layer, finding)
    if layer.ink is None:
        return
    yield from _inspect_fit(layer, layout, finding)
    if layer.background_color is None:
        return
    ratio = contrast_ratio(layer.color, layer.background_color)
    if ratio < TEXT_CONTRAST_MIN and layer.source.outline is None:
        ratio = _floor_hundredths(ratio)
        message = (
            f"The text is hard to read on this background: its contrast is {ratio:g} : 1; {TEXT_CONTRAST_MIN:g} : 1 is "
            "needed."
        )
        yield finding("low_contrast", "warning", message, measured=ratio, required=TEXT_CONTRAST_MIN)


def _inspect_fit(layer: TextLayer, layout: Layout, finding: "partial[Finding]") -> Iterator[Finding]:
    ink, box, bounds = layer.ink, layer.box, layer.visible_bounds
    if ink is None or bounds is None:
        return
    unit = {"mm": " mm", "pt": " pt", "square": ""}[layer.source.unit]
    if layer.size < layer.requested_size:
        size, requested = _floor_hundredths(layer.size / layer.unit), layer.source.size
        message = f"The text was shrunk from size {requested:g}{unit} to {size:g}{unit} to fit its box."
        yield finding("text_shrunk", "warning", message, measured=size, required=requested)
    yield from _inspect_lines(layer, finding)
    if layer.cut_count:
        message = f"The text does not fit: an ellipsis replaces its last {layer.cut_count} characters."
        yield finding("text_cut", "warning", message, measured=float(layer.cut_count), required=0.0)
    outline_width = layer.source.outline.width if layer.source.outline else 0.0
    overflow = max(ink.width - box.width, ink.height - box.height) + 2 * outline_width
    if layer.source.valign in {
        "baseline",
        "cap",
    }:  # the ink may be beyond one edge of the box, though no higher than it
        overflow = max(overflow, max(box.top - ink.top, ink.bottom - box.bottom) + outline_width)
    if overflow > _TOLERANCE * max(box.width, box.height):
        overflow = math.ceil(overflow * 100) / 100
        message = f"The text is {overflow:g} mm larger than its box."
        yield finding("text_overflows", "warning", message, measured=overflow, required=0.0)
    overhang = (
        max(-bounds.left, -bounds.top, bounds.right - layout.width, bounds.bottom - layout.height) + outline_width
    )
    if overhang > _TOLERANCE * max(layout.width, layout.height):
        overhang = math.ceil(overhang * 100) / 100
        message = f"The text extends {overhang:g} mm beyond the edge and is cut off there."
        yield finding("off_canvas", "warning", message, measured=overhang, required=0.0)


def _inspect_lines(layer: TextLayer, finding: "partial[Finding]") -> Iterator[Finding]:
    """Yield findings about the ends of lines, and about lines that run into each other."""
    if layer.cut_words:
        words = ", ".join(f"“{_shorten(word)}”" for word in layer.cut_words[:WORDS_LISTED])
        excess = len(layer.cut_words) - WORDS_LISTED
        listed = f"{words} and {excess} more" if excess > 0 else words
        message = f"A word is wider than its box and is cut: {listed}. Widen the box, or allow a smaller size."
        yield finding("word_cut", "warning", message, measured=float(len(layer.cut_words)), required=0.0)
    block = layer.block
    if touching := find_touching_lines(block) if block.lines else None:
        first, second = (number + 1 for number in touching)
        height, clear = _floor_hundredths(block.line_height), _ceil_hundredths(measure_clear_height(block))
        message = (
            f"Lines {first} and {second} run into each other at a line height of {height:g}; set it to auto, or to "
            f"{clear:g} or more."
        )
        yield finding("lines_touch", "warning", message, measured=height, required=clear)


def _report_missing(missing: str, layer: TextLayer, finding: "partial[Finding]") -> Finding:
    listed, count = _list_characters(missing), float(len(missing))
    if layer.ink is None:
        message = f"No font has any of the characters of the text, so nothing is drawn: {listed}."
        return finding("missing_glyph", "error", message, measured=count, required=0.0)
    message = f"No font has these characters; they are left out: {listed}."
    return finding("missing_glyph", "warning", message, measured=count, required=0.0)


def _report_substituted(layer: TextLayer, finding: "partial[Finding]") -> Iterator[Finding]:
    by_font: dict[str, dict[str, None]] = {}  # with dicts as ordered sets
    for paragraph in layer.paragraphs:
        for name, characters in paragraph.substituted:
            by_font.setdefault(name, {}).update(dict.fromkeys(characters))
    for name, characters_drawn in by_font.items():
        listed = _list_characters("".join(characters_drawn))
        message = f"{layer.source.font} lacks these characters, which are drawn in {name}: {listed}."
        yield finding("font_substituted", "info", message, measured=float(len(characters_drawn)), required=0.0)


def _list_characters(characters: str) -> str:
    listed = ", ".join(f"{char} (U+{ord(char):04X})" for char in characters[:CHARACTERS_LISTED])
    excess = len(characters) - CHARACTERS_LISTED
    return f"{listed} and {excess} more" if excess > 0 else listed


def _shorten(word: str) -> str:
    return word if len(word) <= WORD_LENGTH else f"{word[:WORD_LENGTH]}…"


def _ceil_hundredths(value: float) -> float:
    """Round up to two decimals: what is required must be enough."""
    return math.ceil(value * 100 - _TOLERANCE) / 100


def _floor_hundredths(value: float) -> float:
    """Round down to two decimals: 2.999 must not read as the 3 that is required."""
    return math.floor(value * 100) / 100
