"""What the decoding process does with pixels: turn upright, convert to sRGB, shrink, encode, find dominant colours.

`child.py` loads this file by its path: standard library, Pillow and the modules beside it only.
"""

import io
import math
import zlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageOps, JpegImagePlugin

if TYPE_CHECKING:
    from rendering.ingest.colors import convert_to_srgb, find_sources
    from rendering.ingest.image_limits import MAX_DOMINANT_COLORS
else:
    from colors import convert_to_srgb, find_sources
    from image_limits import MAX_DOMINANT_COLORS

MIN_SHARE = 0.02  # of the visible pixels, below which a colour is not reported
STRIP_ROWS = 256  # px rows of a shrunk image that are made at once
FEW_COLORS, HARD_SIDE = 256, 1_600  # colours, and px of the longer side, that pixel art has at most
SAMPLE_SIDE = 96  # px, longer side of the image whose colours are counted
COLOR_TOLERANCE = 32  # of 255, in each channel


def clean_image(
    image: Image.Image, told: dict[str, Any], low: Image.Image | None = None, deep: ModuleType | None = None
) -> Image.Image:
    """Return only the pixels: upright, sRGB, in mode RGB, or RGBA if any of them is transparent.

    `told` is what the container says of its colours (`FileHeader.colors`), `low` the low bytes of 16-bit samples, and
    `deep` the module `deep_colors`, if this image needs it.
    """
    image.load()
    for part in (image, low) if low else (image,):
        turn_upright(part)
    sources = find_sources(image, told)
    if low and "transparency" in image.info:
        apply_deep_color_key(image, low)
    return drop_hidden_colors(convert_to_srgb(normalize_mode(image), sources, low, deep))


def turn_upright(image: Image.Image) -> None:
    """Turn an image by EXIF's orientation: Pillow heeds XMP's as well, which browsers and photo editors do not."""
    image.info.pop("xmp", None)
    ImageOps.exif_transpose(image, in_place=True)  # not in place it would copy even an upright image


def drop_hidden_colors(image: Image.Image) -> Image.Image:
    """Return an RGB or RGBA image without metadata, in RGB if it is opaque.

    The colours of fully transparent pixels are not kept: they may show what was cut away.
    """
    image.info.clear()
    if image.mode == "RGBA":
        alpha = image.getchannel("A")
        if alpha.getextrema() == (255, 255):
            return image.convert("RGB")
        image.paste((0, 0, 0, 0), mask=alpha.point(lambda value: 255 * (value == 0)))
    return image


def normalize_mode(image: Image.Image) -> Image.Image:
    """Return the image in a mode that colour profiles can apply to: L, LA, RGB, RGBA or CMYK."""
    key = image.info.pop("transparency", None)
    if image.mode == "P":
        if key is None:
            return image.convert("RGB")
        image.info["transparency"] = key
        return image.convert("RGBA")
    if image.mode == "I;16":
        return reduce_16_bits(image, key)
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode in {"RGBa", "La"}:
        image = image.convert(image.mode.upper())
    return image if key is None else apply_color_key(image, key)


def reduce_16_bits(image: Image.Image, key: int | None) -> Image.Image:
    """Return the high 8 bits of each pixel: Pillow's own conversion turns everything above 255 white."""
    data = image.tobytes()
    high = Image.frombytes("L", image.size, data[1::2])
    if key is None:
        return high
    low = Image.frombytes("L", image.size, data[::2])
    high.putalpha(ImageChops.lighter(mask_unlike(high, key >> 8), mask_unlike(low, key & 255)))
    return high


def apply_deep_color_key(image: Image.Image, low: Image.Image) -> None:
    """Make the pixels transparent that match the transparent colour in both bytes."""
    key = image.info.pop("transparency")
    hide_matching_pixels(
        image, [*image.split(), *low.split()], [value >> 8 for value in key] + [value & 255 for value in key]
    )


def apply_color_key(image: Image.Image, key: int | tuple[int, ...]) -> Image.Image:
    """Make the pixels of one colour transparent (PNG's tRNS chunk); `key` has 8 bits a channel."""
    hide_matching_pixels(image, image.split(), (key,) if isinstance(key, int) else key)
    return image


def hide_matching_pixels(image: Image.Image, bands: Sequence[Image.Image], values: Sequence[int]) -> None:
    """Give the image an alpha channel of 0 where every band has its value."""
    alpha = mask_unlike(bands[0], values[0])
    for band, value in zip(bands[1:], values[1:], strict=True):
        alpha = ImageChops.lighter(alpha, mask_unlike(band, value))
    image.putalpha(alpha)


