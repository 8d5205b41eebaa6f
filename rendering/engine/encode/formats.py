"""Canvases to file bytes: the same bytes for the same canvas, and no metadata but what colours and pixels are."""

import io
from collections.abc import Iterable
from typing import Any

# Pillow would import each of its sixty plugins at the first WebP: a quarter of a second of a worker's first render.
from PIL import AvifImagePlugin, Image, JpegImagePlugin, WebPImagePlugin  # noqa: F401

from rendering.engine.color.icc import SRGB_PROFILE
from rendering.engine.color.srgb import WHITE, parse_hex
from rendering.engine.encode import png, webp_flat
from rendering.engine.paint.canvas import Canvas
from rendering.engine.paint.flat_canvas import FlatCanvas
from rendering.engine.values import DrawLimitError, Output

CONTENT_TYPES = {"png": "image/png", "webp": "image/webp", "avif": "image/avif", "jpeg": "image/jpeg"}
WHOLE_PIXELS_CEILING = 6_000_000  # all but PNG are made of a picture that is held whole
_SIDE_CEILINGS = {"webp": 16_383, "avif": 65_535, "jpeg": 65_500}  # px a side, by the formats or their libraries
_DEFAULT_QUALITY = {"webp": 85, "avif": 60, "jpeg": 85}
_FULL_CHROMA_QUALITY = 90  # quality from which colours are as sharp as brightness
_FLAT_WEBP_SIDE = 256  # px a side from which our WebP is quicker than libwebp's
_MM_PER_INCH = 25.4


def check_format(output: Output, width: int, height: int) -> None:
    """Raise BoundsError if a picture of so many px cannot be had in the output's format, ValueError for no format."""
    if output.format not in CONTENT_TYPES:
        raise ValueError(f'format "{output.format}" is not drawn here: use {", ".join(CONTENT_TYPES)}')
    if output.format == "png":
        return
    longest = _SIDE_CEILINGS[output.format]
    if width * height > WHOLE_PIXELS_CEILING or max(width, height) > longest:
        raise DrawLimitError(
            f"{output.name} would have {width} × {height} px; {output.format} files have at most "
            f"{WHOLE_PIXELS_CEILING / 1e6:g} megapixels and {longest:,} px a side here: use PNG, or a smaller size."
        )


def encode_canvas(canvas: Canvas, output: Output, zoom: float) -> Iterable[bytes]:
    """Give a canvas as a file of the output's format, piece by piece; `zoom` is px a mm of the printed thing."""
    if output.ground or output.format == "jpeg":
        canvas = canvas.flatten_onto(parse_hex(f"#{output.ground}") if output.ground else WHITE)
    if output.format == "png":
        return png.encode_png(canvas, zoom)
    if output.format == "webp":
        return (_encode_webp(canvas, output),)
    if output.format == "avif":
        # CICP, which libavif writes of itself, says sRGB; one thread, for the same bytes on every machine.
        return (_save_image(canvas.to_image(), "AVIF", speed=9, max_threads=1, codec="aom", **_lossy_options(output)),)
    dpi = round(zoom * _MM_PER_INCH)
    return (
        _save_image(
            canvas.to_image(), "JPEG", dpi=(dpi, dpi), icc_profile=_icc_profile(output), **_lossy_options(output)
        ),
    )


def _encode_webp(canvas: Canvas, output: Output) -> bytes:
    """Return a lossless WebP if that is asked for or the canvas is flat and no quality is, else a lossy one.

    Of large flat ones by our own encoder, of small ones by libwebp, which is then the quicker.
    """
    is_flat, profile = isinstance(canvas, FlatCanvas), _icc_profile(output)
    if output.quality or not (is_flat or output.lossless):
        return _save_image(canvas.to_image(), "WEBP", quality=_quality(output), method=1, icc_profile=profile)
    opaque = isinstance(canvas, FlatCanvas) and canvas.background is not None
    if isinstance(canvas, FlatCanvas) and opaque and max(canvas.width, canvas.height) >= _FLAT_WEBP_SIDE:
        return webp_flat.encode_flat_webp(canvas, profile)
    # More effort than method 1 gains flat colour next to nothing (docs/performance.md).
    return _save_image(canvas.to_image(), "WEBP", lossless=True, quality=20, method=1, icc_profile=profile)


def _icc_profile(output: Output) -> bytes:
    """Return a profile; in a thumbnail's kilobyte or two there is no room, and what says nothing is taken for sRGB."""
    return b"" if output.kind == "thumbnail" else SRGB_PROFILE


def _quality(output: Output) -> int:
    return output.quality or _DEFAULT_QUALITY[output.format]


def _lossy_options(output: Output) -> dict[str, Any]:
    quality = _quality(output)
    return {"quality": quality, "subsampling": "4:4:4" if quality >= _FULL_CHROMA_QUALITY else "4:2:0"}


def _save_image(picture: Image.Image, file_format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, file_format, **options)
    return out.getvalue()
