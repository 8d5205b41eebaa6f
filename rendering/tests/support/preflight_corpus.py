"""Random (seeded) designs that keep every rule of their product, and the same with one fault each."""

from __future__ import annotations

import copy
import functools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from rendering.engine.values import Area, Picture, Technique
from rendering.tests.support.photos import StoredImage, photo

GOOD, SMALL, CHECKERED, SOFT = (f"0198c2f4-7c1e-7b3a-9a52-00000000000{number}" for number in range(4))
DTG = Technique(
    "dtg",
    min_line_mm=0.5,
    min_gap_mm=0.4,
    min_text_mm=2,
    min_module_mm=0.5,
    max_ink=300,
    blur_mm=0.15,
    semi_transparency=False,
)
OFFSET = Technique("offset", min_line_mm=0.1, min_gap_mm=0.1, min_text_mm=1, max_ink=300)
SCREEN = Technique("screen", min_line_mm=0.4, min_gap_mm=0.4, min_text_mm=2, max_colors=4, gradients=False)
SHIRT = Area("front", 300, 400, 150, safe_mm=10, technique=DTG)
POSTER = Area("front", 420, 594, 150, bleed_mm=3, safe_mm=5, technique=OFFSET)
BAG = Area("front", 280, 300, 150, safe_mm=5, max_colors=4, technique=SCREEN)
TOWEL = replace(SHIRT, technique=replace(DTG, blur_mm=0.9))
FONTS = ("Roboto-Bold", "Montserrat-Bold", "Anton-Regular", "Roboto-Regular")
WORDS = ("Ada", "Zürich", "Slow mornings", "TEAM 7", "Good Night", "Ola Nordmann", "Kaffee", "2026", "Be kind")
PRODUCTS = ("#FFFFFF", "#111111", "#1F2A44", "#7A1E22", "#E8E4D8")
COLUMNS, ROWS, MARGIN = 2, 3, 14  # of cells; mm around each


@dataclass(frozen=True)
class Sample:
    """A design with what is expected of it: a code at a layer, or nothing if the code is ""."""

    data: dict[str, Any]
    area: Area
    product: str | None
    code: str = ""
    layer: int | None = None


