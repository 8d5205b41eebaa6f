"""Designs by lot, of every feature and in many scripts; and what may go wrong with them."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from rendering.fonts.catalogue import installed_fonts, list_axes
from rendering.tests.support.drawings import long_form
from rendering.tests.support.random_layers import random_layer

WORDS = (
    *("Hello", "Slow\nmornings", "नमस्ते दुनिया", "مرحبا بالعالم", "שלום עולם", "สวัสดีชาวโลก", "☕🌞👩‍💻", "a", "\n\n x"),
    *(
        "e\u0301\u0302\u0303" * 10,
        "\u202eabc\u202c",
        "W" * 200,
        "fi ffl Te AV",
        "日本語テキスト",
        "\u2066abc",
        "١٢٣ abc 456",
    ),
    *("ស្វាគមន៍", "un\u00adbe\u00adliev\u00adable\u00ad", "x " * 100, "a\u200d", "a\ufe0f\u0301", "Ωμέγα Доброе"),
)
INVALID_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e308, float("nan"), float("-inf"), 10**400, 5, 50, 1e-9),
    *("x", "auto", "#12345G", "#112233", "\ud800", [], {}, [1], {"a": 1}, [[[[]]]]),
)
BACKGROUNDS: tuple[dict[str, Any], ...] = (
    {"type": "color", "color": "#3366CC"},
    {"type": "transparent"},
    {"type": "linear", "angle": 33, "stops": [{"offset": 0, "color": "#000000"}, {"offset": 1, "color": "#FF0000"}]},
    {"type": "radial", "x": 0.1, "stops": [{"offset": 0.2, "color": "#00FF00"}, {"offset": 0.2, "color": "#0000FF"}]},
)


def random_design(lot: random.Random) -> dict[str, Any]:
    """Return a valid design of up to four layers."""
    layers = [_layer(lot) for _ in range(lot.randint(0, 4))]
    return long_form(*layers, background=deepcopy(lot.choice(BACKGROUNDS)), frame=lot.choice(["area", "square"]))


def corrupt_design(design: Any, lot: random.Random) -> Any:
    """Return a design with one to three values replaced, or fields added, that may not be there."""
    for _ in range(lot.randint(1, 3)):
        _corrupt_value(design, lot)
    return design


def _corrupt_value(node: Any, lot: random.Random) -> None:
    while node:
        key = lot.choice(list(node)) if isinstance(node, dict) else lot.randrange(len(node))
        if isinstance(node, dict) and lot.random() < 0.1:
            node[lot.choice(["zz", "", "text", "x" * 200, "a/b~c"])] = lot.choice(INVALID_VALUES)
            return
        if lot.random() < 0.35 or not isinstance(node[key], dict | list):
            node[key] = lot.choice(INVALID_VALUES)
            return
        node = node[key]


def _layer(lot: random.Random) -> dict[str, Any]:
    return random_layer(lot, _text) if lot.random() < 0.4 else _text(lot)


def _text(lot: random.Random) -> dict[str, Any]:
    font = lot.choice(sorted(installed_fonts()))
    layer: dict[str, Any] = {
        "type": "text",
        "text": lot.choice(WORDS) + lot.choice(["", lot.choice(WORDS)]),
        "font": font,
        "size": lot.choice([3, 10, 20, 40, 80]),
    }
    options = _options(lot, font)
    layer.update((name, options[name]()) for name in lot.sample(sorted(options), lot.randint(0, 8)))
    if layer.get("arc"):
        layer["text"] = layer["text"].replace("\n", " ")
        layer["fit"] = lot.choice(["none", "shrink"])
    return layer


def _options(lot: random.Random, font: str) -> dict[str, Callable[[], Any]]:
    return {
        "box": lambda: {
            "x": lot.uniform(-50, 300),
            "y": lot.uniform(-50, 300),
            "width": lot.choice([0.01, 5, 50, 200, 1000]),
            "height": lot.choice([0.01, 5, 50, 200]),
        },
        "rotation": lambda: lot.uniform(-360, 360),
        "opacity": lambda: lot.choice([0, 0.3, 1]),
        "blend": lambda: lot.choice(["normal", "multiply", "screen"]),
        "color": lambda: lot.choice(["auto", "#FF8800", "#000000"]),
        "align": lambda: lot.choice(["left", "center", "right"]),
        "valign": lambda: lot.choice(["top", "middle", "bottom"]),
        "line_height": lambda: lot.uniform(0.5, 5),
        "letter_spacing": lambda: lot.uniform(-0.2, 2),
        "direction": lambda: lot.choice(["auto", "ltr", "rtl"]),
        "fit": lambda: lot.choice(["none", "shrink", "wrap", "wrap_shrink", "ellipsis"]),
        "min_size": lambda: lot.choice([0, 1, 3]),
        "arc": lambda: lot.uniform(-360, 360),
        "outline": lambda: {"width": lot.choice([0.01, 1, 10, 100]), "color": "#00FF00"},
        "shadow": lambda: {"x": lot.uniform(-50, 50), "y": 5, "blur": lot.choice([0, 1, 20, 100])},
        "features": lambda: {"smcp": 1, "liga": 0},
        "axes": lambda: {axis.tag: lot.uniform(axis.min, axis.max) for axis in list_axes(font)},
        "hidden": lambda: lot.random() < 0.2,
    }
