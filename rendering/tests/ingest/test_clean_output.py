"""Data hidden in a file or appended to it is removed."""

import struct

import pytest

from rendering.tests.support import hostile_files, image_files
from rendering.tests.support.decoding import decode

JPEG = image_files.encode(image_files.scene(), "JPEG", quality=95)
PNG = image_files.encode(image_files.scene(), "PNG")
CARRIERS = {
    **{f"metadata in a {name}": hostile_files.with_metadata(name) for name in ("JPEG", "PNG", "WEBP")},
    "an archive behind a JPEG": JPEG + hostile_files.zip_archive(),
    "an archive behind a PNG": PNG + hostile_files.zip_archive(),
    "a page behind a JPEG": JPEG + b"<html><script>" + hostile_files.PLANTED,
    "a script in a JPEG's comment": JPEG[:2]
    + b"\xff\xfe"
    + struct.pack(">H", 2 + 12)
    + hostile_files.PLANTED
    + JPEG[2:],
}


@pytest.mark.parametrize("name", CARRIERS)
def test_planted_metadata_is_removed(name: str) -> None:
    carrier = CARRIERS[name]
    assert hostile_files.PLANTED in carrier or "PNG" in name  # a PNG may hold it compressed
    picture = decode(carrier)
    for data in (picture.full.data, picture.working.data):
        assert hostile_files.PLANTED not in data
        assert b"PK\x03\x04" not in data
        assert b"script" not in data


def test_a_clean_jpeg_has_the_segments_it_needs_and_no_others() -> None:
    data, at, found = decode(hostile_files.with_metadata("JPEG")).full.data, 2, []
    while data[at + 1] != 0xDA:
        found.append(data[at + 1])
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    assert set(found) == {0xE0, 0xDB, 0xC0, 0xC4}  # JFIF, quantisation, frame, Huffman


def test_a_clean_png_has_the_chunks_it_needs_and_no_others() -> None:
    transparent = image_files.scene().convert("RGBA")
    transparent.putpixel((0, 0), (0, 0, 0, 0))
    data, at, found = decode(image_files.encode(transparent, "PNG", icc_profile=b"x" * 200)).full.data, 8, set()
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        found.add(name)
        at += 12 + length
    assert found == {b"IHDR", b"IDAT", b"IEND"}
