"""Files made to cost much, valid or not: a name, how to make it, and the code it is refused with."""

import functools
import struct
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

from rendering.tests.support import heic_files, image_files
from rendering.tests.support.image_files import (
    box,
    canvas,
    chunk,
    raw_png,
    riff,
    rows,
    segment,
    with_chunks,
    with_segments,
)

CostlyFile = tuple[str, tuple[Callable[[], bytes], str]]
LARGEST = (5_000, 5_000)  # 25 megapixels


def flat_png(width: int, height: int) -> bytes:
    """A black PNG of one bit a pixel: a few thousand bytes."""
    return raw_png((width, height), 1, 0, (b"\0" + bytes((width + 7) // 8)) * height)


def header_jpeg(width: int, height: int, **options: bool) -> bytes:
    """A JPEG that declares this size, with the pixels of 64 x 64."""
    data = image_files.jpeg(Image.new("RGB", (64, 64)), **options)
    at = next(data.index(bytes((0xFF, mark))) for mark in (0xC0, 0xC2) if bytes((0xFF, mark, 0, 17)) in data)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def many_scans() -> bytes:
    """A progressive JPEG of 25 megapixels with a thousand scans."""
    data = header_jpeg(*LARGEST, progressive=True)
    at = data.rindex(b"\xff\xda")
    end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
    return data[:at] + (data[at:end] + b"\0\0") * 1_000 + b"\xff\xd9"


def mislabelled_heic(width: int, height: int) -> bytes:
    at = heic_files.HEIC.index(b"ispe") + 8
    return heic_files.HEIC[:at] + struct.pack(">II", width, height) + heic_files.HEIC[at + 8 :]


def stored_png() -> bytes:
    """A PNG with uncompressed pixels: any of them may change, and it can still be read."""
    return image_files.png(compress_level=0)


def flip_bit(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


@functools.cache
def refused_files() -> dict[str, tuple[Callable[[], bytes], str]]:
    return dict(_all())


def _all() -> Iterator[CostlyFile]:
    for part in (_unknown_formats, _pngs, _jpegs, _webps, _heics):
        yield from part()


def _unknown_formats() -> Iterator[CostlyFile]:
    yield "zeros", (lambda: bytes(1_000), "unknown_format")
    yield "an MP4", (lambda: box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov"), "unknown_format")
    yield "a PNG behind a line of text", (lambda: b"hello\n" + image_files.png(), "unknown_format")


def _pngs() -> Iterator[CostlyFile]:
    good, large = image_files.png(), struct.pack(">IIBBBBB", *LARGEST, 8, 6, 0, 0, 0)
    yield "a PNG of 141 megapixels", (lambda: flat_png(11_900, 11_900), "too_many_pixels")
    yield "a PNG of 2³¹ px a side", (lambda: raw_png((2**31 - 1,) * 2, 8, 6, b""), "too_long_side")
    yield "a PNG of 1 × 100,000", (lambda: flat_png(1, 100_000), "too_long_side")
    yield "a PNG of 1 × 10,000", (lambda: flat_png(1, 10_000), "too_narrow")
    yield "a PNG of 49 × 49", (lambda: flat_png(49, 49), "too_small")
    yield "a PNG of no width", (lambda: raw_png((0, 64), 8, 2, b"\0"), "damaged")
    yield "a PNG without an end", (lambda: good[:-12], "damaged")
    yield "half a PNG", (lambda: good[: len(good) // 2], "damaged")
    yield "a PNG's signature", (lambda: good[:8], "damaged")
    yield "a PNG without pixels", (lambda: raw_png((64, 64), 8, 2, b""), "damaged")
    yield (
        "25 megapixels of nothing",
        (
            lambda: good[:8] + chunk(b"IHDR", large) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND"),
            "damaged",
        ),
    )
    yield "a palette picture without a palette", (lambda: raw_png((64, 64), 8, 3, rows(64, 64, b"\7")), "damaged")
    yield "an APNG", (lambda: image_files.animation("PNG"), "animated")
    yield "an APNG of 2³² - 1 frames", (lambda: with_chunks(good, chunk(b"acTL", b"\xff" * 4 + bytes(4))), "animated")
    yield "an uncounted second frame", (lambda: good[:-12] + chunk(b"fdAT", bytes(9)) + good[-12:], "animated")
    yield "two headers", (lambda: with_chunks(good, good[8:33]), "damaged")
    yield "a million chunks", (lambda: with_chunks(good, chunk(b"tEXt", b"a\0b") * 1_000_000), "too_complex")
    yield "a million empty pieces of pixels", (lambda: with_chunks(good, chunk(b"IDAT") * 1_000_000), "too_complex")
    yield "a PNG with one bit turned", (lambda: flip_bit(stored_png(), 2_000), "damaged")
    yield "a chunk of 2 GB", (lambda: with_chunks(good, b"\x7f\xff\xff\xfftEXta"), "damaged")


def _jpegs() -> Iterator[CostlyFile]:
    good = image_files.jpeg()
    frame = good.index(b"\xff\xc0")
    yield "a JPEG of 65,535 px a side", (lambda: header_jpeg(65_535, 65_535), "too_long_side")
    yield "a JPEG of 11,900 px a side", (lambda: header_jpeg(11_900, 11_900), "too_many_pixels")
    yield "a JPEG of 1 × 9,000", (lambda: header_jpeg(1, 9_000), "too_narrow")
    yield "a JPEG of no height", (lambda: header_jpeg(64, 0), "damaged")
    yield "a JPEG that ends eight bytes early", (lambda: good[:-10], "damaged")
    yield "half a JPEG", (lambda: good[: len(good) // 2], "damaged")
    yield "a JPEG's first bytes", (lambda: good[:3], "damaged")
    yield "a JPEG of its header alone", (lambda: good[: good.index(b"\xff\xda")] + b"\xff\xd9", "damaged")
    yield "a thousand scans", (many_scans, "too_complex")
    yield "five million comments", (lambda: with_segments(good, segment(0xFE) * 4_900_000), "too_complex")
    yield "two frames in one JPEG", (lambda: with_segments(good, good[frame : frame + 19]), "damaged")
    yield "a lossless JPEG", (lambda: good.replace(b"\xff\xc0", b"\xff\xc3", 1), "damaged")
    yield "an arithmetic JPEG", (lambda: good.replace(b"\xff\xc0", b"\xff\xc9", 1), "damaged")
    yield "a JPEG of 12 bits", (lambda: good.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c", 1), "damaged")
    yield "a segment beyond the end", (lambda: with_segments(good, b"\xff\xe1\xff\xff"), "damaged")
    yield "a segment of no length", (lambda: with_segments(good, b"\xff\xe1\0\0"), "damaged")


def _webps() -> Iterator[CostlyFile]:
    good, pixels = image_files.webp(), image_files.bitstream(image_files.webp())
    yield "a WebP of 16,384 px a side", (lambda: riff(canvas(16_384, 16_384), pixels), "too_long_side")
    yield "a WebP of 11,900 px a side", (lambda: riff(canvas(11_900, 11_900), pixels), "too_many_pixels")
    yield "a WebP larger than its pixels", (lambda: riff(canvas(*LARGEST), pixels), "damaged")
    yield "a WebP smaller than its pixels", (lambda: riff(canvas(64, 64), pixels), "damaged")
    yield "an animated WebP", (lambda: image_files.animation("WEBP"), "animated")
    yield "half a WebP", (lambda: good[: len(good) // 2], "damaged")
    yield "half a WebP that says so", (lambda: riff((pixels[0], pixels[1][: len(pixels[1]) // 2])), "damaged")
    yield "a WebP of nothing", (riff, "damaged")
    yield "a WebP of metadata", (lambda: riff((b"EXIF", b"II*\0")), "damaged")
    yield "a million chunks of WebP", (lambda: riff(pixels, *[(b"abcd", b"")] * 1_000_000), "too_complex")
    yield "a chunk beyond the WebP's end", (lambda: good[:16] + b"\xff\xff\xff\x7f" + good[20:], "damaged")


def _heics() -> Iterator[CostlyFile]:
    brand = heic_files.HEIC[:28]
    yield "a HEIC of 20,000 px a side", (lambda: mislabelled_heic(20_000, 20_000), "too_long_side")
    yield "a HEIC of 11,900 px a side", (lambda: mislabelled_heic(11_900, 11_900), "too_many_pixels")
    yield "a HEIC of 1 × 2,000", (lambda: mislabelled_heic(1, 2_000), "too_narrow")
    yield "a HEIC larger than its pixels", (lambda: mislabelled_heic(*LARGEST), "damaged")
    yield "a HEIC sequence", (lambda: heic_files.HEIC_SEQUENCE, "animated")
    yield (
        "a HEIC sequence behind an image",
        (lambda: heic_files.HEIC + box(b"moov", heic_files.HEIC_SEQUENCE[48:]), "animated"),
    )
    yield "half a HEIC", (lambda: heic_files.HEIC[: len(heic_files.HEIC) // 2], "damaged")
    pixels = heic_files.HEIC.index(b"mdat") + 4
    yield "a HEIC without pixels", (lambda: heic_files.HEIC[:pixels] + bytes(len(heic_files.HEIC) - pixels), "damaged")
    yield "a HEIC's brand", (lambda: brand, "damaged")
    yield "a HEIC of nothing", (lambda: brand + box(b"meta", bytes(4)), "damaged")
    yield "a box of no length", (lambda: brand + struct.pack(">I4s", 4, b"meta") + bytes(40), "damaged")
    yield "a million boxes", (lambda: heic_files.HEIC + box(b"free") * 1_000_000, "too_complex")
