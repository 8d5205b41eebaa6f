"""Random (seeded) designs with every feature and many scripts, and corrupted ones."""

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
    *("I ❤\ufe0f👍🏽🇩🇪\r\n★→♫", "\ufffc𝓗ＡＡ\t㎏", "☀☀\ufe0f☀\ufe0e"),
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


def random_design(rng: random.Random) -> dict[str, Any]:
    """Return a valid design of up to four layers."""
    layers = [_layer(rng) for _ in range(rng.randint(0, 4))]
    return long_form(*layers, background=deepcopy(rng.choice(BACKGROUNDS)), frame=rng.choice(["area", "square"]))


def corrupt_design(design: Any, rng: random.Random) -> Any:
    """Replace one to three values of a design by invalid ones, or add unknown fields."""
    for _ in range(rng.randint(1, 3)):
        _corrupt_value(design, rng)
    return design


def _corrupt_value(node: Any, rng: random.Random) -> None:
    while node:
        key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        if isinstance(node, dict) and rng.random() < 0.1:
            node[rng.choice(["zz", "", "text", "x" * 200, "a/b~c"])] = rng.choice(INVALID_VALUES)
            return
        if rng.random() < 0.35 or not isinstance(node[key], dict | list):
            node[key] = rng.choice(INVALID_VALUES)
            return
        node = node[key]


def _layer(rng: random.Random) -> dict[str, Any]:
    return random_layer(rng, _text) if rng.random() < 0.4 else _text(rng)


def _text(rng: random.Random) -> dict[str, Any]:
    font = rng.choice(sorted(installed_fonts()))
    layer: dict[str, Any] = {
        "type": "text",
        "text": rng.choice(WORDS) + rng.choice(["", rng.choice(WORDS)]),
        "font": font,
        "size": rng.choice([3, 10, 20, 40, 80]),
    }
    options = _options(rng, font)
    layer.update((name, options[name]()) for name in rng.sample(sorted(options), rng.randint(0, 8)))
    bends = [field for field in ("arc", "radius", "path") if layer.get(field)]
    for field in bends[1:]:
        del layer[field]
    if bends:
        layer["text"] = layer["text"].replace("\r", "").replace("\n", " ")
        layer["fit"] = rng.choice(["none", "shrink"])
        layer.pop("valign", None)
    return layer


def _options(rng: random.Random, font: str) -> dict[str, Callable[[], Any]]:
    return {
        "box": lambda: {
            "x": rng.uniform(-50, 300),
            "y": rng.uniform(-50, 300),
            "width": rng.choice([0.01, 5, 50, 200, 1000]),
            "height": rng.choice([0.01, 5, 50, 200]),
        },
        "rotation": lambda: rng.uniform(-360, 360),
        "opacity": lambda: rng.choice([0, 0.3, 1]),
        "blend": lambda: rng.choice(["normal", "multiply", "screen"]),
        "color": lambda: rng.choice(["auto", "#FF8800", "#000000"]),
        "align": lambda: rng.choice(["left", "center", "right"]),
        "valign": lambda: rng.choice(["top", "middle", "bottom", "baseline", "cap"]),
        "line_height": lambda: rng.choice([rng.uniform(0.5, 5), "auto"]),
        "letter_spacing": lambda: rng.uniform(-0.2, 2),
        "direction": lambda: rng.choice(["auto", "ltr", "rtl"]),
        "emoji": lambda: rng.choice(["auto", "color", "text"]),
        "fit": lambda: rng.choice(["none", "shrink", "wrap", "wrap_shrink", "ellipsis"]),
        "min_size": lambda: rng.choice([0, 1, 3]),
        "arc": lambda: rng.uniform(-360, 360),
        "radius": lambda: rng.choice([1e-9, -0.5, 20, -60, 200, 10_000]),
        "path": lambda: {
            "type": "circle",
            "radius": rng.choice([1e-9, 5, 60, 200, 10_000]),
            "side": rng.choice(["outside", "inside"]),
            "angle": rng.choice([None, rng.uniform(-360, 360)]),
            "span": rng.choice([1e-9, 90, 360]),
        },
        "outline": lambda: {"width": rng.choice([0.01, 1, 10, 100]), "color": "#00FF00"},
        "shadow": lambda: {"x": rng.uniform(-50, 50), "y": 5, "blur": rng.choice([0, 1, 20, 100])},
        "features": lambda: {"smcp": 1, "liga": 0},
        "axes": lambda: {axis.tag: rng.uniform(axis.min, axis.max) for axis in list_axes(font)},
        "hidden": lambda: rng.random() < 0.2,
    }
