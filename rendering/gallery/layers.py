"""Layers of the gallery's designs, with what most of them have in common."""

from typing import Any

from rendering.gallery.pictures import LANDSCAPE

NAVY, CREAM, SAND, RED, TEAL, INK = "#1F3A5F", "#FFF3DC", "#FFD166", "#D1495B", "#2A9D8F", "#22223B"


def make_design(*layers: dict[str, Any], background: str | dict[str, Any] = NAVY) -> dict[str, Any]:
    """Return a long form of one placement, its layers over a colour or a gradient."""
    ground = {"type": "color", "color": background} if isinstance(background, str) else background
    return {"version": 1, "placements": {"front": {"background": ground, "layers": list(layers)}}}


def text_layer(text: str, font: str, size: float, y: float, height: float, **more: Any) -> dict[str, Any]:
    """Return a text in a box of so many mm from the top, as wide as the sheet."""
    box = {"x": 20, "y": y, "width": 260, "height": height}
    return {"type": "text", "text": text, "font": font, "size": size, "box": box, "color": CREAM, **more}


def image_layer(x: float, y: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    """Return the landscape in a box (mm)."""
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "image", "asset": LANDSCAPE, "box": box, **more}


def make_gradient(kind: str, *colors: str, **more: Any) -> dict[str, Any]:
    """Return a gradient of colours at equal distances."""
    stops = [{"offset": number / (len(colors) - 1), "color": color} for number, color in enumerate(colors)]
    return {"type": kind, "stops": stops, **more}


def shape_layer(kind: str, box: tuple[float, float, float, float], color: str = "", **more: Any) -> dict[str, Any]:
    """Return a shape in a box (x, y, width, height), filled with a colour if one is named."""
    place = dict(zip(("x", "y", "width", "height"), box, strict=True))
    filled = {"fill": {"type": "color", "color": color}} if color else {}
    return {"type": "shape", "shape": kind, "box": place, **filled, **more}


def make_stroke(width: float, color: str, *dash: float, cap: str = "butt") -> dict[str, Any]:
    """Return a stroke, width and dashes in mm."""
    return {"width": width, "color": color, "dash": list(dash), "cap": cap}


def qr_layer(value: str, box: tuple[float, float, float], **more: Any) -> dict[str, Any]:
    """Return a QR code in a square box (x, y, side)."""
    x, y, side = box
    return {"type": "qr", "value": value, "box": {"x": x, "y": y, "width": side, "height": side}, **more}


def group_layer(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return layers as a group."""
    return {"type": "group", "layers": list(layers), **more}
