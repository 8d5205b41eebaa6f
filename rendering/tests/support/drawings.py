"""Designs in short and long form, drawn by the engine or by plain Pillow."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.values import Area, Drawing, Font, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw

RULES = Rules(text_min=1, text_max=200, size_min=8, size_max=300)
LENIENT_RULES = Rules(text_min=1, text_max=2000, size_min=0.1, size_max=1000)
STRICT_RULES = Rules(text_min=2, text_max=50, size_min=12, size_max=72)
CLEAR = {"type": "transparent"}
SQUARE = Area("front", 600, 600)  # 1 mm is 1 unit of the square and 1 px of PREVIEW
PREVIEW = parse_outputs(["preview.png:600"])
FONTS = ["Bebas-Bold", "Montserrat-Bold", "Montserrat-Regular", "Pacifico-Regular", "Roboto-Regular"]


def short_form(text: str = "Test", font: str = "Bebas-Bold", color: str = "#FF0000", **more: Any) -> dict[str, Any]:
    return {"text": text, "font": font, "color": color, **more}


def draw_short_form(*outputs: str, rules: Rules = RULES, **fields: Any) -> Drawing:
    wanted = parse_outputs(outputs or ["preview.png:600"])
    return draw(short_form(**fields), rules, installed_fonts(), wanted, fallbacks=fallback_fonts())


def text_layer(words: str = "Test", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, "font": "Bebas-Bold", "size": 48, "unit": "square", **more}


def long_form(*layers: dict[str, Any], background: str | dict[str, Any] = "#FFFFFF", **more: Any) -> dict[str, Any]:
    ground = {"type": "color", "color": background} if isinstance(background, str) else background
    return {"version": 1, "placements": {"front": {"background": ground, "layers": list(layers), **more}}}


def draw_data(data: dict[str, Any], *outputs: str, areas: Sequence[Area] = (SQUARE,)) -> Drawing:
    wanted = parse_outputs(outputs or ["preview.png:600"])
    return draw(data, RULES, installed_fonts(), wanted, fallbacks=fallback_fonts(), areas=areas)


def draw_image(data: dict[str, Any], *outputs: str, areas: Sequence[Area] = (SQUARE,)) -> Image.Image:
    """Draw and return the first output, RGB or RGBA."""
    with Image.open(io.BytesIO(draw_data(data, *outputs, areas=areas).files[0].data)) as image:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")


def open_rgb(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def draw_short_form_image(*outputs: str, **fields: Any) -> Image.Image:
    return open_rgb(draw_short_form(*outputs, **fields).files[0].data)


def find_ink_box(image: Image.Image, least: int = 64) -> tuple[int, int, int, int]:
    """Return the box of pixels that differ from the corner by at least `least` in some channel."""
    ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
    bands = ImageChops.difference(image, ground).split()
    strongest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    box = strongest.point([255 if value >= least else 0 for value in range(256)]).getbbox()
    assert box is not None, "the picture is empty"
    return box


def pillow_font(font: Font, size: float) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(str(font.path), size, layout_engine=ImageFont.Layout.BASIC)
    if font.axes:
        weight = dict(font.axes)["wght"]
        axes = face.get_variation_axes()
        face.set_variation_by_axes([weight if b"Weight" in axis["name"] else axis["default"] or 0 for axis in axes])
    return face


def draw_with_pillow(text: str, font: Font, size: float, background: str, ink: str) -> Image.Image:
    """Draw centred text with plain Pillow, without kerning, at four times the size (so that hinting hardly shows)."""
    zoom, side = 4, 600
    mask = Image.new("L", (side * zoom, side * zoom))
    ImageDraw.Draw(mask).text((side, side), text, fill=255, font=pillow_font(font, size * zoom))
    # textbbox would measure from the pen position, not the ink.
    left, top, right, bottom = mask.point([0] * 128 + [255] * 128).getbbox() or (0, 0, 0, 0)
    mask = ImageChops.offset(mask, (side * zoom - left - right) // 2, (side * zoom - top - bottom) // 2)
    image = Image.new("RGB", (side, side), background)
    image.paste(ink, (0, 0), mask.resize((side, side), Image.Resampling.BOX))
    return image


def record_image_sizes(patch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that collects the pixel count of each image made from now on."""
    sizes: list[int] = []
    create = Image.new

    def new(mode: str, size: tuple[int, int], *more: object) -> Image.Image:
        sizes.append(size[0] * size[1])
        return create(mode, size, *more)

    patch.setattr(Image, "new", new)
    return sizes
