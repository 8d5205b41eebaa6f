"""Shapes, codes and groups by lot, for designs by lot."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

KINDS = ("rectangle", "ellipse", "line", "polygon", "star", "heart")
FILLS: tuple[dict[str, Any], ...] = (
    {"type": "color", "color": "#3366CC"},
    {"type": "linear", "angle": 33, "stops": [{"offset": 0, "color": "#000000"}, {"offset": 1, "color": "#FF0000"}]},
    {"type": "radial", "y": 1, "stops": [{"offset": 0.2, "color": "#00FF00"}, {"offset": 0.2, "color": "#0000FF"}]},
)


def random_layer(lot: random.Random, inside: Callable[[random.Random], dict[str, Any]]) -> dict[str, Any]:
    """Return a shape, a code, or a group of what `inside` gives."""
    more: dict[str, Any] = {
        "rotation": lot.choice([0, 90, lot.uniform(-360, 360)]),
        "opacity": lot.choice([0, 0.3, 1, 1]),
        "blend": lot.choice(["normal", "normal", "multiply", "screen"]),
    }
    return {**lot.choice([_shape, _shape, _code, lambda lot: _group(lot, inside)])(lot), **more}


def _box(lot: random.Random) -> dict[str, float]:
    sides = [1e-9, 0.01, 5, 50, 200, 10_000]
    return {
        "x": lot.uniform(-50, 300),
        "y": lot.uniform(-50, 300),
        "width": lot.choice(sides),
        "height": lot.choice(sides),
    }


def _shape(lot: random.Random) -> dict[str, Any]:
    kind = lot.choice(KINDS)
    stroke = {"width": lot.choice([1e-9, 0.1, 3, 1_000]), "color": "#22223B", "cap": lot.choice(["butt", "round"])}
    stroke["dash"] = list(lot.choice([(), (), (900, 20), (50, 100, 150, 200)]))
    layer = {"type": "shape", "shape": kind, "box": _box(lot), "radius": lot.choice([0, 3, 5_000])}
    layer |= {"points": lot.randint(3, 64), "inner": lot.uniform(0.05, 1)}
    if kind != "line":
        layer["fill"] = deepcopy(lot.choice(FILLS))
    if kind == "line" or lot.random() < 0.5:
        layer["stroke"] = stroke
    return layer


def _code(lot: random.Random) -> dict[str, Any]:
    value = lot.choice(["1", "HELLO", "https://example.com/t/1", "日本語テキスト", "\0\n", "x" * 60])
    more = {
        "level": lot.choice("LMQH"),
        "quiet": lot.randint(0, 16),
        "background": lot.choice([None, "#FFFFFF", "#3366CC"]),
    }
    return {"type": "qr", "value": value, "box": _box(lot), **more}


def _group(lot: random.Random, inside: Callable[[random.Random], dict[str, Any]]) -> dict[str, Any]:
    center = lot.choice([None, {"x": lot.uniform(-100, 300), "y": lot.uniform(-100, 300)}])
    layers = [inside(lot) for _ in range(lot.randint(0, 3))]
    return {"type": "group", "x": lot.uniform(-50, 50), "y": lot.uniform(-50, 50), "center": center, "layers": layers}
