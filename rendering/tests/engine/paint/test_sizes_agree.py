"""A small file shows what a large one shows, reduced."""

import io
import random
from typing import Any

import numpy as np
from PIL import Image

from rendering.engine.validation.problems import SpecError
from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import LENIENT_RULES
from rendering.tests.support.random_designs import random_design

SIDE, TIMES = 200, 6  # px, and how many times larger the large file is


def draw_premultiplied(data: dict[str, Any], side: int) -> Image.Image:
    outputs, areas = (Output("print.png", "print_file", "png", side),), (Area("front", 300, 300),)
    drawing = draw(data, LENIENT_RULES, installed_fonts(), outputs, fallbacks=fallback_fonts(), areas=areas)
    with Image.open(io.BytesIO(drawing.files[0].data)) as image:
        return image.convert("RGBA").convert("RGBa")


def test_random_designs_agree_with_larger_ones_reduced() -> None:
    compared = 0
    for seed in range(60):
        data = random_design(random.Random(seed))
        try:
            small = draw_premultiplied(data, SIDE)
        except SpecError:  # some have lengths below the minimum
            continue
        large = draw_premultiplied(data, SIDE * TIMES).reduce(TIMES)
        assert np.abs(np.asarray(small, np.int16) - np.asarray(large, np.int16)).mean() <= 1, seed
        compared += 1
    assert compared >= 30
