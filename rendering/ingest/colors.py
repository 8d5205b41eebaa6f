"""Conversion of a decoded image to sRGB, by what its file says of its colours.

`child.py` loads this file by its path: standard library, Pillow and the modules beside it only.
"""

import contextlib
import io
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageCms

if TYPE_CHECKING:
    from rendering.ingest.color_spaces import ADOBE_RGB, SRGB, ColorSpace, build_profile, read_codes, read_gamma
    from rendering.ingest.image_limits import MAX_PROFILE_BYTES
else:
    from color_spaces import ADOBE_RGB, SRGB, ColorSpace, build_profile, read_codes, read_gamma
    from image_limits import MAX_PROFILE_BYTES

SRGB_PROFILE = ImageCms.createProfile("sRGB")
COLOR_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC's names to Pillow's
EXIF_IFD, INTEROPERABILITY_IFD, COLOR_SPACE, INTEROPERABILITY_INDEX = 0x8769, 0xA005, 0xA001, 1
EXIF_ADOBE_RGB, EXIF_UNCALIBRATED = 2, 0xFFFF


def find_sources(image: Image.Image, told: dict[str, Any]) -> list[bytes | ColorSpace]:
    """Return the profiles and colour spaces that an image's file names, the first that fits counts; SRGB ends the list.

    The order is that of PNG (third edition, 4.3): cICP, iCCP, sRGB, gAMA with cHRM. HEIC's nclx comes after its
    profile, EXIF after all. `told` is what the container says (`FileHeader.colors`).
    """
    sources = list[bytes | ColorSpace]()
    for source in _iter_sources(image, told):
        sources.append(source)
        if source == SRGB:
            break
    return sources


def _iter_sources(image: Image.Image, told: dict[str, Any]) -> Iterator[bytes | ColorSpace]:
    if told.get("codes") and (coded := read_codes(*told["codes"])):
        yield coded
    profile = image.info.get("icc_profile")
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        yield profile
    if nclx := image.info.get("nclx_profile"):
        codes = nclx["color_primaries"], nclx["transfer_characteristics"]
        if coded := read_codes(*codes, of_photo=True):
            yield coded
    if told.get("srgb"):
        yield SRGB
    if numbered := read_gamma(told.get("gamma", 0), told.get("chromaticities")):
        yield numbered
    if is_adobe_rgb(image):
        yield ADOBE_RGB


def is_adobe_rgb(image: Image.Image) -> bool:
    """Tell whether EXIF names Adobe RGB: by DCF's "R03" (DCF 2.0, 3.2.2), or by ColorSpace 2 of some cameras."""
    with contextlib.suppress(Exception):  # a broken block can make Pillow raise anything
        exif = image.getexif()
        named = exif.get_ifd(EXIF_IFD).get(COLOR_SPACE)
        index = str(exif.get_ifd(INTEROPERABILITY_IFD).get(INTEROPERABILITY_INDEX, "")).strip("\0 ")
        return named == EXIF_ADOBE_RGB or (named == EXIF_UNCALIBRATED and index == "R03")
    return False


def convert_to_srgb(
    image: Image.Image,
    sources: Sequence[bytes | ColorSpace],
    low: Image.Image | None = None,
    deep: ModuleType | None = None,
) -> Image.Image:
    """Convert an L, LA, RGB, RGBA or CMYK image by the first source that suits it; the result is RGB or RGBA.

    `low` holds the low bytes of 16-bit samples; `deep` is the module for HDR and 16 bits, if it was loaded. A broken
    profile, or one for another colour space, is ignored.
    """
    for source in sources:
        if source == SRGB:
            break
        if isinstance(source, ColorSpace):
            if image.mode == "CMYK" or (source.is_hdr and not deep):
                continue
            if deep and (source.is_hdr or low):
                converted: Image.Image | None = deep.convert_image(image, low, source)
            else:
                converted = _convert_by_profile(image, build_profile(source))
        else:
            converted = _convert_by_profile(image, source)
        if converted:
            return converted
    return image if image.mode in {"RGB", "RGBA"} else image.convert("RGBA" if image.mode == "LA" else "RGB")


def _convert_by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Convert an image to sRGB, in place if possible; None if the profile does not suit it."""
    if image.mode == "LA":
        gray, alpha = image.split()
        if converted := _convert_by_profile(gray, profile):
            converted.putalpha(alpha)
        return converted
    with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = COLOR_SPACES.get(source.profile.xcolor_space, "")
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if space == image.mode.removesuffix("A"):
            return _apply_profile(image, source)
    return None


def _apply_profile(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    """Convert to sRGB: relative colorimetric with black point compensation, the default of photo editors.

    Perceptual differs only for profiles that hold tables for it (mostly printers'), and varies between their makers.
    """
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildTransform(source, SRGB_PROFILE, image.mode, mode, intent, flags)
    if image.mode != mode:
        return transform.apply(image)
    if not _is_identity(transform, mode):
        transform.apply_in_place(image)
    return image


def _is_identity(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Tell whether a transform changes no colour of a grid by more than 1 in 255: many profiles are just sRGB."""
    steps = range(0, 256, 15)
    colors = bytes(value for red in steps for green in steps for blue in steps for value in (red, green, blue))
    probe = Image.frombytes("RGB", (18, 18 * 18), colors).convert(mode)
    return max(ImageChops.difference(probe, transform.apply(probe)).convert("RGB").tobytes()) <= 1
