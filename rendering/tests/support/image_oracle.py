"""Image layers drawn by plain Pillow, enlarged and scaled down. Shares no code with the engine."""

import math
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageOps

FINER = 8  # oracle pixels per output pixel, on each axis
MARGIN = 110  # mm outside of the canvas that a rotation may bring in


def draw_image(canvas: Image.Image, layer: dict[str, Any], picture: Image.Image, zoom: float) -> Image.Image:
    """Return the RGBA canvas (FINER times the size) with a layer on it; `zoom` in px/mm."""
    place = layer.get("box") or {"x": 0, "y": 0, "width": canvas.width / zoom, "height": canvas.height / zoom}
    x, y, wide, high = (place[name] * zoom for name in ("x", "y", "width", "height"))
    sprite, left, top = _sprite(layer, picture, wide, high)
    sprite = _tinted(sprite, layer)
    sprite.putalpha(ImageChops.multiply(sprite.getchannel("A"), _mask(layer, sprite.size, zoom)))
    margin = round(MARGIN * zoom) if layer.get("rotation") else 0
    over = Image.new("RGBa", (canvas.width + 2 * margin, canvas.height + 2 * margin))
    over.paste(sprite.convert("RGBa"), (round(x + left) + margin, round(y + top) + margin))
    turned = _turn(over, layer.get("rotation", 0), (x + wide / 2, y + high / 2), margin, canvas.size).convert("RGBA")
    alpha = turned.getchannel("A").point(lambda value: round(value * layer.get("opacity", 1)))
    mix = {"multiply": ImageChops.multiply, "screen": ImageChops.screen}.get(layer.get("blend", "normal"))
    if mix:
        mixed = mix(canvas.convert("RGB"), turned.convert("RGB"))
        turned = Image.composite(mixed, turned.convert("RGB"), canvas.getchannel("A")).convert("RGBA")
    turned.putalpha(alpha)
    return Image.alpha_composite(canvas, turned)


def _turn(
    image: Image.Image, angle: float, middle: tuple[float, float], margin: int, size: tuple[int, int]
) -> Image.Image:
    """Return what is inside of the margin after a rotation by degrees, clockwise, about a point inside of it."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = middle
    back = (cos, sin, x - cos * x - sin * y + margin, -sin, cos, y + sin * x - cos * y + margin)
    return image.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BICUBIC)


def _sprite(layer: dict[str, Any], picture: Image.Image, wide: float, high: float) -> tuple[Image.Image, float, float]:
    """Return the visible part of an image (RGBA) and its offset from the corner of its box (px)."""
    crop = {"x": 0, "y": 0, "width": 1, "height": 1, **(layer.get("crop") or {})}
    focus = {"x": 0.5, "y": 0.5, **(layer.get("focus") or {})}
    left, top = crop["x"] * picture.width, crop["y"] * picture.height
    width, height = crop["width"] * picture.width, crop["height"] * picture.height
    fit, dx, dy = layer.get("fit", "cover"), 0.0, 0.0
    if fit == "cover":
        scale = max(wide / width, high / height)
        seen_wide, seen_high = wide / scale, high / scale
        left = min(max(left + focus["x"] * width - seen_wide / 2, left), left + width - seen_wide)
        top = min(max(top + focus["y"] * height - seen_high / 2, top), top + height - seen_high)
        width, height = seen_wide, seen_high
    elif fit == "contain":
        scale = min(wide / width, high / height)
        dx, dy = (wide - width * scale) * focus["x"], (high - height * scale) * focus["y"]
        wide, high = width * scale, height * scale
    size = max(1, round(wide)), max(1, round(high))
    region = max(0, left), max(0, top), min(picture.width, left + width), min(picture.height, top + height)
    sprite = picture.convert("RGBA").resize(size, Image.Resampling.BICUBIC, region)
    if layer.get("flip") in {"horizontal", "both"}:
        sprite = ImageOps.mirror(sprite)
    if layer.get("flip") in {"vertical", "both"}:
        sprite = ImageOps.flip(sprite)
    return sprite, dx, dy


def _tinted(sprite: Image.Image, layer: dict[str, Any]) -> Image.Image:
    alpha, grey = sprite.getchannel("A"), sprite.convert("L")
    color = grey.convert("RGB") if layer.get("grayscale") else sprite.convert("RGB")
    if tint := layer.get("tint"):
        shades = ImageOps.colorize(grey, "#000000", tint["color"])
        color = Image.blend(color, shades, tint.get("amount", 1))
    color.putalpha(alpha)
    return color


def _mask(layer: dict[str, Any], size: tuple[int, int], zoom: float) -> Image.Image:
    mask = Image.new("L", size, 0)
    whole = (0, 0, size[0] - 1, size[1] - 1)
    if layer.get("mask") == "circle":
        ImageDraw.Draw(mask).ellipse(whole, fill=255)
    else:
        radius = min(layer.get("radius", 0) * zoom, size[0] / 2, size[1] / 2)
        ImageDraw.Draw(mask).rounded_rectangle(whole, radius, fill=255)
    return mask
