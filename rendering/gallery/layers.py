"""Short functions that build the layers of the gallery's designs as dictionaries (design_data)."""

from typing import Any

from rendering.gallery.pictures import LANDSCAPE

NAVY, CREAM, SAND, RED, TEAL, INK = "#1F3A5F", "#FFF3DC", "#FFD166", "#D1495B", "#2A9D8F", "#22223B"


def make_design(*layers: dict[str, Any], background: str | dict[str, Any] = NAVY) -> dict[str, Any]:
    """Return design_data of one placement: its layers over a colour or a gradient."""
    fill = {"type": "color", "color": background} if isinstance(background, str) else background
    return {"version": 1, "placements": {"front": {"background": fill, "layers": list(layers)}}}


def text_layer(text: str, font: str, size: float, y: float, height: float, **fields: Any) -> dict[str, Any]:
    """Return a text in a box that is `y` mm from the top and `height` mm high; its width is fixed."""
    box = {"x": 20, "y": y, "width": 260, "height": height}
    return {"type": "text", "text": text, "font": font, "size": size, "box": box, "color": CREAM, **fields}


def circle_text(text: str, font: str, size: float, radius: float, **fields: Any) -> dict[str, Any]:
    """Return a text on a circle of `radius` mm around the frame's centre; `side` and `span` are fields of its path."""
    place: dict[str, Any] = {name: fields.pop(name) for name in ("side", "span") if name in fields}
    path = {"type": "circle", "radius": radius, **place}
    box = {"x": 0, "y": 0, "width": 300, "height": 300}
    return {"type": "text", "text": text, "font": font, "size": size, "box": box, "color": INK, "path": path, **fields}


def image_layer(x: float, y: float, width: float, height: float, **fields: Any) -> dict[str, Any]:
    """Return the landscape photo in a box (mm)."""
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "image", "asset": LANDSCAPE, "box": box, **fields}


def make_gradient(kind: str, *colors: str, **fields: Any) -> dict[str, Any]:
    """Return a gradient with its colours at equal distances."""
    stops = [{"offset": number / (len(colors) - 1), "color": color} for number, color in enumerate(colors)]
    return {"type": kind, "stops": stops, **fields}


def shape_layer(kind: str, box: tuple[float, float, float, float], color: str = "", **fields: Any) -> dict[str, Any]:
    """Return a shape in a box (x, y, width, height; mm), filled with `color` if it is not empty."""
    placed = dict(zip(("x", "y", "width", "height"), box, strict=True))
    fill = {"fill": {"type": "color", "color": color}} if color else {}
    return {"type": "shape", "shape": kind, "box": placed, **fill, **fields}


def make_stroke(width: float, color: str, *dash: float, cap: str = "butt") -> dict[str, Any]:
    """Return a stroke; width and dashes in mm."""
    return {"width": width, "color": color, "dash": list(dash), "cap": cap}


def qr_layer(value: str, box: tuple[float, float, float], **fields: Any) -> dict[str, Any]:
    """Return a QR code in a square box (x, y, side; mm)."""
    x, y, side = box
    return {"type": "qr", "value": value, "box": {"x": x, "y": y, "width": side, "height": side}, **fields}


def group_layer(*layers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a group of layers."""
    return {"type": "group", "layers": list(layers), **fields}
