"""JPEG, AVIF and WebP as Pillow's libraries write them; WebP of large flat canvases goes to our own encoder.

Settings are fixed and one thread encodes, so the same canvas gives the same bytes on every machine.
"""

import io
from collections.abc import Iterable
from typing import Any

# Imported by name: at the first WebP, Pillow would import all its sixty plugins, a quarter of a second.
from PIL import AvifImagePlugin, Image, JpegImagePlugin, WebPImagePlugin  # noqa: F401

from rendering.engine.color.icc import SRGB_PROFILE
from rendering.engine.encode.color_count import find_colors
from rendering.engine.encode.fine_colors import has_fine_colors
from rendering.engine.encode.webp_flat import encode_flat_webp
from rendering.engine.paint.canvas import Canvas
from rendering.engine.paint.flat_canvas import FlatCanvas
from rendering.engine.schema.units import INCH_MM
from rendering.engine.values import Output

_FULL_CHROMA_QUALITY = 90  # quality from which colour is not subsampled
_FEW_COLORS = 1024  # up to which a lossless WebP may be smaller than a lossy one
_FLAT_WEBP_MIN_SIDE = 256  # px, the longer side, from which our WebP encoder is faster than libwebp


def encode_jpeg(canvas: Canvas, output: Output, quality: int, zoom: float) -> Iterable[bytes]:
    """Return an opaque canvas as a JPEG with its print density."""
    image, dpi = canvas.to_image(), round(zoom * INCH_MM)
    options = {"dpi": (dpi, dpi), "icc_profile": _icc_profile(output), **_lossy_options(image, quality)}
    return (_save_image(image, "JPEG", **options),)


def encode_avif(canvas: Canvas, _output: Output, quality: int, _zoom: float) -> Iterable[bytes]:
    """Return a canvas as an AVIF. It needs no profile: libavif writes that it is sRGB (CICP, ISO/IEC 23091-2)."""
    image = canvas.to_image()
    options = {"speed": 9, "max_threads": 1, "codec": "aom", **_lossy_options(image, quality)}
    return (_save_image(image, "AVIF", **options),)


def encode_webp(canvas: Canvas, output: Output, quality: int, _zoom: float) -> Iterable[bytes]:
    """Return a canvas as a WebP: lossless on request, and for a flat canvas unless the output names a quality.

    Of few colours it is lossless, too, if that is smaller. Lossy WebP has no 4:4:4, so nothing else keeps letters sharp
    that differ from their background by colour alone.
    """
    is_flat, profile = isinstance(canvas, FlatCanvas), _icc_profile(output)
    if output.quality or not (is_flat or output.lossless):
        image = canvas.to_image()
        lossy = _save_image(image, "WEBP", quality=quality, method=1, icc_profile=profile)
        if find_colors(image, _FEW_COLORS) is None:
            return (lossy,)
        return (min(_encode_lossless_webp(image, profile), lossy, key=len),)
    if isinstance(canvas, FlatCanvas) and _suits_flat_encoder(canvas):
        return (encode_flat_webp(canvas, profile),)
    return (_encode_lossless_webp(canvas.to_image(), profile),)


def _encode_lossless_webp(image: Image.Image, profile: bytes) -> bytes:
    # Higher effort than method 1 saves almost nothing on flat colour (docs/performance.md).
    return _save_image(image, "WEBP", lossless=True, quality=20, method=1, icc_profile=profile)


def _suits_flat_encoder(canvas: FlatCanvas) -> bool:
    return canvas.background is not None and max(canvas.width, canvas.height) >= _FLAT_WEBP_MIN_SIDE


def _icc_profile(output: Output) -> bytes:
    """Return the sRGB profile; none for thumbnails: it would be a third of the file, and untagged is read as sRGB."""
    return b"" if output.kind == "thumbnail" else SRGB_PROFILE


def _lossy_options(image: Image.Image, quality: int) -> dict[str, Any]:
    is_full = quality >= _FULL_CHROMA_QUALITY or has_fine_colors(image)
    return {"quality": quality, "subsampling": "4:4:4" if is_full else "4:2:0"}


def _save_image(image: Image.Image, pillow_format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, pillow_format, **options)
    return out.getvalue()