@functools.cache
def corpus_pictures() -> Mapping[str, Picture]:
    """Return the photos of the corpus: a good one, a small one, one with baked-in squares, one with soft edges."""
    squares = Image.new("RGB", (2400, 2400), "#FFFFFF")
    cells = (np.add.outer(np.arange(2400) // 24, np.arange(2400) // 24) % 2).astype(np.uint8) * 51
    squares = Image.fromarray(np.repeat((255 - cells)[..., None], 3, axis=2))
    squares.paste(photo(1200, 1200, 3), (600, 600))
    soft = photo(2400, 2400, 4).convert("RGBA")
    ramp = np.clip(np.hypot(*np.mgrid[-1200:1200, -1200:1200]), 0, 1200)
    soft.putalpha(Image.fromarray((255 - ramp / 1200 * 255).astype(np.uint8)))
    images = {GOOD: photo(3000, 3000, 1), SMALL: photo(300, 300, 2), CHECKERED: squares, SOFT: soft}
    return {
        asset: replace(StoredImage(image).picture(asset), sha256=f"{number:064d}")
        for number, (asset, image) in enumerate(images.items(), 1)
    }


def make_clean(seed: int, area: Area | None = None) -> Sample:
    """Return a design of two to six layers that keeps the rules of its area."""
    rng = random.Random(seed)
    area = area or rng.choice((SHIRT, POSTER, BAG))
    is_paper = area is POSTER
    product = "#FFFFFF" if is_paper else rng.choice(PRODUCTS)
    cells = [(column, row) for column in range(COLUMNS) for row in range(ROWS)]
    rng.shuffle(cells)
    makers: list[Callable[[random.Random, dict[str, float], str], dict[str, Any]]] = [_text, _code, _shape]
    makers += [] if area is BAG else [_photo]
    layers = [rng.choice(makers)(rng, _cell_box(area, cell), product) for cell in cells[: rng.randint(2, 6)]]
    layers[0] = _text(rng, _cell_box(area, cells[0]), product)
    content: dict[str, Any] = {"background": {"type": "transparent"}, "layers": layers}
    return Sample({"version": 1, "placements": {"front": content}}, area, product)


def make_faulty(code: str, seed: int) -> Sample:
    """Return a design with one fault, in its bottom layer unless the fault is about another or the whole placement."""
    area, plant = FAULTS[code]
    sample = make_clean(seed, area)
    rng = random.Random(seed + 1_000)
    data = copy.deepcopy(sample.data)
    layers = data["placements"]["front"]["layers"]
    layer = plant(rng, layers, sample)
    return Sample(data, sample.area, sample.product, code, layer)


def _cell_box(area: Area, cell: tuple[int, int]) -> dict[str, float]:
    width, height = area.width_mm / COLUMNS, area.height_mm / ROWS
    return _box(cell[0] * width + MARGIN, cell[1] * height + MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)


def _box(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": round(x, 2), "y": round(y, 2), "width": round(width, 2), "height": round(height, 2)}


def _is_dark(color: str) -> bool:
    return sum(int(color[at : at + 2], 16) for at in (1, 3, 5)) < 3 * 128


def _ink(product: str) -> str:
    return "#F5F2E8" if _is_dark(product) else "#202020"


def _text(rng: random.Random, box: dict[str, float], product: str, words: str = "") -> dict[str, Any]:
    words = words or rng.choice(WORDS)
    size = min(box["height"] * 0.6, box["width"] / (0.75 * len(words)))
    layer = {"type": "text", "text": words, "font": rng.choice(FONTS), "size": round(size, 2), "fit": "none"}
    return {**layer, "box": box, "color": _ink(product)}


def _code(rng: random.Random, box: dict[str, float], product: str) -> dict[str, Any]:
    side = min(box["width"], box["height"], rng.uniform(50, 90))
    value = f"https://example.org/{rng.randint(1, 9999)}"
    square = _box(box["x"], box["y"], side, side)
    return {"type": "qr", "value": value, "box": square, "color": "#000000", "background": "#FFFFFF"}


def _shape(rng: random.Random, box: dict[str, float], product: str) -> dict[str, Any]:
    kind = rng.choice(("rectangle", "ellipse", "heart", "star"))
    color = "#FFCC33" if _is_dark(product) else "#2E5E8C"
    return {"type": "shape", "shape": kind, "box": box, "fill": {"type": "color", "color": color}}


def _photo(rng: random.Random, box: dict[str, float], product: str) -> dict[str, Any]:
    return {"type": "image", "asset": GOOD, "box": box, "mask": rng.choice(("none", "circle"))}


def _put_text(rng: random.Random, layers: list[Any], sample: Sample, **fields: Any) -> int:
    """Set fields of the first layer, a text; return its index."""
    layers[0].update(fields)
    return 0


def _low_resolution(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = {"type": "image", "asset": SMALL, "box": layers[0]["box"]}
    return 0


def _near_edge(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    margin = rng.uniform(0.5, 0.8) * sample.area.safe_mm
    layers[0].update(box=_box(margin, sample.area.height_mm / 2, 120, 60), align="left", text="Edge", size=30)
    layers[1:] = []
    return 0


def _over_edge(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = _code(rng, _box(-rng.uniform(3, 30), 150, 60, 60), "#FFFFFF")
    layers[1:] = []
    return 0


def _at_trim(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    short = rng.uniform(0, 2.5)
    layers.insert(0, _shape(rng, _box(-short, -short, 120, 200), "#FFFFFF") | {"shape": "rectangle"})
    layers[1:] = []
    return 0


def _thin_line(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    width = round(rng.uniform(0.1, 0.85) * sample.area.technique.min_line_mm, 3)
    color = _ink(sample.product or "#FFFFFF")
    stroke = {"width": width, "color": color}
    layers[0] = {"type": "shape", "shape": "ellipse", "box": layers[0]["box"], "stroke": stroke}
    return 0


def _thin_gap(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    gap = round(rng.uniform(0.2, 0.85) * sample.area.technique.min_gap_mm, 3)
    color = _ink(sample.product or "#FFFFFF")
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
    middle = _box(sample.area.width_mm / 2 - 30, box["y"], 60, box["height"])
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
    lid = _box(box["x"] - 5, box["y"] - 5, box["width"] + 10, box["height"] + 10)
    color = "#FFCC33" if _is_dark(sample.product or "#FFFFFF") else "#2E5E8C"
    layers.append({"type": "shape", "shape": "rectangle", "box": lid, "fill": {"type": "color", "color": color}})
    return 0


def _empty(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = _shape(rng, layers[0]["box"], "#FFFFFF") | {"opacity": 0}
    layers.append(_text(rng, _box(40, 40, 60, 30), sample.product or "#FFFFFF"))
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
            "box": _box(20 + 40 * number, 100, 30, 60),
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
    layers[0] = _code(rng, _box(50, 50, side, side), "#FFFFFF")
    return 0


def _unreadable(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    side = rng.uniform(20, 26)
    layers[:] = [_code(rng, _box(60, 60, side, side), "#FFFFFF")]
    return 0


def _twice(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers.append(copy.deepcopy(layers[0]))
    return len(layers) - 1


def _checkered(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    layers[0] = {"type": "image", "asset": CHECKERED, "box": layers[0]["box"], "fit": "contain"}
    return 0


def _bright(rng: random.Random, layers: list[Any], sample: Sample) -> int:
    color = rng.choice(("#00FF00", "#0000FF", "#FF00FF", "#00FFA0"))
    layers[0] = _shape(rng, layers[0]["box"], "#FFFFFF") | {"fill": {"type": "color", "color": color}}
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
