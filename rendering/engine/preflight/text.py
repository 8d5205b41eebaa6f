"""Findings about text layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.sample import Sample
from rendering.engine.preflight.characters import inspect_characters, list_characters
from rendering.engine.preflight.ink_corners import list_text_corners
from rendering.engine.preflight.lines import inspect_lines
from rendering.engine.preflight.position import inspect_read
from rendering.engine.preflight.strokes import inspect_letters
from rendering.engine.preflight.text_contrast import inspect_text
from rendering.engine.preflight.text_curve import inspect_curve
from rendering.engine.preflight.wording import list_words
from rendering.engine.validation.problems import count_of
from rendering.engine.values import Finding, Fix, Severity

_TOLERANCE = 1e-6  # of a length; rounding errors at an edge
_SHRUNK_LITTLE = 0.75  # of the size asked for: names of unlike lengths in one box are meant to differ so much


def inspect_layer(layer: TextLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a text layer: missing characters, fallback fonts and fit."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if missing := "".join(dict.fromkeys("".join(paragraph.missing for paragraph in layer.paragraphs))):
        yield _report_missing(missing, layer, finding)
    elif layer.ink is None:
        yield finding("no_ink", "error", "The text is not visible: its characters leave no ink. Choose others.")
    yield from inspect_characters(layer, finding)
    yield from _report_substituted(layer, finding)
    yield from _inspect_fit(layer, layout, finding)
    if layer.ink:
        yield from inspect_curve(layer, finding)
        yield from inspect_letters(layer, layout)


def inspect_sample(layer: TextLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield the findings about how a text looks among the other layers."""
    return inspect_text(layer, layout, sample)


def _inspect_fit(layer: TextLayer, layout: Layout, finding: "partial[Finding]") -> Iterator[Finding]:
    ink, box, bounds = layer.ink, layer.box, layer.visible_bounds
    if ink is None or bounds is None:
        return
    unit = {"mm": " mm", "pt": " pt", "square": ""}[layer.source.unit]
    if layer.size < layer.requested_size:
        size, requested = _floor_hundredths(layer.size / layer.unit), layer.source.size
        message = f"The text was shrunk from size {requested:g}{unit} to {size:g}{unit} to fit its box."
        severity: Severity = "info" if layer.size >= _SHRUNK_LITTLE * layer.requested_size else "warning"
        yield finding("text_shrunk", severity, message, measured=size, required=requested)
    yield from inspect_lines(layer, finding)
    if layer.cut_count:
        cut = count_of(layer.cut_count, "character")
        message = f"The text does not fit: an ellipsis replaces its last {cut}. Shorten it."
        yield finding("text_cut", "warning", message, measured=float(layer.cut_count), required=0.0)
    outline_width = layer.source.outline.width if layer.source.outline else 0.0
    overflow = max(ink.width - box.width, ink.height - box.height) + 2 * outline_width
    if layer.source.valign in {"baseline", "cap"}:  # beyond one edge of the box, though it may be no higher than that
        overflow = max(overflow, max(box.top - ink.top, ink.bottom - box.bottom) + outline_width)
    if layer.source.path:  # its place in the box is fixed
        edges = (box.left - ink.left, box.top - ink.top, ink.right - box.right, ink.bottom - box.bottom)
        overflow = max(overflow, max(edges) + outline_width)
    if overflow > _TOLERANCE * max(box.width, box.height):
        overflow = math.ceil(overflow * 100) / 100
        message = f"The text is {overflow:g} mm larger than its box. Make it smaller, or the box larger."
        yield finding("text_overflow", "warning", message, measured=overflow, required=0.0, fix=_shrink(layer))
    yield from inspect_read(layer, layout, bounds.expand(outline_width), partial(list_text_corners, layer))


def _shrink(layer: TextLayer) -> Fix | None:
    """Return the size at which a plain text, broken into the same lines, is as large as its box."""
    ink, box, source = layer.ink, layer.box, layer.source
    if ink is None or source.is_bent or source.fit != "none" or source.valign in {"baseline", "cap"}:
        return None
    outline = 2 * source.outline.width if source.outline else 0.0
    room = min((box.width - outline) / ink.width, (box.height - outline) / ink.height)
    size = math.floor(source.size * room * 100) / 100
    return Fix("size", size) if size > 0 else None


def _report_missing(missing: str, layer: TextLayer, finding: "partial[Finding]") -> Finding:
    listed, count = list_characters(missing), float(len(missing))
    if layer.ink is None:
        message = f"No font has any of the characters of the text, so nothing is drawn: {listed}."
        return finding("missing_glyphs", "error", message, measured=count, required=0.0)
    message = f"No font has these characters; they are left out: {listed}."
    return finding("missing_glyphs", "warning", message, measured=count, required=0.0)


def _report_substituted(layer: TextLayer, finding: "partial[Finding]") -> Iterator[Finding]:
    by_font: dict[str, tuple[dict[str, None], dict[str, None]]] = {}  # characters and words, dicts as ordered sets
    for paragraph in layer.paragraphs:
        for each in paragraph.substituted:
            characters, words = by_font.setdefault(each.font, ({}, {}))
            characters.update(dict.fromkeys(each.characters))
            words.update(dict.fromkeys(each.words))
    for name, (characters, words) in by_font.items():
        message = _describe_substitution(layer.source.font, name, "".join(characters), list(words))
        severity: Severity = "warning" if words else "info"  # symbols and emoji are expected to look different
        listed = list_characters("".join(characters))
        operator_message = f"{layer.source.font} lacks {listed}; in {name} instead." if listed else ""
        yield finding(
            "substituted_font",
            severity,
            message,
            measured=float(len(characters)),
            required=0.0,
            operator_message=operator_message,
        )


def _describe_substitution(font: str, name: str, characters: str, words: list[str]) -> str:
    """Return the sentence for a shopper, without code points: the characters can be drawn, so they can be read."""
    if not words:  # symbols
        return f"{font} does not have these characters, which are drawn in {name}: {list_words(list(characters))}."
    return f"{font} does not have all letters of these words, which are drawn in {name}: {list_words(words)}."


def _floor_hundredths(value: float) -> float:
    """Round down to two decimals: 2.999 must not read as the 3 that is required."""
    return math.floor(value * 100) / 100
