"""Findings about the lines of a text."""

import math
from collections.abc import Callable, Iterator

from rendering.engine.layout.text import TextLayer
from rendering.engine.preflight.wording import list_words
from rendering.engine.text.line_collisions import find_touching_lines, measure_clear_height
from rendering.engine.values import Finding, Fix

_TOLERANCE = 1e-6  # of a hundredth


def inspect_lines(layer: TextLayer, finding: Callable[..., Finding]) -> Iterator[Finding]:
    """Yield the findings about words that the end of a line cuts, and about lines that run into each other."""
    if layer.cut_words:
        message = (
            f"A word is wider than its box and is cut: {list_words(layer.cut_words)}. Widen the box, or allow a "
            "smaller size."
        )
        yield finding("word_cut", "warning", message, measured=float(len(layer.cut_words)), required=0.0)
    block = layer.block
    if touching := find_touching_lines(block) if block.lines else None:
        first, second = (number + 1 for number in touching)
        height = math.floor(block.line_height * 100) / 100
        clear = math.ceil(measure_clear_height(block) * 100 - _TOLERANCE) / 100
        message = (
            f"Lines {first} and {second} run into each other at a line height of {height:g}; set it to auto, or to "
            f"{clear:g} or more."
        )
        yield finding(
            "lines_touch", "warning", message, measured=height, required=clear, fix=Fix("line_height", "auto")
        )
