"""The table of output formats: one row holds all that the project knows about a format.

To add a format, write its encoder in a module beside this one and add a row to `FORMATS`. The grammar of
RENDER_OUTPUTS, the media types of storage keys and the API's schema read the table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from rendering.engine.color.srgb import WHITE, parse_hex
from rendering.engine.encode.pillow_encoders import encode_avif, encode_jpeg, encode_webp
from rendering.engine.encode.png import encode_png
from rendering.engine.paint.canvas import Canvas
from rendering.engine.values import DrawLimitError, Output

WHOLE_CANVAS_MAX_PIXELS = 6_000_000  # px of a file whose encoder needs the whole canvas in memory

Encoder: TypeAlias = Callable[[Canvas, Output, int, float], Iterable[bytes]]
"""Turns a canvas into the pieces of a file. Arguments: the canvas, the output, the quality (1 to 100, 0 for a format
that has none) and the zoom (px per mm of the printed product). The same arguments must give the same bytes, without
metadata other than colour space and density."""


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: its names, its limits, the options that apply to it, and its encoder.

    The option `bg` (a background colour) applies to every format: the canvas is flattened before it is encoded.
    """

    name: str  # in `Output.format`; also the file name extension; at most 8 characters (Rendition.format)
    label: str  # in messages
    content_type: str
    encoder: Encoder
    other_extensions: tuple[str, ...] = ()
    max_side: int | None = None  # px, by the format or its library
    is_streamed: bool = False  # encoded in bands as they are drawn, so no limit to its pixels but the operator's
    default_quality: int = 0  # 1 to 100; 0: the format has no quality setting
    has_lossless_option: bool = False
    is_opaque: bool = False  # has no transparency: flattened onto white if the output names no colour
    is_preview_format: bool = False  # may be requested as an instant preview

    @property
    def extensions(self) -> tuple[str, ...]:
        """Return the file name extensions, without a dot."""
        return (self.name, *self.other_extensions)


def _encode_png(canvas: Canvas, _output: Output, _quality: int, zoom: float) -> Iterable[bytes]:
    return encode_png(canvas, zoom)


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("png", "PNG", "image/png", _encode_png, is_streamed=True, is_preview_format=True),
        Format(
            name="webp",
            label="WebP",
            content_type="image/webp",
            encoder=encode_webp,
            max_side=16_383,
            default_quality=85,
            has_lossless_option=True,
            is_preview_format=True,
        ),
        Format("avif", "AVIF", "image/avif", encode_avif, max_side=65_535, default_quality=60),
        Format(
            name="jpeg",
            label="JPEG",
            content_type="image/jpeg",
            encoder=encode_jpeg,
            other_extensions=("jpg",),
            max_side=65_500,
            default_quality=85,
            is_opaque=True,
            is_preview_format=True,
        ),
    )
}


def find_format(extension: str) -> Format | None:
    """Return the format of a file name extension (without its dot), or None."""
    return next((row for row in FORMATS.values() if extension in row.extensions), None)


def list_content_types() -> dict[str, str]:
    """Return the media type of each file name extension, with its dot (".jpg")."""
    return {f".{extension}": row.content_type for row in FORMATS.values() for extension in row.extensions}


def check_format(output: Output, width: int, height: int) -> None:
    """Raise DrawLimitError if the output's format has no room for width × height px, ValueError if it is unknown."""
    row = FORMATS.get(output.format)
    if row is None:
        raise ValueError(f'unknown output format "{output.format}": use one of {", ".join(FORMATS)}')
    if not row.is_streamed and width * height > WHOLE_CANVAS_MAX_PIXELS:
        limit = f"{WHOLE_CANVAS_MAX_PIXELS / 1e6:g} megapixels"
    elif row.max_side is not None and max(width, height) > row.max_side:
        limit = f"{row.max_side:,} px on a side"
    else:
        return
    raise DrawLimitError(
        f"{output.name} would have {width} × {height} px; {row.label} files have at most {limit}: "
        "use PNG or a smaller size."
    )


def encode_canvas(canvas: Canvas, output: Output, zoom: float) -> Iterable[bytes]:
    """Return a canvas as a file in the output's format, in pieces; `zoom` is px per mm of the printed product."""
    row = FORMATS[output.format]
    if output.ground:
        canvas = canvas.flatten_onto(parse_hex(f"#{output.ground}"))
    elif row.is_opaque:
        canvas = canvas.flatten_onto(WHITE)
    return row.encoder(canvas, output, output.quality or row.default_quality, zoom)
