"""A sample image of each font of the catalogue, drawn by the engine."""

import functools
import hashlib
from typing import Any

from rendering.engine.draw import draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Area, Output, Rules
from rendering.fonts.catalogue import installed_fonts

WIDTH, HEIGHT, MARGIN = 600, 160, 24  # px
_AREA = Area("sample", float(WIDTH), float(HEIGHT))
_RULES = Rules(text_min=1, text_max=100, size_min=1, size_max=1000)
_OUTPUT = Output("sample.png", "preview", "png", WIDTH)


@functools.lru_cache(maxsize=256)
def draw_sample(name: str) -> bytes:
    """Return a font's family name, black on white, as a PNG of WIDTH × HEIGHT px; KeyError for an unknown font."""
    box = {"x": MARGIN, "y": MARGIN, "width": WIDTH - 2 * MARGIN, "height": HEIGHT - 2 * MARGIN}
    layer: dict[str, Any] = {
        "type": "text",
        "text": installed_fonts()[name].family,
        "font": name,
        "size": 90,
        "box": box,
    }
    background = {"type": "color", "color": "#FFFFFF"}
    data = {"version": 1, "placements": {"sample": {"background": background, "layers": [layer]}}}
    return draw(DrawRequest(data, _RULES, [_OUTPUT], [_AREA]), Resources(installed_fonts())).files[0].data


def sample_etag(name: str) -> str:
    """Return the ETag of a sample, a hash of its bytes; KeyError for an unknown font."""
    return f'"{hashlib.sha256(draw_sample(name)).hexdigest()[:16]}"'
