"""What plants one fault in a random (seeded) design that keeps every rule, by the code of its finding."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from typing import Any

from rendering.engine.values import Area
from rendering.tests.support.preflight_corpus import (
    BAG,
    CHECKERED,
    POSTER,
    SHIRT,
    SMALL,
    SOFT,
    TOWEL,
    Sample,
    choose_ink,
    is_dark,
    make_clean,
    make_code,
    make_shape,
    make_text,
    place_box,
)


def make_faulty(code: str, seed: int) -> Sample:
    """Return a design with one fault, in its bottom layer unless the fault is about another or the whole placement."""
    area, plant = FAULTS[code]
    sample = make_clean(seed, area)
    rng = random.Random(seed + 1_000)
    data = copy.deepcopy(sample.data)
    layers = data["placements"]["front"]["layers"]
    layer = plant(rng, layers, sample)
    return Sample(data, sample.area, sample.product, code, layer)


def _put_text(rng: random.Random, layers: list[Any], sample: Sample, **fields: Any) -> int:
    """Set fields of the first layer, a text; return its index."""
    layers[0].update(fields)
    return 0


def _low_resolution(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = {"type": "image", "asset": SMALL, "box": layers[0]["box"]}
    return 0


def _near_edge(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    margin = rng.uniform(0.5, 0.8) * sample.area.safe_mm
    layers[0].update(box=place_box(margin, sample.area.height_mm / 2, 120, 60), align="left", text="Edge", size=30)
    layers[1:] = []
    return 0


def _over_edge(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = make_code(rng, place_box(-rng.uniform(3, 30), 150, 60, 60), "#FFFFFF")
    layers[1:] = []
    return 0


def _at_trim(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    short = rng.uniform(0, 2.5)
    layers.insert(0, make_shape(rng, place_box(-short, -short, 120, 200), "#FFFFFF") | {"shape": "rectangle"})
    layers[1:] = []
    return 0


def _thin_line(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    width = round(rng.uniform(0.1, 0.85) * sample.area.technique.min_line_mm, 3)
    color = choose_ink(sample.product or "#FFFFFF")
    stroke = {"width": width, "color": color}
    layers[0] = {"type": "shape", "shape": "ellipse", "box": layers[0]["box"], "stroke": stroke}
    return 0


def _thin_gap(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    gap = round(rng.uniform(0.2, 0.85) * sample.area.technique.min_gap_mm, 3)
    color = choose_ink(sample.product or "#FFFFFF")
    stroke = {"width": 2, "color": color, "dash": [6, gap]}
    layers[0] = {"type": "shape", "shape": "rectangle", "box": layers[0]["box"], "stroke": stroke}
    return 0


def _small_text(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    size = round(rng.uniform(0.4, 0.85) * sample.area.technique.min_text_mm / 0.528, 2)
    return _put_text(rng, layers, sample, text="xenon", size=size, font="Roboto-Bold")


def _shrunk(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    size = layers[0]["size"] * rng.uniform(2, 3)
    return _put_text(rng, layers, sample, fit="shrink", size=round(size, 2))


def _overflow(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    box = layers[0]["box"]
    middle = place_box(sample.area.width_mm / 2 - 30, box["y"], 60, box["height"])
    layers[1:] = []
    return _put_text(rng, layers, sample, box=middle, size=rng.uniform(26, 40), text="Overflow")


def _no_glyph(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    return _put_text(rng, layers, sample, text=f"Ada {rng.choice(['𓀀𓁐', chr(0xE123), chr(0x12000)])}")


def _other_font(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    return _put_text(rng, layers, sample, text=rng.choice(("Привет", "שלום", "สวัสดี")), font="Anton-Regular", size=20)


def _low_contrast(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    color = {"#FFFFFF": "#C8C8C8", "#111111": "#454545"}.get(sample.product or "", "")
    plate = {"type": "shape", "shape": "rectangle", "box": layers[0]["box"]}
    plate["fill"] = {"type": "color", "color": "#FFFFFF"}
    if color:
        layers[0]["color"] = color
        return 0
    layers[0]["color"] = "#D0D0D0"
    layers.insert(0, plate)
    return 1


def _invisible(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    return _put_text(rng, layers, sample, color=sample.product)


def _covered(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    box = layers[0]["box"]
    lid = place_box(box["x"] - 5, box["y"] - 5, box["width"] + 10, box["height"] + 10)
    color = "#FFCC33" if is_dark(sample.product or "#FFFFFF") else "#2E5E8C"
    layers.append({"type": "shape", "shape": "rectangle", "box": lid, "fill": {"type": "color", "color": color}})
    return 0


def _empty(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = make_shape(rng, layers[0]["box"], "#FFFFFF") | {"opacity": 0}
    layers.append(make_text(rng, place_box(40, 40, 60, 30), sample.product or "#FFFFFF"))
    del layers[1:-1]
    return 0


def _translucent(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    if rng.random() < 0.5:
        layers[0]["shadow"] = {"x": 2, "y": 2, "blur": rng.uniform(2, 5), "color": "#808080", "opacity": 0.7}
        return 0
    layers[0] = {"type": "image", "asset": SOFT, "box": layers[0]["box"], "fit": "contain"}
    return 0


def _many_colors(rng: random.Random, layers: list[Any], sample: Sample) -> None:
    colors = ("#AA2222", "#22AA22", "#2222AA", "#AAAA22", "#22AAAA", "#AA22AA")
    layers[:] = [
        {
            "type": "shape",
            "shape": "rectangle",
            "box": place_box(20 + 40 * number, 100, 30, 60),
            "fill": {"type": "color", "color": color},
        }
        for number, color in enumerate(colors[: rng.randint(5, 6)])
    ]


def _gradient(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    stops = [{"offset": 0, "color": "#FFCC33"}, {"offset": 1, "color": "#2E5E8C"}]
    fill = {"type": rng.choice(("linear", "radial")), "stops": stops}
    layers[0] = {"type": "shape", "shape": "rectangle", "box": layers[0]["box"], "fill": fill}
    return 0


def _small_code(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    side = rng.uniform(8, 12)
    layers[0] = make_code(rng, place_box(50, 50, side, side), "#FFFFFF")
    return 0


def _unreadable(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    side = rng.uniform(20, 26)
    layers[:] = [make_code(rng, place_box(60, 60, side, side), "#FFFFFF")]
    return 0


def _twice(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers.append(copy.deepcopy(layers[0]))
    return len(layers) - 1


def _checkered(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = {"type": "image", "asset": CHECKERED, "box": layers[0]["box"], "fit": "contain"}
    return 0


def _bright(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    color = rng.choice(("#00FF00", "#0000FF", "#FF00FF", "#00FFA0"))
    layers[0] = make_shape(rng, layers[0]["box"], "#FFFFFF") | {"fill": {"type": "color", "color": color}}
    return 0


FAULTS: Mapping[str, tuple[Area, Callable[[random.Random, list[Any], Sample], int | None]]] = {
    "low_resolution": (SHIRT, _low_resolution),
    "outside_safe_zone": (SHIRT, _near_edge),
    "outside_trim": (SHIRT, _over_edge),
    "cut_through": (POSTER, _over_edge),
    "no_bleed": (POSTER, _at_trim),
    "thin_line": (SHIRT, _thin_line),
    "thin_gap": (BAG, _thin_gap),
    "small_text": (SHIRT, _small_text),
    "text_shrunk": (POSTER, _shrunk),
    "text_overflow": (POSTER, _overflow),
    "missing_glyphs": (POSTER, _no_glyph),
    "substituted_font": (SHIRT, _other_font),
    "low_contrast": (POSTER, _low_contrast),
    "invisible_on_product": (SHIRT, _invisible),
    "covered": (SHIRT, _covered),
    "empty_layer": (SHIRT, _empty),
    "semi_transparent": (SHIRT, _translucent),
    "too_many_colors": (BAG, _many_colors),
    "gradient_not_allowed": (BAG, _gradient),
    "code_too_small": (SHIRT, _small_code),
    "code_unreadable": (TOWEL, _unreadable),
    "duplicate_layer": (SHIRT, _twice),
    "checkerboard_in_photo": (POSTER, _checkered),
    "color_out_of_gamut": (POSTER, _bright),
}
"""By code: the area of the design, and what plants the fault and returns its layer, None for the placement."""
