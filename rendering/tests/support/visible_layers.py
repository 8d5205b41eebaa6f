"""Layers that are easy or hard to see on a square of 100 mm, and the findings about them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from rendering.engine.values import Picture
from rendering.tests.support.layers import draw_layers
from rendering.tests.support.photos import ASSET, StoredImage, photo

Layer = dict[str, Any]

CLEAR = {"type": "transparent"}
DARK, LIGHT = "#101010", "#F4F4F4"
BUSY_ASSET, CUTOUT_ASSET, DARK_ASSET = (f"{number}" * 8 + ASSET[8:] for number in range(3))


def box(x: float = 5, y: float = 40, width: float = 90, height: float = 20) -> dict[str, float]:
    """Return a box in mm."""
    return {"x": x, "y": y, "width": width, "height": height}


def text(color: str = "#000000", words: str = "READABLE", **more: Any) -> Layer:
    """Return a layer of text, black in the middle of the square."""
    return {"type": "text", "text": words, "font": "Roboto-Regular", "size": 14, "color": color, "box": box(), **more}


def plate(color: str = DARK, place: dict[str, float] | None = None, **more: Any) -> Layer:
    """Return a filled rectangle, larger than the text."""
    fill = {"type": "color", "color": color}
    return {"type": "shape", "shape": "rectangle", "box": place or box(0, 30, 100, 40), "fill": fill, **more}


def group(*layers: Layer, **more: Any) -> Layer:
    """Return a group of layers."""
    return {"type": "group", "layers": list(layers), **more}


def image(asset: str, **more: Any) -> Layer:
    """Return a layer with one of the photos."""
    return {"type": "image", "asset": asset, **more}


def code(**more: Any) -> Layer:
    """Return a QR code."""
    return {"type": "qr", "value": "https://example.com/t/1", "box": box(20, 20, 60, 60), **more}


def solid(color: str) -> dict[str, Any]:
    """Return a fill or background of one colour."""
    return {"type": "color", "color": color}


def gradient(*colors: str, angle: float = 90) -> dict[str, Any]:
    """Return a linear gradient with stops at equal distances; `angle` in degrees."""
    stops = [{"offset": number / (len(colors) - 1), "color": color} for number, color in enumerate(colors)]
    return {"type": "linear", "angle": angle, "stops": stops}


def outline(color: str, width: float = 0.8) -> dict[str, Any]:
    """Return an outline of letters; `width` in mm."""
    return {"width": width, "color": color}


def shadow(color: str = "#000000", **more: Any) -> dict[str, Any]:
    """Return a shadow of letters."""
    return {"color": color, **more}


@cache
def make_photos() -> dict[str, Picture]:
    """A mid-tone photo with light and dark spots, a picture with a hole in the middle, and a dark photo."""
    spots = np.asarray(photo(400, 400, 3, noise=20)).astype(float)
    busy = Image.fromarray((spots * 0.35).astype(np.uint8))
    alpha = Image.new("L", (400, 400), 255)
    alpha.paste(0, (0, 120, 400, 280))
    cutout = Image.new("RGBA", (400, 400), (20, 30, 60, 255))
    cutout.putalpha(alpha)
    dark = Image.fromarray((spots * 0.15).astype(np.uint8))
    assets = zip((BUSY_ASSET, CUTOUT_ASSET, DARK_ASSET), (busy, cutout, dark), strict=True)
    return {asset: StoredImage(each).picture(asset) for asset, each in assets}


def find_codes(
    layers: Sequence[Layer], background: dict[str, Any], product: str | None
) -> list[tuple[str, int | None]]:
    """Return code and layer of each finding about how the layers look, without those about their sizes."""
    drawing = draw_layers(layers, 100, background, make_photos(), product_color=product)
    ignored = {
        "low_resolution",
        "code_too_small",
        "text_shrunk",
        "outside_trim",
        "substituted_font",
        "code_small_in_preview",
    }
    return [(finding.code, finding.layer) for finding in drawing.findings if finding.code not in ignored]
