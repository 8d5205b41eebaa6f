"""What the decoding process makes of pixels: upright, sRGB, RGB or RGBA; smaller; encoded; counted by colour.

It is loaded by `child.py`, whose rule is this file's too: the standard library and Pillow, nothing else.
"""

import contextlib
import io
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageOps, JpegImagePlugin

MAX_PROFILE_BYTES = 4 << 20  # bytes; printers' own profiles have one or two million
MAX_COLORS, MIN_SHARE = 5, 0.02
SAMPLE_SIDE = 96  # px, longer side of the picture whose colours are counted
COLOR_TOLERANCE = 32  # of 255, in each channel
SRGB_PROFILE = ImageCms.createProfile("sRGB")
COLOR_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC's names to Pillow's


def clean_picture(picture: Image.Image, low: Image.Image | None = None) -> Image.Image:
    """Return the pixels alone: upright, sRGB, RGB or, where something shows through, RGBA.

    `low` has the lower bytes of an RGB picture of 16 bits one colour of which is transparent.
    """
    picture.load()
    profile = picture.info.get("icc_profile")
    if low:
        apply_deep_color_key(picture, low)
    ImageOps.exif_transpose(picture, in_place=True)  # else it copies what lies right, too
    picture = convert_to_srgb(normalize_mode(picture), profile)
    picture.info.clear()
    if picture.mode == "RGBA":
        alpha = picture.getchannel("A")
        if alpha.getextrema() == (255, 255):
            return picture.convert("RGB")
        # What nobody sees is not handed on.
        picture.paste((0, 0, 0, 0), mask=alpha.point(lambda value: 255 * (value == 0)))
    return picture


