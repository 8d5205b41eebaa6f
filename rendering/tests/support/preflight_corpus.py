"""Random (seeded) designs that keep every rule of their product, and the same with one fault each."""

from __future__ import annotations

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
    makers: list[Callable[[random.Random, dict[str, float], str], dict[str, Any]]] = [make_text, make_code, make_shape]
    makers += [] if area is BAG else [make_photo]
    layers = [rng.choice(makers)(rng, _cell_box(area, cell), product) for cell in cells[: rng.randint(2, 6)]]
    layers[0] = make_text(rng, _cell_box(area, cells[0]), product)
    content: dict[str, Any] = {"background": {"type": "transparent"}, "layers": layers}
    return Sample({"version": 1, "placements": {"front": content}}, area, product)


def _cell_box(area: Area, cell: tuple[int, int]) -> dict[str, float]:
    width, height = area.width_mm / COLUMNS, area.height_mm / ROWS
    return place_box(cell[0] * width + MARGIN, cell[1] * height + MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)


def place_box(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": round(x, 2), "y": round(y, 2), "width": round(width, 2), "height": round(height, 2)}


def is_dark(color: str) -> bool:
    return sum(int(color[at : at + 2], 16) for at in (1, 3, 5)) < 3 * 128


def choose_ink(product: str) -> str:
    return "#F5F2E8" if is_dark(product) else "#202020"


def make_text(rng: random.Random, box: dict[str, float], product: str, words: str = "") -> dict[str, Any]:
    words = words or rng.choice(WORDS)
    size = min(box["height"] * 0.6, box["width"] / (0.75 * len(words)))
    layer = {"type": "text", "text": words, "font": rng.choice(FONTS), "size": round(size, 2), "fit": "none"}
    return {**layer, "box": box, "color": choose_ink(product)}


def make_code(rng: random.Random, box: dict[str, float], product: str) -> dict[str, Any]:
    side = min(box["width"], box["height"], rng.uniform(50, 90))
    value = f"https://example.org/{rng.randint(1, 9999)}"
    square = place_box(box["x"], box["y"], side, side)
    return {"type": "qr", "value": value, "box": square, "color": "#000000", "background": "#FFFFFF"}


def make_shape(rng: random.Random, box: dict[str, float], product: str) -> dict[str, Any]:
    kind = rng.choice(("rectangle", "ellipse", "heart", "star"))
    color = "#FFCC33" if is_dark(product) else "#2E5E8C"
    return {"type": "shape", "shape": kind, "box": box, "fill": {"type": "color", "color": color}}


def make_photo(rng: random.Random, box: dict[str, float], product: str) -> dict[str, Any]:
    return {"type": "image", "asset": GOOD, "box": box, "mask": rng.choice(("none", "circle"))}
