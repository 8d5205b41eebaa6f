"""Designs with photos drawn by the engine through its public entry point."""

from collections.abc import Sequence
from typing import Any

from PIL import Image

from benchmarks.engine import PAIR_OUTPUTS, PRINT_AREA, PRINT_OUTPUTS, RULES, SQUARE_AREA
from benchmarks.photo_jobs import ASSET_ID, PhotoJob
from rendering.engine.draw import draw
from rendering.engine.encode import png
from rendering.engine.encode.outputs import STANDARD_OUTPUTS
from rendering.engine.paint.canvas import ColorCanvas
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts

FONT = "Bebas-Bold"


def draw_pair(job: PhotoJob) -> list[bytes]:
    """Draw a preview and a thumbnail from the working copy."""
    return _draw_files(_photo_design(job.text), job, PAIR_OUTPUTS)


def draw_pair_from_full(job: PhotoJob) -> list[bytes]:
    """Draw a preview and a thumbnail from the full copy."""
    return _draw_files(_photo_design(job.text), job, PAIR_OUTPUTS, with_working=False)


def draw_standard(job: PhotoJob) -> list[bytes]:
    """Draw the six standard files."""
    return _draw_files(_photo_design(job.text), job, STANDARD_OUTPUTS)


def draw_print_file(job: PhotoJob) -> list[bytes]:
    """Draw a print file of 4500 × 5400 px."""
    return _draw_files(_photo_design(job.text), job, PRINT_OUTPUTS, area=PRINT_AREA)


def draw_twenty_layers(job: PhotoJob) -> list[bytes]:
    """Draw a preview and a thumbnail of twenty layers."""
    return _draw_files(twenty_layers(job.text), job, PAIR_OUTPUTS)


def encode_png(image: Image.Image) -> list[bytes]:
    """Encode an image as PNG."""
    canvas = ColorCanvas(image.width, image.height, image.mode, lambda top, rows: image)  # noqa: ARG005
    return [b"".join(png.encode_png(canvas, 1.0))]


def twenty_layers(text: str) -> dict[str, Any]:
    """Return a design of six texts, five images, six shapes, a QR code and a group of two: twenty layers."""
    layers: list[dict[str, Any]] = [_image_layer()]
    for number in range(4):
        fields = {"rotation": 8 * number - 12, "radius": 12} if number % 2 else {"mask": "circle"}
        layers.append(_image_layer(box=_make_box(20 + 145 * number, 30, 130, 130), opacity=0.9, **fields))
    shapes = ("rectangle", "ellipse", "polygon", "star", "heart", "line")
    for number, shape in enumerate(shapes):
        fill = {} if shape == "line" else {"fill": {"type": "color", "color": "#FFD166"}}
        stroke = {"width": 3, "color": "#22223B", "dash": [9, 6] if number % 2 else []}
        box = _make_box(20 + 95 * number, 190, 85, 85)
        layers.append({"type": "shape", "shape": shape, "box": box, "stroke": stroke, "opacity": 0.8, **fill})
    layers.append({"type": "qr", "value": f"https://example.com/{text}", "box": _make_box(440, 430, 140, 140)})
    for number in range(6):
        effects: dict[str, Any] = {"outline": {"width": 2, "color": "#22223B"}} if number == 0 else {}
        effects |= {"shadow": {"x": 2, "y": 3, "blur": 3}} if number == 1 else {}
        box = _make_box(20, 290 + 45 * number, 400, 42)
        layers.append(_text_layer(text[number:] + text[:number], box, 40, **effects))
    inside = [_image_layer(box=_make_box(450, 300, 60, 60)), _text_layer(text, _make_box(440, 365, 140, 30), 24)]
    layers.append({"type": "group", "rotation": 10, "opacity": 0.7, "layers": inside})
    return _wrap_layers(layers)


def _photo_design(text: str) -> dict[str, Any]:
    return _wrap_layers([_image_layer(), _text_layer(text, None, 96)])


def _image_layer(**fields: Any) -> dict[str, Any]:
    return {"type": "image", "asset": ASSET_ID, **fields}


def _text_layer(text: str, box: dict[str, float] | None, size: float, **fields: Any) -> dict[str, Any]:
    layer = {"type": "text", "text": text, "font": FONT, "size": size, "unit": "square", "color": "#FFFFFF", **fields}
    return {**layer, "box": box} if box else layer


def _make_box(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": x, "y": y, "width": width, "height": height}


def _wrap_layers(layers: list[dict[str, Any]]) -> dict[str, Any]:
    background = {"type": "color", "color": "#FFFFFF"}
    return {"version": 1, "placements": {"front": {"background": background, "layers": layers}}}


def _draw_files(
    design: dict[str, Any],
    job: PhotoJob,
    outputs: Sequence[Output],
    *,
    area: Area = SQUARE_AREA,
    with_working: bool = True,
) -> list[bytes]:
    pictures = {ASSET_ID: job.to_picture(with_working=with_working)}
    resources = Resources(installed_fonts(), fallback_fonts(), pictures)
    drawing = draw(DrawRequest(design, RULES, outputs, [area]), resources)
    return [file.data for file in drawing.files]
