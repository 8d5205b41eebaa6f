"""Random (seeded) shapes, codes and groups."""

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


def random_layer(rng: random.Random, inside: Callable[[random.Random], dict[str, Any]]) -> dict[str, Any]:
    """Return a shape, a code, or a group of layers made by `inside`."""
    more: dict[str, Any] = {
        "rotation": rng.choice([0, 90, rng.uniform(-360, 360)]),
        "opacity": rng.choice([0, 0.3, 1, 1]),
        "blend": rng.choice(["normal", "normal", "multiply", "screen"]),
    }
    return {**rng.choice([_shape, _shape, _code, lambda rng: _group(rng, inside)])(rng), **more}


def _box(rng: random.Random) -> dict[str, float]:
    sides = [1e-9, 0.01, 5, 50, 200, 10_000]
    return {
        "x": rng.uniform(-50, 300),
        "y": rng.uniform(-50, 300),
        "width": rng.choice(sides),
        "height": rng.choice(sides),
    }


def _shape(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice(KINDS)
    stroke = {"width": rng.choice([1e-9, 0.1, 3, 1_000]), "color": "#22223B", "cap": rng.choice(["butt", "round"])}
    stroke["dash"] = list(rng.choice([(), (), (900, 20), (50, 100, 150, 200)]))
    layer = {"type": "shape", "shape": kind, "box": _box(rng), "radius": rng.choice([0, 3, 5_000])}
    layer |= {"points": rng.randint(3, 64), "inner": rng.uniform(0.05, 1)}
    if kind != "line":
        layer["fill"] = deepcopy(rng.choice(FILLS))
    if kind == "line" or rng.random() < 0.5:
        layer["stroke"] = stroke
    return layer


def _code(rng: random.Random) -> dict[str, Any]:
    value = rng.choice(["1", "HELLO", "https://example.com/t/1", "日本語テキスト", "\0\n", "x" * 60])
    more = {
        "level": rng.choice("LMQH"),
        "quiet": rng.randint(0, 16),
        "background": rng.choice([None, "#FFFFFF", "#3366CC"]),
        "logo": rng.choice([None, None, {"size": rng.uniform(0.01, 0.3), "quiet": rng.randint(0, 4)}]),
    }
    return {"type": "qr", "value": value, "box": _box(rng), **more}


def _group(rng: random.Random, inside: Callable[[random.Random], dict[str, Any]]) -> dict[str, Any]:
    center = rng.choice([None, {"x": rng.uniform(-100, 300), "y": rng.uniform(-100, 300)}])
    layers = [inside(rng) for _ in range(rng.randint(0, 3))]
    return {"type": "group", "x": rng.uniform(-50, 50), "y": rng.uniform(-50, 50), "center": center, "layers": layers}
