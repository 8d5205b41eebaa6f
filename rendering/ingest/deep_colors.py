"""Exact conversion of samples to sRGB, with more than 8 bits in between: HDR (PQ, HLG), and 16 bits of light.

`child.py` loads this file by its path, before it gives up opening files: importing numpy takes 0.1 s, which only these
images pay. Little CMS, which converts all others, knows no tone mapping, and Pillow gives it 8 bits.

HDR is shown as Chromium shows it on a screen of ordinary brightness: white of 203 nits (BT.2408) gets half the light,
what is darker in proportion, and what is brighter is compressed by the reference curve of SMPTE ST 2094-50, so that
1000 nits get all of it.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from rendering.ingest.color_spaces import BT709, BT2020, HLG, ColorSpace, Matrix, convert_matrix, matrix_to_xyz
else:
    from color_spaces import BT709, BT2020, HLG, ColorSpace, Matrix, convert_matrix, matrix_to_xyz

Floats = NDArray[np.float32]
Samples = NDArray[np.uint8] | NDArray[np.uint16]

BAND_PIXELS = 1 << 18  # px converted at once
_WHITE_NITS, _PEAK_NITS = 203.0, 1000.0
_PEAK = _PEAK_NITS / _WHITE_NITS
_KNEE = 0.5  # of the screen's light that white gets
_CURVE_TENSION = 0.65  # of the curve's control point between the ends of its tangents
_ENCODED = np.arange(1 << 16) / 65535
_SRGB_TABLE = np.rint(
    255 * np.where(_ENCODED <= 0.0031308, 12.92 * _ENCODED, 1.055 * _ENCODED ** (1 / 2.4) - 0.055)
).astype(np.uint8)


def convert_samples(samples: Samples, space: ColorSpace, peak: int, put_rows: Callable[[int, bytes], None]) -> None:
    """Convert samples, shape (height, width, 3), at most `peak`; pass each band on: its first row, its pixels."""
    table, convert = _build_table(space, peak), _find_converter(space)
    step = max(1, BAND_PIXELS // samples.shape[1])
    for top in range(0, len(samples), step):
        band = table[np.minimum(samples[top : top + step], peak)]
        light = np.clip(convert(band), 0, 1)
        put_rows(top, _SRGB_TABLE[np.rint(light * np.float32(65535)).astype(np.uint16)].tobytes())


def convert_image(image: Image.Image, low: Image.Image | None, space: ColorSpace) -> Image.Image:
    """Return an RGB or RGBA image in sRGB; `low` holds the low bytes of its 16-bit samples, if it has any."""
    result = Image.new("RGB", image.size)
    step = max(1, BAND_PIXELS // image.width)
    for top in range(0, image.height, step):
        box = (0, top, image.width, min(top + step, image.height))
        samples = np.asarray(image.crop(box).convert("RGB")).astype(np.uint16)
        if low:
            samples = samples << 8 | np.asarray(low.crop(box).convert("RGB"))
        convert_samples(samples, space, 65535 if low else 255, partial(_put_rows, result, top))
    if "A" in image.getbands():
        result.putalpha(image.getchannel("A"))
    return result


def decode_heic(data: bytes, space: ColorSpace) -> Image.Image | None:
    """Decode a HEIC of more than 8 bits to sRGB, mode RGB or RGBA; None for one that `convert_image` does as well."""
    import pi_heif  # noqa: PLC0415  # the child has loaded it

    photo = pi_heif.open_heif(data, convert_hdr_to_8bit=False)
    if photo.mode not in {"RGB;16", "RGBA;16"}:
        return None
    channels, unused = photo.mode.index(";"), 16 - photo.info["bit_depth"]
    photo[photo.primary_index].load()
    width, height = photo.size
    samples = np.frombuffer(photo.data, "<u2").reshape(height, photo.stride // (2 * channels), channels)[:, :width]
    result, peak = Image.new("RGB", photo.size), (1 << 16) - (1 << unused)
    convert_samples(samples[..., :3], space, peak, partial(_put_rows, result, 0))
    if channels == 4:
        result.putalpha(Image.fromarray((samples[..., 3] >> 8).astype(np.uint8)))
    return result


def _put_rows(image: Image.Image, offset: int, top: int, rows: bytes) -> None:
    image.paste(Image.frombytes("RGB", (image.width, len(rows) // 3 // image.width), rows), (0, offset + top))


def _build_table(space: ColorSpace, peak: int) -> Floats:
    """Return the light of each sample value: of HDR relative to white, 1 being as bright as paper."""
    v = np.arange(peak + 1) / peak
    if isinstance(space.curve, tuple):
        g, a, b, c, d = space.curve
        light = np.where(v >= d, np.maximum(a * v + b, 0) ** g, c * v)
    elif space.curve == HLG:
        light = np.where(v <= 0.5, v * v / 3, (np.exp((v - _HLG_C) / _HLG_A) + _HLG_B) / 12)
    else:
        root = v ** (1 / _PQ_M2)
        light = (np.maximum(root - _PQ_C1, 0) / (_PQ_C2 - _PQ_C3 * root)) ** (1 / _PQ_M1) * (10_000 / _WHITE_NITS)
    return light.astype(np.float32)


_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073  # BT.2100, table 5
_PQ_M1, _PQ_M2 = 2610 / 16384, 2523 / 4096 * 128  # BT.2100, table 4
_PQ_C1, _PQ_C2, _PQ_C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def _find_converter(space: ColorSpace) -> Callable[[Floats], Floats]:
    """Return the function from linear light of the space to that of sRGB."""
    if not space.is_hdr:
        to_srgb = _transpose(convert_matrix(space.chromaticities, BT709))
        return partial(_apply_matrix, to_srgb)
    luminance = np.array(matrix_to_xyz(space.chromaticities)[1], np.float32)
    to_wide = _transpose(convert_matrix(space.chromaticities, BT2020))
    to_srgb = _transpose(convert_matrix(BT2020, BT709))

    def convert(light: Floats) -> Floats:
        if space.curve == HLG:  # from the scene to a screen of 1000 nits (BT.2100, table 5)
            light = light * ((light @ luminance) ** np.float32(0.2) * np.float32(_PEAK))[..., None]
        light = _apply_matrix(to_wide, light)
        return _apply_matrix(to_srgb, light * _find_gain(light.max(-1))[..., None])

    return convert


def _apply_matrix(matrix: Floats, light: Floats) -> Floats:
    converted: Floats = light @ matrix
    return converted


def _transpose(matrix: Matrix) -> Floats:
    return np.array(matrix, np.float32).T


def _find_gain(brightest: Floats) -> Floats:
    """Return the factor for pixels by their brightest channel: a half up to white, then a quadratic Bézier curve."""
    control_x = (1 - _CURVE_TENSION) + _CURVE_TENSION / _KNEE
    control_y = (1 - _CURVE_TENSION) * _KNEE + _CURVE_TENSION
    x = np.clip(brightest, 1, _PEAK)
    a, b = 1 - 2 * control_x + _PEAK, control_x - 1
    t = (np.sqrt(b * b + a * (x - 1)) - b) / a
    y = (1 - t) ** 2 * _KNEE + 2 * t * (1 - t) * control_y + t * t
    gain: Floats = np.where(brightest <= 1, _KNEE, y / np.maximum(brightest, 1)).astype(np.float32)
    return gain
