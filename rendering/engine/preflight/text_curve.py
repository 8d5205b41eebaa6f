"""Findings about text on an arc or a circle."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.text import TextLayer
from rendering.engine.text.arc import BentBlock
from rendering.engine.text.collisions import Collision, find_collision
from rendering.engine.values import Finding

_LETTERS_LENGTH = 8  # characters of a cluster that a message shows


def inspect_curve(layer: TextLayer, finding: "partial[Finding]") -> Iterator[Finding]:
    """Yield a finding if the letters of a text on a curve run into each other."""
    block = layer.block
    if not isinstance(block, BentBlock) or not (collision := find_collision(block.line, block.circle)):
        return
    depth = math.ceil(collision.depth * layer.size * 100) / 100
    message = f"{_describe_collision(collision, layer.paragraphs[0].text)} by {depth:g} mm; {_advise(layer)}."
    yield finding("letters_collide", "warning", message, measured=depth, required=0.0)


def _describe_collision(collision: Collision, text: str) -> str:
    if collision.kind == "center":
        return "The curve is so tight that letters reach beyond its centre"
    if collision.kind == "ends":
        return "The text is longer than its circle, so that its end overlaps its beginning"
    one, other = (text[index:][:1] for index in collision.clusters)
    return f"On the curve the letters {one} and {other} overlap"


def _advise(layer: TextLayer) -> str:
    if layer.source.arc:
        return "bend the text less, or add letter spacing"
    return "choose a larger radius or a smaller size, or change the letter spacing"
