"""Pictures as objects: without loss with the filters of PNG, or as JPEG."""

import io
from collections.abc import Iterable, Iterator, Mapping

from PIL import Image

from rendering.engine.pdf.colors import PdfColors
from rendering.engine.pdf.objects import Name, PdfWriter, Ref, Value

JPEG_QUALITY = 95
_LOSSLESS_PIXELS = 4_000_000  # of a photo with transparency; a JPEG may have faint rings at the edge of its alpha
_PNG_PREDICTOR = 15  # each row begins with the number of its filter (7.4.4.4)
_CHUNK_HEADER = 8


def add_picture(writer: PdfWriter, colors: PdfColors, image: Image.Image, mask: Ref | None = None) -> Ref:
    """Write a picture without loss: RGB, or in the inks of the file already; return its number."""
    entries: dict[str, Value] = {"SMask": mask} if mask else {}
    image = colors.press.separate(image) if image.mode == "RGB" else image
    return _add_lossless(writer, image, colors.space, entries)


def add_mask(writer: PdfWriter, mask: Image.Image) -> Ref:
    """Write the soft mask of a picture; return its number."""
    return _add_lossless(writer, mask, Name("DeviceGray"), {})


def add_plate(writer: PdfWriter, plate: Image.Image, space: Value) -> Ref:
    """Write a picture of one ink, 255 for all of it; return its number."""
    return _add_lossless(writer, plate, space, {})


def add_photo(writer: PdfWriter, colors: PdfColors, image: Image.Image, mask: Ref | None = None) -> Ref:
    """Write a photo as JPEG: RGB, or in the inks of the file already, with a soft mask; return its number."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    # Pillow writes CMYK as Adobe does: 255 is no ink.
    entries: dict[str, Value] = {"Decode": [1, 0] * 4} if image.mode == "CMYK" else {}
    entries |= {"SMask": mask} if mask else {}
    return add_jpeg(writer, out.getvalue(), image.size, colors.space, entries)


def add_jpeg(
    writer: PdfWriter, data: bytes, size: tuple[int, int], space: Value, entries: Mapping[str, Value] | None = None
) -> Ref:
    """Write a JPEG file of some size (px) as it is; return its number."""
    head = {**_describe(*size, space), **(entries or {}), "Filter": Name("DCTDecode")}
    return writer.add_stream(head, data, compress=False)


def add_bands(
    writer: PdfWriter,
    colors: PdfColors,
    size: tuple[int, int],
    bands: Iterable[Image.Image],
    *,
    is_transparent: bool,
    is_photo: bool,
) -> Ref:
    """Write a picture of some size (px) that comes in bands from top to bottom, RGB or RGBA; return its number.

    In the colours of the file: photos as JPEG, unless they are small and transparent, and others without loss, never
    whole in memory.
    """
    alphas: list[bytes] = []
    mask = writer.reserve() if is_transparent else None

    def separated() -> Iterator[Image.Image]:
        for band in bands:
            if is_transparent:
                alphas.append(band.getchannel("A").tobytes())
            yield colors.press.separate(band.convert("RGB"))

    if is_photo and (mask is None or size[0] * size[1] > _LOSSLESS_PIXELS):
        ref = add_photo(writer, colors, join_bands(size, separated()), mask)
    else:
        entries = {**_describe(*size, colors.space), **({"SMask": mask} if mask else {})}
        ref = writer.stream_parts(entries, (band.tobytes() for band in separated()))
    if mask:
        writer.stream_parts(_describe(*size, Name("DeviceGray")), alphas, mask)
    return ref


def join_bands(size: tuple[int, int], bands: Iterable[Image.Image]) -> Image.Image:
    """Return one picture of bands from top to bottom."""
    joined, top = None, 0
    for band in bands:
        joined = joined or Image.new(band.mode, size)
        joined.paste(band, (0, top))
        top += band.height
    if joined is None:
        raise ValueError("a picture needs bands")
    return joined


def _describe(width: int, height: int, space: Value) -> dict[str, Value]:
    return {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": width,
        "Height": height,
        "ColorSpace": space,
        "BitsPerComponent": 8,
    }


def _add_lossless(writer: PdfWriter, image: Image.Image, space: Value, entries: Mapping[str, Value]) -> Ref:
    head = {**_describe(image.width, image.height, space), **entries}
    if image.mode == "CMYK":  # PNG does not have it
        return writer.add_stream(head, image.tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    colors = len(image.getbands())
    head |= {
        "Filter": Name("FlateDecode"),
        "DecodeParms": {"Predictor": _PNG_PREDICTOR, "Colors": colors, "Columns": image.width},
    }
    return writer.add_stream(head, _read_idat(out.getvalue()), compress=False)


def _read_idat(png: bytes) -> bytes:
    """Return the compressed rows of a PNG file, which are those of a PDF stream."""
    position, parts = 8, []
    while position < len(png):
        length = int.from_bytes(png[position : position + 4], "big")
        start = position + _CHUNK_HEADER
        if png[position + 4 : start] == b"IDAT":
            parts.append(png[start : start + length])
        position = start + length + 4
    return b"".join(parts)
