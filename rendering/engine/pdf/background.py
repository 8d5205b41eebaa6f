"""Backgrounds and gradients as fills and shadings (8.7.4.5)."""

import math

from rendering.engine.geometry.trigonometry import cos_sin
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.objects import Value
from rendering.engine.pdf.paths import write_rect
from rendering.engine.raster.background import PlacedBackground, list_gradient_colors
from rendering.engine.schema import LinearGradient, RadialGradient

_AXIAL, _RADIAL = 2, 3


def draw_background(content: Content, background: PlacedBackground) -> None:
    """Draw a background over all of the room, the bleed included; nothing for a transparent one."""
    if background.color:
        content.draw(f"{content.colors.write_fill(background.color)}\n{write_rect(content.room)} f")
    elif background.gradient:
        shading = write_shading(content, background.gradient, background.width, background.height)
        content.draw(f"{write_rect(content.room)} W n\n{shading}")


def write_shading(content: Content, gradient: LinearGradient | RadialGradient, width: float, height: float) -> str:
    """Return the operator that fills the clip with a gradient over a frame of `width` × `height` mm."""
    function = content.colors.add_gradient(list_gradient_colors(gradient.stops))
    kind, coords = find_axis(gradient, width, height)
    entries: dict[str, Value] = {
        "ShadingType": kind,
        "ColorSpace": content.colors.space,
        "Coords": coords,
        "Function": function,
        "Extend": [True, True],
    }
    return f"/{content.add_resource('Shading', content.writer.add(entries))} sh"


def find_axis(gradient: LinearGradient | RadialGradient, width: float, height: float) -> tuple[int, list[float]]:
    """Return the type of shading and its coordinates, mm: as CSS Images 3 (3.1, 3.2) and the painted ones."""
    if isinstance(gradient, RadialGradient):
        x, y = gradient.x * width, gradient.y * height
        far = math.hypot(max(gradient.x, 1 - gradient.x) * width, max(gradient.y, 1 - gradient.y) * height)
        return _RADIAL, [x, y, 0.0, x, y, far]
    cos, sin = cos_sin(math.radians(gradient.angle))
    half, x, y = (abs(width * sin) + abs(height * cos)) / 2, width / 2, height / 2
    return _AXIAL, [x - sin * half, y + cos * half, x + sin * half, y - cos * half]
