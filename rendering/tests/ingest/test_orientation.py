"""Orientation: from EXIF for JPEG, PNG and WebP, from the container for HEIC, and never applied twice."""

import pytest
from PIL import Image, ImageOps

from rendering.ingest.clean import ingest_picture
from rendering.tests.support import heic_files, image_files
from rendering.tests.support.image_files import BLUE, LIGHT, RED


def assert_alike(one: Image.Image, other: Image.Image) -> None:
    assert one.size == other.size
    for x, y in ((8, 8), (one.width - 8, 8), (8, one.height - 8), (one.width - 8, one.height - 8)):
        pixels = zip(one.getpixel((x, y)), other.getpixel((x, y)), strict=True)
        assert max(abs(a - b) for a, b in pixels) < 8, (x, y)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_exif_orientation_is_applied_once(kind: str, turn: int) -> None:
    data = image_files.encode(image_files.scene(), kind, exif=image_files.exif(turn), quality=95)

    shown = image_files.open_image(ingest_picture(data).full.data)

    assert_alike(shown, ImageOps.exif_transpose(image_files.open_image(data)).convert("RGB"))


def test_a_phones_heic_is_rotated_once() -> None:
    shown = image_files.open_image(ingest_picture(heic_files.HEIC_TURNED).full.data)

    assert_alike(shown, image_files.scene().transpose(Image.Transpose.ROTATE_270))


def test_exif_orientation_is_ignored_in_heic() -> None:
    assert_alike(image_files.open_image(ingest_picture(heic_files.HEIC_EXIF_ALONE).full.data), image_files.scene())


XMP = b"<x:xmpmeta><rdf:Description tiff:Orientation='6' tiff:Orientation=\"6\"/></x:xmpmeta>"


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_orientation_in_xmp_counts_for_nothing(kind: str) -> None:
    options = {"xmp": XMP, "quality": 95}
    alone = ingest_picture(image_files.encode(image_files.scene(), kind, **options))
    beside = ingest_picture(image_files.encode(image_files.scene(), kind, exif=image_files.exif(3), **options))

    assert_alike(image_files.open_image(alone.full.data), image_files.scene())
    assert_alike(image_files.open_image(beside.full.data), image_files.scene().rotate(180))


def test_orientation_in_the_xmp_of_a_png_counts_for_nothing() -> None:
    text = image_files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    data = image_files.with_chunks(image_files.png(), text)

    assert_alike(image_files.open_image(ingest_picture(data).full.data), image_files.scene())


def test_the_working_copy_is_upright_too() -> None:
    clean = ingest_picture(image_files.jpeg(image_files.scene(1_920, 1_280), exif=image_files.exif(6)))

    assert ((clean.full.width, clean.full.height), (clean.working.width, clean.working.height)) == (
        (1_280, 1_920),
        (1_067, 1_600),
    )
    assert_alike(
        image_files.open_image(clean.working.data),
        image_files.scene(1_600, 1_067).transpose(Image.Transpose.ROTATE_270),
    )


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0",  # orientation 9, which does not exist
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x01\0\x06\0\0",  # orientation as text
        b"hello, I am no TIFF" * 9,
    ],
)
def test_broken_exif_is_ignored(block: bytes) -> None:
    data = image_files.with_segments(image_files.jpeg(), image_files.segment(0xE1, b"Exif\0\0" + block))

    assert_alike(image_files.open_image(ingest_picture(data).full.data), image_files.scene())


def test_the_corners_of_the_scene_differ() -> None:
    scene = image_files.scene()

    assert [scene.getpixel(at) for at in ((8, 8), (90, 8), (8, 56))] == [LIGHT, BLUE, RED]