def normalize_mode(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that profiles speak of: L, RGB or CMYK, LA or RGBA."""
    key = picture.info.pop("transparency", None)
    if picture.mode == "P":
        if key is None:
            return picture.convert("RGB")
        picture.info["transparency"] = key
        return picture.convert("RGBA")
    if picture.mode == "I;16":
        return reduce_16_bits(picture, key)
    if picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode in {"RGBa", "La"}:
        picture = picture.convert(picture.mode.upper())
    return picture if key is None else apply_color_key(picture, key)


def reduce_16_bits(picture: Image.Image, key: int | None) -> Image.Image:
    """Return the upper 8 bits of each pixel: Pillow's own conversion would make white of all that is above 255."""
    data = picture.tobytes()
    upper = Image.frombytes("L", picture.size, data[1::2])
    if key is None:
        return upper
    lower = Image.frombytes("L", picture.size, data[::2])
    upper.putalpha(ImageChops.lighter(mask_unlike(upper, key >> 8), mask_unlike(lower, key & 255)))
    return upper


def apply_deep_color_key(picture: Image.Image, low: Image.Image) -> None:
    """Make the pixels invisible that are the transparent colour in both bytes."""
    key = picture.info.pop("transparency")
    hide_matching_pixels(
        picture, [*picture.split(), *low.split()], [value >> 8 for value in key] + [value & 255 for value in key]
    )


def apply_color_key(picture: Image.Image, key: int | tuple[int, ...]) -> Image.Image:
    """Make the pixels of one colour invisible: PNG's way without an alpha channel; `key` has the file's own depth."""
    hide_matching_pixels(picture, picture.split(), (key,) if isinstance(key, int) else key)
    return picture


def hide_matching_pixels(picture: Image.Image, bands: Sequence[Image.Image], values: Sequence[int]) -> None:
    """Give the picture an alpha channel of 0 where every band has its value."""
    alpha = mask_unlike(bands[0], values[0])
    for band, value in zip(bands[1:], values[1:], strict=True):
        alpha = ImageChops.lighter(alpha, mask_unlike(band, value))
    picture.putalpha(alpha)


def mask_unlike(band: Image.Image, value: int) -> Image.Image:
    """Return 0 where the band has that value, 255 elsewhere."""
    return band.point([0 if one == value else 255 for one in range(256)])


def convert_to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the picture's own profile; one that is broken, or for another kind of picture, counts for nothing."""
    if picture.mode == "LA":
        grey, alpha = picture.split()
        picture = convert_to_srgb(grey, profile)
        picture.putalpha(alpha)
        return picture
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            space = COLOR_SPACES.get(source.profile.xcolor_space, "")
            if space == "RGB" and picture.mode == "L":
                picture = picture.convert("RGB")
            if space == picture.mode.removesuffix("A"):
                return apply_profile(picture, source)
    return picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGB")


def apply_profile(picture: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    """Convert to sRGB, relative colorimetric with black point compensation: what photographers' programs do unasked.

    Perceptual would differ only for profiles with tables of it, printers' mostly, and from maker to maker.
    """
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildTransform(source, SRGB_PROFILE, picture.mode, mode, intent, flags)
    if picture.mode != mode:
        return transform.apply(picture)
    if not is_identity(transform, mode):
        transform.apply_in_place(picture)
    return picture


def is_identity(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a transform leaves colours from all over as they are, to 1 in 255: many profiles are sRGB's own."""
    steps = range(0, 256, 15)
    colors = bytes(value for red in steps for green in steps for blue in steps for value in (red, green, blue))
    probe = Image.frombytes("RGB", (18, 18 * 18), colors).convert(mode)
    return max(ImageChops.difference(probe, transform.apply(probe)).convert("RGB").tobytes()) <= 1


def shrink_to_side(picture: Image.Image, side: int) -> Image.Image:
    """Return a copy whose longer side is `side` px, or the picture itself where it is no larger."""
    scale = side / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if picture.mode == "RGB":
        return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    # What is invisible must not colour what is beside it.
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert("RGBA")


def is_subsampled(picture: Image.Image, kind: str) -> bool:
    """Tell whether a file, not yet decoded, has one colour for several pixels, as cameras write them."""
    return kind == "heic" or (kind == "jpeg" and JpegImagePlugin.get_sampling(picture) in {1, 2})


def encode_picture(picture: Image.Image, *, subsampled: bool = False) -> bytes:
    """Return a JPEG, or a PNG of what is transparent, without metadata; `coarse` for screens: read in half the time."""
    out = io.BytesIO()
    if picture.mode == "RGB" and subsampled:
        picture.save(out, "JPEG", quality=90, subsampling=2)
    elif picture.mode == "RGB":
        # Every pixel with its own colour: what is printed is looked at closely.
        picture.save(out, "JPEG", quality=95, subsampling=0)
    else:
        # Runs alone: a third quicker than deflating, and photographs come out smaller.
        picture.save(out, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return out.getvalue()


def find_dominant_colors(picture: Image.Image) -> list[dict[str, Any]]:
    """Return the colours that most of the visible pixels have, the largest share first."""
    small = picture.copy()
    small.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BOX)
    pixels = small.convert("RGBA").tobytes()
    seen = b"".join(pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3] >= 128)
    count = len(seen) // 3
    if not count:
        return []
    reduced = Image.frombytes("RGB", (count, 1), seen).quantize(16, Image.Quantize.MEDIANCUT, kmeans=3)
    palette = bytes(reduced.getpalette() or [])
    found: list[tuple[int, Any]] = sorted(reduced.getcolors() or [], key=lambda one: (-one[0], one[1]))
    return [
        {"color": f"#{color.hex().upper()}", "share": round(number / count, 3)}
        for color, number in _merge_similar([(palette[3 * index : 3 * index + 3], number) for number, index in found])
        if number / count >= MIN_SHARE
    ][:MAX_COLORS]


def _merge_similar(found: list[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """Count a colour that people would call the same as a more frequent one to that."""
    kept: dict[bytes, int] = {}
    for color, number in found:
        near = (one for one in kept if max(abs(a - b) for a, b in zip(one, color, strict=True)) <= COLOR_TOLERANCE)
        nearest = next(near, color)
        kept[nearest] = kept.get(nearest, 0) + number
    return sorted(kept.items(), key=lambda one: -one[1])
