"""Designs of backgrounds, shapes and groups by plain Pillow, slowly: enlarged and scaled down.

Shares no code with the engine. Points are mapped one by one; edges are smooth because many pixels become one.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw

FINER = 8  # oracle pixels per output pixel, on each axis
Point = tuple[float, float]
Map = Callable[[float, float], Point]
_ROUND = 96  # corners of a full circle


def draw_placement(placement: dict[str, Any], width: float, height: float, zoom: float) -> Image.Image:
    """Draw a placement of `width` x `height` mm at `zoom` px/mm; RGBA."""
    size = round(width * zoom * FINER), round(height * zoom * FINER)
    canvas = Image.new("RGBA", size)
    scale = zoom * FINER
    background = placement["background"]
    if background["type"] != "transparent":
        canvas = _gradient(background, width, height, size, lambda x, y: (x / scale, y / scale)).convert("RGBA")
    canvas = _layers(canvas, placement["layers"], lambda x, y: (x * scale, y * scale), (width / 2, height / 2))
    return canvas.convert("RGBa").reduce(FINER).convert("RGBA")


def _layers(canvas: Image.Image, layers: Sequence[dict[str, Any]], to: Map, middle: Point) -> Image.Image:
    """Draw layers over a canvas; `to` maps mm to px, groups without a center rotate about `middle` (mm)."""
    for layer in layers:
        over = Image.new("RGBA", canvas.size)
        if layer["type"] == "group":
            center = (layer["center"]["x"], layer["center"]["y"]) if layer.get("center") else middle
            inside = _turned(to, center, layer.get("rotation", 0), (layer.get("x", 0), layer.get("y", 0)))
            if layer.get("opacity", 1) == 1 and layer.get("blend", "normal") == "normal":
                canvas = _layers(canvas, layer["layers"], inside, middle)
                continue
            over = _layers(over, layer["layers"], inside, middle)
        else:
            over = _shape(layer, to, canvas.size)
        canvas = _over(canvas, over, layer.get("opacity", 1), layer.get("blend", "normal"))
    return canvas


def _over(canvas: Image.Image, over: Image.Image, opacity: float, blend: str) -> Image.Image:
    mix = {"multiply": ImageChops.multiply, "screen": ImageChops.screen}.get(blend)
    alpha = over.getchannel("A").point(lambda value: round(value * opacity))
    if mix:
        mixed = mix(canvas.convert("RGB"), over.convert("RGB"))
        over = Image.composite(mixed, over.convert("RGB"), canvas.getchannel("A")).convert("RGBA")
    over.putalpha(alpha)
    return Image.alpha_composite(canvas, over)


def _turned(to: Map, center: Point, degrees: float, moved: Point = (0, 0)) -> Map:
    """Return a map that rotates about a center, moves, and then applies `to`."""
    angle = math.radians(degrees)

    def mapped(x: float, y: float) -> Point:
        dx, dy = x - center[0], y - center[1]
        x = center[0] + dx * math.cos(angle) - dy * math.sin(angle) + moved[0]
        return to(x, center[1] + dx * math.sin(angle) + dy * math.cos(angle) + moved[1])

    return mapped


def _shape(layer: dict[str, Any], to: Map, size: tuple[int, int]) -> Image.Image:
    box, over = layer["box"], Image.new("RGBA", size)
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    turned = _turned(to, middle, layer.get("rotation", 0))
    if fill := layer.get("fill"):
        mask = _filled([turned(*corner) for corner in _outline(layer, 0)], size)
        back = _inverse(turned)
        shades = _gradient(
            fill, box["width"], box["height"], size, lambda x, y: _minus(back(x, y), (box["x"], box["y"]))
        )
        over.paste(shades, (0, 0), mask)
    if stroke := layer.get("stroke"):
        reach = stroke["width"] / 2
        mask = _filled([turned(*corner) for corner in _outline(layer, reach)], size)
        inner = _outline(layer, -reach)
        if inner:
            mask = ImageChops.subtract(mask, _filled([turned(*corner) for corner in inner], size))
        over.paste(Image.new("RGBA", size, stroke["color"]), (0, 0), mask)
    return over


def _outline(layer: dict[str, Any], more: float) -> list[Point]:
    """Return the corners of a shape (mm) grown by `more` mm; none if nothing is left of it."""
    box, kind = layer["box"], layer["shape"]
    x, y, half_wide, half_high = box["x"], box["y"], box["width"] / 2, box["height"] / 2
    middle = x + half_wide, y + half_high
    if kind == "line":
        return [] if more < 0 else [
            (middle[0] + a * half_wide, middle[1] + b * more) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]  # fmt: skip
    if kind in {"polygon", "star"}:
        return _star_points(layer, middle)
    radius = min(layer.get("radius", 0), half_wide, half_high)
    if kind == "ellipse":
        return _moved([(middle[0] + half_wide * c, middle[1] + half_high * s) for c, s in _arc_steps(0, 1)], more)
    across, down = half_wide + more, half_high + more
    if min(across, down) <= 0:
        return []
    if radius == 0:
        return [(middle[0] + a * across, middle[1] + b * down) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    corner = max(0, radius + more)
    centers = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    return [
        (middle[0] + a * (across - corner) + corner * c, middle[1] + b * (down - corner) + corner * s)
        for number, (a, b) in enumerate(centers)
        for c, s in _arc_steps(number / 4, (number + 1) / 4)
    ]


def _arc_steps(begin: float, end: float) -> list[Point]:
    steps = max(2, round(_ROUND * (end - begin)))
    angles = [2 * math.pi * (begin + (end - begin) * number / steps) for number in range(steps + 1)]
    return [(math.cos(angle), math.sin(angle)) for angle in angles]


def _moved(corners: list[Point], more: float) -> list[Point]:
    """Move each corner of a smooth clockwise outline outwards along its normal."""
    if not more:
        return corners
    moved = []
    for number, (x, y) in enumerate(corners):
        (ax, ay), (bx, by) = corners[number - 1], corners[(number + 1) % len(corners)]
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy) or 1
        moved.append((x + dy / length * more, y - dx / length * more))
    return moved


def _star_points(layer: dict[str, Any], middle: Point) -> list[Point]:
    """Return a polygon or star that fills its box, the first tip at the top."""
    count, inner = layer.get("points", 5), layer.get("inner", 0.5)
    reaches = [1.0] * count if layer["shape"] == "polygon" else [1.0, inner] * count
    angles = [2 * math.pi * number / len(reaches) for number in range(len(reaches))]
    corners = [(r * math.sin(angle), -r * math.cos(angle)) for r, angle in zip(reaches, angles, strict=True)]
    (left, right), (top, bottom) = ((min(side), max(side)) for side in zip(*corners, strict=True))
    wide, high = layer["box"]["width"] / (right - left), layer["box"]["height"] / (bottom - top)
    return [
        (middle[0] + (x - (left + right) / 2) * wide, middle[1] + (y - (top + bottom) / 2) * high) for x, y in corners
    ]


def _filled(corners: list[Point], size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size)
    if corners:
        # Pillow's pixel centres are at whole numbers, the engine's at halves.
        ImageDraw.Draw(mask).polygon([(x - 0.5, y - 0.5) for x, y in corners], fill=255)
    return mask


def _inverse(to: Map) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Return the inverse of a map that rotates, moves and scales."""
    (x0, y0), (x1, y1) = to(0, 0), to(1, 0)
    a, b = x1 - x0, y1 - y0
    scale = a * a + b * b
    return lambda x, y: (((x - x0) * a + (y - y0) * b) / scale, ((y - y0) * a - (x - x0) * b) / scale)


