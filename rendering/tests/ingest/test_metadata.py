"""Only pixels are kept: no location, no name, no script, no embedded file."""

import struct
import zlib

import pytest

from rendering.ingest.clean import ingest_picture
from rendering.tests.support import heic_files, icc_profiles, image_files
from rendering.tests.support.hostile_files import zip_archive
from rendering.tests.support.image_files import chunk, segment, with_chunks, with_segments

SECRET = b"SECRET"
SCRIPT = b"<script>alert('SECRET')</script>"


def laden_jpeg() -> bytes:
    data = image_files.jpeg(
        exif=image_files.exif(6, description="SECRET"), icc_profile=icc_profiles.screen_profile(), comment=SCRIPT
    )
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>")
    others = (segment(marker, b"SECRET" * 9) for marker in (0xE0, 0xE3, 0xED, 0xEC, 0xFE))
    return with_segments(data, xmp, *others) + zip_archive("SECRET.txt", SCRIPT)


def laden_png() -> bytes:
    chunks = (
        chunk(b"tEXt", b"Comment\0" + SCRIPT),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SCRIPT)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
        chunk(b"tIME", b"SECRET!"),
        chunk(b"prVt", SECRET),
        chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
    )
    data = image_files.png(exif=image_files.exif(1, description="SECRET"), icc_profile=icc_profiles.screen_profile())
    return with_chunks(data, *chunks) + zip_archive("SECRET.txt", SCRIPT)


def laden_webp() -> bytes:
    options = {
        "exif": image_files.exif(1, description="SECRET"),
        "xmp": b"SECRET",
        "icc_profile": icc_profiles.screen_profile(),
    }
    return image_files.webp(**options) + zip_archive("SECRET.txt", SCRIPT)


def transparent_png() -> bytes:
    picture = image_files.scene().convert("RGBA")
    picture.putpixel((0, 0), (1, 2, 3, 4))
    return with_chunks(
        image_files.png(picture, icc_profile=icc_profiles.screen_profile()), chunk(b"tEXt", b"a\0" + SCRIPT)
    )


LADEN = {
    "JPEG": laden_jpeg,
    "PNG": laden_png,
    "WebP": laden_webp,
    "transparent PNG": transparent_png,
    "HEIC": lambda: heic_files.HEIC_TURNED + image_files.box(b"free", zip_archive("SECRET.txt", SCRIPT)),
}


@pytest.mark.parametrize("name", LADEN)
def test_no_planted_metadata_is_kept(name: str) -> None:
    data = LADEN[name]()
    assert SECRET in data

    clean = ingest_picture(data)

    for copy in (clean.full, clean.working):
        assert not [word for word in (SECRET, b"script", b"Exif", b"http", b"ICC", b"PK\x03\x04") if word in copy.data]


def test_text_that_unpacks_to_hundreds_of_megabytes_is_dropped_without_unpacking() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join([packer.compress(bytes(10_000_000)) for _ in range(20)]) + packer.flush()
    texts = chunk(b"zTXt", b"a\0\0" + bomb), chunk(b"iTXt", b"a\0\1\0\0\0" + bomb)

    assert ingest_picture(with_chunks(image_files.png(), *texts)).format == "jpeg"


def test_sixteen_megabytes_of_exif_are_dropped() -> None:
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 65_535) + bytes(65_000)
    data = with_segments(image_files.jpeg(), *[segment(0xE1, block)] * 250)

    assert len(ingest_picture(data).full.data) < 10_000
