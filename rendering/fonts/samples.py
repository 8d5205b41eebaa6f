"""A sample image of each font of the catalogue, drawn by the engine."""

import functools
import hashlib
import json
from typing import Any

from rendering.engine.draw import ENGINE_VERSION, draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Area, Output, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.versions import library_versions

WIDTH, HEIGHT, MARGIN, SIZE = 600, 160, 24, 90  # px; `size` of the text, which shrinks to fit
RULES = Rules(text_min=1, text_max=100, size_min=1, size_max=1000)
BACKGROUND = {"type": "color", "color": "#FFFFFF"}
VERSION_LENGTH = 16  # characters


@functools.lru_cache(maxsize=256)
def draw_sample(name: str) -> bytes:
    """Return a font's family name, black on white, as a PNG of WIDTH × HEIGHT px; KeyError for an unknown font."""
    layer = make_layer(name, SIZE, (0, 0, WIDTH, HEIGHT), MARGIN)
    data = {"version": 1, "placements": {"sample": {"background": BACKGROUND, "layers": [layer]}}}
    area, output = Area("sample", float(WIDTH), float(HEIGHT)), Output("sample.png", "preview", "png", WIDTH)
    return draw(DrawRequest(data, RULES, [output], [area]), Resources(installed_fonts())).files[0].data


def make_layer(name: str, size: int, area: tuple[int, int, int, int], margin: int) -> dict[str, Any]:
    """Return a text layer with a font's family name, in an area (x, y, width, height) less a margin on every side.

    Raises KeyError for an unknown font.
    """
    x, y, width, height = area
    box = {"x": x + margin, "y": y + margin, "width": width - 2 * margin, "height": height - 2 * margin}
    return {"type": "text", "text": installed_fonts()[name].family, "font": name, "size": size, "box": box}


@functools.cache
def sample_version(name: str) -> str:
    """Return a hash of all that decides a sample's bytes, without drawing it; KeyError for an unknown font."""
    font = installed_fonts()[name]
    return hash_inputs([WIDTH, HEIGHT, MARGIN, SIZE], font.family, font.sha256, font.axes, font.index)


def hash_inputs(*inputs: object) -> str:
    """Return VERSION_LENGTH hexadecimal digits for values that JSON can hold, and for what draws them."""
    text = json.dumps([ENGINE_VERSION, library_versions(), *inputs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:VERSION_LENGTH]
