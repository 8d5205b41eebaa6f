"""Draw layers of every type on a square of 100 mm."""

import io
from collections.abc import Sequence
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
    layers: Sequence[dict[str, Any]], size: int, background: dict[str, Any] = WHITE, *pictures: Picture, **more: Any
) -> Drawing:
    """Draw layers as a PNG of `size` px a side; `more` are arguments of `draw`."""
    data = {"version": 1, "placements": {"front": {"background": background, "layers": list(layers)}}}
    output, by_id = Output("preview.png", "preview", "png", size), {picture.asset: picture for picture in pictures}
    fonts, fallbacks = installed_fonts(), fallback_fonts()
    return draw(data, LENIENT_RULES, fonts, [output], fallbacks=fallbacks, areas=[AREA], pictures=by_id, **more)


def draw_layers_image(layers: Sequence[dict[str, Any]], size: int, background: dict[str, Any] = WHITE) -> Image.Image:
    """Draw layers; RGB, or RGBA on a transparent background."""
    with Image.open(io.BytesIO(draw_layers(layers, size, background).files[0].data)) as picture:
        return picture.convert("RGBA" if background["type"] == "transparent" else "RGB")


def layer_problems(layers: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return pointer and code of each problem of the layers; none if they can be drawn."""
    try:
        draw_layers(layers, 100)
    except SpecError as error:
        return [(problem.pointer, problem.code) for problem in error.problems]
    return []
