"""Draw layers of every type on a square of 100 mm."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from rendering.engine.validation.problems import SpecError
from rendering.engine.values import Area, Drawing, Output, Picture
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import LENIENT_RULES

AREA = Area("front", 100, 100)
WHITE = {"type": "color", "color": "#FFFFFF"}


def draw_layers(
    layers: Sequence[dict[str, Any]],
    size: int,
    background: dict[str, Any] = WHITE,
    pictures: Mapping[str, Picture] | None = None,
    area: Area = AREA,
    product_color: str | None = None,
) -> Drawing:
    """Draw layers as a PNG of `size` px along the longer side."""
    data = {"version": 1, "placements": {"front": {"background": background, "layers": list(layers)}}}
    output = Output("preview.png", "preview", "png", size)
    return draw(
        data,
        LENIENT_RULES,
        installed_fonts(),
        [output],
        fallbacks=fallback_fonts(),
        areas=[area],
        pictures=pictures,
        product_color=product_color,
    )


def draw_layers_image(
    layers: Sequence[dict[str, Any]],
    size: int,
    background: dict[str, Any] = WHITE,
    pictures: Mapping[str, Picture] | None = None,
) -> Image.Image:
    """Draw layers; RGB, or RGBA on a transparent background."""
    with Image.open(io.BytesIO(draw_layers(layers, size, background, pictures).files[0].data)) as picture:
        return picture.convert("RGBA" if background["type"] == "transparent" else "RGB")


def layer_problems(layers: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return pointer and code of each problem of the layers; none if they can be drawn."""
    try:
        draw_layers(layers, 100)
    except SpecError as error:
        return [(problem.pointer, problem.code) for problem in error.problems]
    return []
