"""TIFF 6.0 for printers that ask for it: RGB or CMYK, strips compressed with LZW by libtiff, the profile included."""

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from PIL import Image, TiffImagePlugin

from rendering.engine.color.icc import SRGB_PROFILE

_SHORT, _LONG, _RATIONAL, _UNDEFINED = 3, 4, 5, 7  # types of values
_SIZES = {_SHORT: 2, _LONG: 4, _RATIONAL: 8, _UNDEFINED: 1}  # bytes
_STRIP_OFFSETS, _STRIP_COUNTS = 273, 279
_PHOTOMETRIC = {"RGB": 2, "CMYK": 5}
_LZW, _HORIZONTAL = 5, 2  # compression, and the predictor that stores differences
_DPI_UNITS = 1000  # to an inch; resolutions are fractions
_HEADER, _ENTRY, _INLINE = 8, 12, 4  # bytes


class _Tag(NamedTuple):
    number: int
    kind: int
    values: Sequence[int] | bytes


def encode_tiff(
    size: tuple[int, int], mode: str, bands: Iterable[Image.Image], dpi: float, profile: bytes = b""
) -> Iterator[bytes]:
    """Yield the bytes of a TIFF file of some size (px); bands of the mode RGB or CMYK come from top to bottom.

    All but the last have the same number of rows. Each becomes a strip; only compressed strips are kept, since the
    header says where the tags are, and they say where the strips are.
    """
    strips: list[bytes] = []
    rows = 0
    for band in bands:
        rows = rows or band.height
        strips.append(_compress_strip(band))
    resolution = [round(dpi * _DPI_UNITS), _DPI_UNITS]
    samples = len(mode)
    sizes = [len(strip) for strip in strips]
    tags = [
        _Tag(256, _LONG, [size[0]]),
        _Tag(257, _LONG, [size[1]]),
        _Tag(258, _SHORT, [8] * samples),
        _Tag(259, _SHORT, [_LZW]),
        _Tag(262, _SHORT, [_PHOTOMETRIC[mode]]),
        _Tag(_STRIP_OFFSETS, _LONG, sizes),  # in place of the offsets, which follow from where the tags end
        _Tag(274, _SHORT, [1]),
        _Tag(277, _SHORT, [samples]),
        _Tag(278, _LONG, [rows]),
        _Tag(_STRIP_COUNTS, _LONG, sizes),
        _Tag(282, _RATIONAL, resolution),
        _Tag(283, _RATIONAL, resolution),
        _Tag(284, _SHORT, [1]),
        _Tag(296, _SHORT, [2]),
        _Tag(317, _SHORT, [_HORIZONTAL]),
        *([_Tag(332, _SHORT, [1])] if mode == "CMYK" else []),
        _Tag(34675, _UNDEFINED, profile or SRGB_PROFILE),
    ]
    yield _write_tags(tags, sizes)
    yield from strips


def _write_tags(tags: Sequence[_Tag], sizes: Sequence[int]) -> bytes:
    """Return the header, the tags, and the values that do not fit into their entries; strips follow."""
    body_at = _HEADER + 2 + len(tags) * _ENTRY + 4
    first_strip = body_at + sum(_pad(_measure(tag)) for tag in tags if _measure(tag) > _INLINE)
    offsets = [first_strip + sum(sizes[:number]) for number in range(len(sizes))]
    entries, body = bytearray(), bytearray()
    for tag in tags:
        data = _pack(tag._replace(values=offsets) if tag.number == _STRIP_OFFSETS else tag)
        count = len(data) // _SIZES[tag.kind]
        if len(data) <= _INLINE:
            value = data.ljust(_INLINE, b"\0")
        else:
            value = struct.pack("<I", body_at + len(body))
            body += data.ljust(_pad(len(data)), b"\0")
        entries += struct.pack("<HHI", tag.number, tag.kind, count) + value
    head = struct.pack("<2sHIH", b"II", 42, _HEADER, len(tags))
    return bytes(head + entries + struct.pack("<I", 0) + body)


def _measure(tag: _Tag) -> int:
    return len(_pack(tag))


def _pad(size: int) -> int:
    """Return a size rounded up to a word."""
    return size + size % 2


def _pack(tag: _Tag) -> bytes:
    if isinstance(tag.values, bytes):
        return tag.values
    return struct.pack(f"<{len(tag.values)}{'H' if tag.kind == _SHORT else 'I'}", *tag.values)


def _compress_strip(band: Image.Image) -> bytes:
    """Return a band as one strip, as libtiff compresses it for a file of its own."""
    out = io.BytesIO()
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[317] = _HORIZONTAL
    tags[278] = band.height
    band.save(out, "TIFF", compression="tiff_lzw", tiffinfo=tags, strip_size=1 << 30)
    with TiffImagePlugin.TiffImageFile(io.BytesIO(out.getvalue())) as written:
        (offset,), (count,) = written.tag_v2[_STRIP_OFFSETS], written.tag_v2[_STRIP_COUNTS]
    return out.getvalue()[offset : offset + count]