def _minus(point: tuple[Any, Any], other: Point) -> tuple[Any, Any]:
    return point[0] - other[0], point[1] - other[1]


def _gradient(
    fill: dict[str, Any], width: float, height: float, size: tuple[int, int], back: Callable[[Any, Any], Any]
) -> Image.Image:
    """Return a fill over a box of `width` x `height` mm; `back` maps px to mm from the corner of the box."""
    if fill["type"] == "color":
        return Image.new("RGB", size, fill["color"])
    down, across = np.mgrid[0 : size[1], 0 : size[0]] + 0.5
    x, y = back(across, down)
    if fill["type"] == "radial":
        cx, cy = fill.get("x", 0.5), fill.get("y", 0.5)
        far = math.hypot(max(cx, 1 - cx) * width, max(cy, 1 - cy) * height)
        at = np.hypot(x - cx * width, y - cy * height) / far
    else:
        angle = math.radians(fill.get("angle", 180))
        length = abs(width * math.sin(angle)) + abs(height * math.cos(angle))
        at = 0.5 + ((x - width / 2) * math.sin(angle) - (y - height / 2) * math.cos(angle)) / length
    offsets = [stop["offset"] for stop in fill["stops"]]
    colors = [tuple(bytes.fromhex(stop["color"][1:])) for stop in fill["stops"]]
    channels = [np.interp(at, offsets, [color[number] for color in colors]) for number in range(3)]
    return Image.fromarray(np.rint(np.stack(channels, -1)).astype(np.uint8))