def mask_unlike(band: Image.Image, value: int) -> Image.Image:
    """Return a mask of 0 where the band has that value, 255 elsewhere."""
    return band.point([0 if level == value else 255 for level in range(256)])


def shrink_to_side(image: Image.Image, side: int) -> Image.Image:
    """Return a copy whose longer side is `side` px, or the image itself if it is not larger."""
    scale = side / max(image.size)
    return _shrink(image, scale) if scale < 1 else image


def shrink_to_area(image: Image.Image, pixels: int) -> Image.Image:
    """Return a copy of at most so many pixels, or the image itself if it has no more."""
    scale = math.sqrt(pixels / (image.width * image.height))
    return _shrink(image, scale, math.floor) if scale < 1 else image


def _shrink(image: Image.Image, scale: float, to_whole: Callable[[float], int] = round) -> Image.Image:
    """Return an image at a scale below 1, by a filter over all of it: less would turn fine patterns into moiré.

    Strip by strip: at once it would need another image in between.
    """
    width, height = max(1, to_whole(image.width * scale)), max(1, to_whole(image.height * scale))
    down = image.height / height
    reach = math.ceil(3 * down) + 1  # px that the filter reads above and below
    result = Image.new(image.mode, (width, height))
    for top in range(0, height, STRIP_ROWS):
        rows = min(STRIP_ROWS, height - top)
        first = max(0, math.floor(top * down) - reach)
        last = min(image.height, math.ceil((top + rows) * down) + reach)
        strip = image.crop((0, first, image.width, last))
        if image.mode == "RGBA":  # premultiplied, so that transparent pixels do not colour their neighbours
            strip = strip.convert("RGBa")
        box = (0.0, top * down - first, float(image.width), min((top + rows) * down - first, float(strip.height)))
        strip = strip.resize((width, rows), Image.Resampling.LANCZOS, box)
        result.paste(strip.convert(image.mode), (0, top))
    return result


def is_subsampled(image: Image.Image, kind: str) -> bool:
    """Tell whether a file, not decoded yet, stores colour at a lower resolution than brightness, as cameras do."""
    return kind == "heic" or (kind == "jpeg" and JpegImagePlugin.get_sampling(image) in {1, 2})


def encode_image(image: Image.Image, *, subsampled: bool = False) -> bytes:
    """Return a JPEG, or a PNG for an image with transparency, without metadata.

    `subsampled` is for copies shown on screens: 4:2:0, decoded in half the time.
    """
    out = io.BytesIO()
    if image.mode == "RGB" and subsampled:
        image.save(out, "JPEG", quality=90, subsampling=2)
    elif image.mode == "RGB":
        # Pixel art and the like keep hard edges at quality 100: each level is off by one or two at most.
        quality = 100 if max(image.size) <= HARD_SIDE and image.getcolors(FEW_COLORS) else 95
        image.save(out, "JPEG", quality=quality, subsampling=0)  # 4:4:4: subsampled colour can be seen in print
    else:
        # Run lengths only: a third faster than full deflate, and photographs come out smaller.
        image.save(out, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return out.getvalue()


def find_dominant_colors(image: Image.Image) -> list[dict[str, Any]]:
    """Return the most frequent colours of the visible pixels, the largest share first."""
    small = image.copy()
    small.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BOX)
    data = small.convert("RGBA").tobytes()
    # Half as opaque as the most opaque pixel: a faint image has colours, but a sticker's shadow does not count.
    least = max(1, (max(data[3::4]) + 1) // 2)
    visible = b"".join(data[at : at + 3] for at in range(0, len(data), 4) if data[at + 3] >= least)
    count = len(visible) // 3
    if not count:
        return []
    reduced = Image.frombytes("RGB", (count, 1), visible).quantize(16, Image.Quantize.MEDIANCUT, kmeans=3)
    palette = bytes(reduced.getpalette() or [])
    counts: list[tuple[int, Any]] = sorted(reduced.getcolors() or [], key=lambda entry: (-entry[0], entry[1]))
    return [
        {"color": f"#{color.hex().upper()}", "share": round(number / count, 3)}
        for color, number in _merge_similar([(palette[3 * index : 3 * index + 3], number) for number, index in counts])
        if number / count >= MIN_SHARE
    ][:MAX_DOMINANT_COLORS]


def _merge_similar(counts: list[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """Add the count of each colour to that of a more frequent colour within COLOR_TOLERANCE, if there is one."""
    merged: dict[bytes, int] = {}
    for color, number in counts:
        similar = (
            other for other in merged if max(abs(a - b) for a, b in zip(other, color, strict=True)) <= COLOR_TOLERANCE
        )
        nearest = next(similar, color)
        merged[nearest] = merged.get(nearest, 0) + number
    return sorted(merged.items(), key=lambda entry: -entry[1])
