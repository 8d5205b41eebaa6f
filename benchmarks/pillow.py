"""Flat designs drawn with Pillow only: *baseline* as the original service did it, *careful* optimised."""

import functools
import io
import math
from collections.abc import Callable, Iterable
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from benchmarks.design_jobs import DesignJob, four_layers
from rendering.engine.encode.outputs import STANDARD_OUTPUTS
from rendering.fonts.catalogue import installed_fonts

SIDE, SMALL = 600, 200
WHITE = "white"


def draw_baseline_pair(job: DesignJob) -> list[bytes]:
    """Draw as the original service did: draw, encode, reopen, shrink, encode again, with default options."""
    return encode_pair(_draw_baseline(job))


def draw_baseline_standard(job: DesignJob) -> list[bytes]:
    """Make the six standard files: draw once, shrink with LANCZOS, save (WebP lossless)."""
    return encode_standard(_draw_baseline(job), encode_image)


def encode_pair(image: Image.Image) -> list[bytes]:
    """Encode a preview, and a thumbnail made from the encoded preview."""
    preview = encode_image(image, "PNG")
    with Image.open(io.BytesIO(preview)) as again:
        small = again.resize((SMALL, SMALL), Image.Resampling.LANCZOS)
    return [preview, encode_image(small, "PNG")]


def encode_standard(image: Image.Image, encode: Callable[[Image.Image, str], bytes]) -> list[bytes]:
    """Shrink a preview to each of the six standard files, and encode them."""
    files = []
    for output in STANDARD_OUTPUTS:
        side = (output.size, output.size)
        picture = image if image.size == side else image.resize(side, Image.Resampling.LANCZOS)
        files.append(encode(picture, output.format.upper()))
    return files


def draw_baseline_print_file(job: DesignJob) -> list[bytes]:
    """Draw a flat print file of 4500 × 5400 px and save it at the default compression level."""
    return [encode_image(_draw_flat(job, (4500, 5400), load_font(job.font, 600)), "PNG")]


def _draw_baseline(job: DesignJob) -> Image.Image:
    return _draw_flat(job, (SIDE, SIDE), ImageFont.truetype(str(installed_fonts()[job.font].path), 48))


def draw_careful_pair(job: DesignJob) -> list[bytes]:
    """Draw with a cached font, shrink in memory, and save at the fastest compression level."""
    image = _draw_flat(job, (SIDE, SIDE), load_font(job.font, 48))
    small = image.resize((SMALL, SMALL), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return [encode_image(image, "PNG", compress_level=1), encode_image(small, "PNG", compress_level=1)]


def _draw_flat(job: DesignJob, size: tuple[int, int], font: ImageFont.FreeTypeFont) -> Image.Image:
    image = Image.new("RGB", size, job.color)
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = pen.textbbox((0, 0), job.text, font=font)
    pen.text((size[0] / 2 - (right + left) / 2, size[1] / 2 - (bottom + top) / 2), job.text, fill=WHITE, font=font)
    return image


@functools.lru_cache(maxsize=1024)
def load_font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a cached font of a size in px."""
    return ImageFont.truetype(str(installed_fonts()[name].path), size)


def draw_careful_four(job: DesignJob) -> list[bytes]:
    """Draw four layers with cached fonts, masks no larger than needed, and the fastest compression level."""
    (placement,) = four_layers(job)["placements"].values()
    image = _draw_gradient(placement["background"])
    for layer in placement["layers"]:
        _paste_layer(image, layer)
    small = image.resize((SMALL, SMALL), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return [encode_image(image, "PNG", compress_level=1), encode_image(small, "PNG", compress_level=1)]


def _draw_gradient(background: dict[str, Any]) -> Image.Image:
    """Return a diagonal gradient: Pillow's linear gradient, rotated, cropped and coloured."""
    first, last = (stop["color"] for stop in background["stops"])
    ramp = Image.linear_gradient("L").resize((850, 850), Image.Resampling.BILINEAR)
    rotated = ramp.rotate(45, Image.Resampling.BILINEAR).crop((125, 125, 725, 725))
    return ImageOps.colorize(rotated, first, last)


def _paste_layer(image: Image.Image, layer: dict[str, Any]) -> None:
    stroke = layer.get("outline", {}).get("width", 0)
    box = layer["box"]
    size = _fit_size(layer, box["width"] - 2 * stroke)
    letters = _arc_mask(layer, size, 0) if layer.get("arc") else _line_mask(layer, size, 0)
    outlined = (
        (_arc_mask(layer, size, stroke) if layer.get("arc") else _line_mask(layer, size, stroke)) if stroke else letters
    )
    x = round(box["x"] + box["width"] / 2 - letters.width / 2)
    y = round(box["y"] + box["height"] / 2 - letters.height / 2)
    if shadow := layer.get("shadow"):
        blurred = outlined.filter(ImageFilter.GaussianBlur(shadow["blur"]))
        faded = blurred.point(lambda value: round(value * shadow["opacity"]))
        image.paste(shadow["color"], (x + round(shadow["x"]), y + round(shadow["y"])), faded)
    if stroke:
        image.paste(layer["outline"]["color"], (x, y), outlined)
    if (opacity := layer.get("opacity", 1)) < 1:
        letters = letters.point(lambda value: round(value * opacity))
    image.paste(layer["color"], (x, y), letters)


def _fit_size(layer: dict[str, Any], max_width: float) -> int:
    width = load_font(layer["font"], 100).getlength(layer["text"]) / 100
    return max(1, int(min(layer["size"], max_width / width)))


def _line_mask(layer: dict[str, Any], size: int, stroke: float) -> Image.Image:
    font = load_font(layer["font"], size)
    left, top, right, bottom = font.getbbox(layer["text"])
    margin = 16
    mask = Image.new("L", (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin))
    at = (margin - left, margin - top)
    ImageDraw.Draw(mask).text(at, layer["text"], fill=255, font=font, stroke_width=round(stroke))
    return mask


def _arc_mask(layer: dict[str, Any], size: int, stroke: float) -> Image.Image:
    """Return a mask of letters on a circle, each rotated by Pillow."""
    font = load_font(layer["font"], size)
    length = font.getlength(layer["text"])
    radius = length / math.radians(layer["arc"])
    side = round(2 * (radius + 2 * size))
    mask, pen = Image.new("L", (side, round(side / 2))), 0.0
    for letter, advance in _advances(font, layer["text"]):
        angle = (pen + advance / 2 - length / 2) / radius
        tile = Image.new("L", (3 * size, 3 * size))
        position = (1.5 * size - advance / 2, 1.5 * size)
        ImageDraw.Draw(tile).text(position, letter, fill=255, font=font, anchor="ls", stroke_width=round(stroke))
        tile = tile.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        x = side / 2 + radius * math.sin(angle) - 1.5 * size
        y = 2 * size + radius - radius * math.cos(angle) - 1.5 * size
        mask.paste(255, (round(x), round(y)), tile)
        pen += advance
    return mask


def _advances(font: ImageFont.FreeTypeFont, text: str) -> Iterable[tuple[str, float]]:
    return ((letter, font.getlength(letter)) for letter in text)


def encode_image(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """Encode a flat image: WebP lossless, other formats with default options."""
    out = io.BytesIO()
    if file_format == "WEBP":
        options["lossless"] = True
    image.save(out, file_format, **options)
    return out.getvalue()
