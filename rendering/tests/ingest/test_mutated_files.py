"""Valid files with flipped, removed, repeated or inserted bytes: each is cleaned or refused, nothing else."""

import struct
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from rendering.ingest import containers
from rendering.ingest.clean import IngestLimits, PictureRefused
from rendering.ingest.containers import MalformedFile, TooManyParts
from rendering.ingest.sniff import sniff_kind
from rendering.tests.support import heic_files, icc_profiles, image_files
from rendering.tests.support.decoding import decode

RUNS, EXAMPLES = 30, 200  # about two minutes
LIMITS = IngestLimits(side_min=1, pixels=1_000_000, working_side=60, seconds=10.0)
SEEDS = {
    "jpeg": image_files.jpeg(exif=image_files.exif(6), icc_profile=icc_profiles.screen_profile()),
    "progressive jpeg": image_files.jpeg(progressive=True, restart_marker_blocks=2),
    "cmyk jpeg": image_files.jpeg(image_files.scene().convert("CMYK"), icc_profile=icc_profiles.press_profile()),
    "grey jpeg": image_files.jpeg(image_files.scene().convert("L")),
    "png": image_files.png(exif=image_files.exif(3), icc_profile=icc_profiles.screen_profile()),
    "palette png": image_files.png(image_files.scene().quantize(16), transparency=bytes(range(0, 160, 10))),
    "transparent png": image_files.png(image_files.scene().convert("RGBA")),
    "grey png": image_files.raw_png(
        (64, 64), 16, 0, image_files.rows(64, 64, b"\x80\x40"), image_files.chunk(b"tRNS", b"\x80\x40")
    ),
    "apng": image_files.animation("PNG", 2),
    "webp": image_files.webp(exif=image_files.exif(8), icc_profile=icc_profiles.screen_profile()),
    "lossy webp": image_files.webp(image_files.scene().convert("RGBA"), lossless=False),
    "animated webp": image_files.animation("WEBP", 1),
    "heic": heic_files.HEIC,
    "phone's heic": heic_files.HEIC_TURNED,
    "heic of two": heic_files.HEIC_OF_TWO,
    "transparent heic": heic_files.HEIC_TRANSPARENT,
}
NUMBERS = [struct.pack(">I", one) for one in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 12_000, 0x10000)]
PIECES = st.sampled_from([*NUMBERS, b"\xff\xd8", b"\xff\xd9", b"\xff\xda", b"\xff\xc2", b"IDAT", b"ANMF", b"\0" * 40])


@st.composite
def mutated(draw: Any) -> bytes:
    """A valid file after one to six changes; half of the time PNG checksums are fixed, to reach the decoders."""
    data = bytearray(SEEDS[draw(st.sampled_from(sorted(SEEDS)))])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 64))
        match draw(st.sampled_from(["turn", "turn", "turn", "write", "cut", "double", "end", "insert"])):
            case "turn" if data:
                data[at] ^= draw(st.integers(1, 255))
            case "write":
                piece = draw(PIECES)
                data[at : at + len(piece)] = piece
            case "insert":
                data[at:at] = draw(PIECES | st.binary(max_size=16))
            case "cut":
                del data[at : at + length]
            case "double":
                data[at:at] = data[at : at + length]
            case "end":
                del data[at:]
    return with_fixed_checksums(bytes(data)) if draw(st.booleans()) else bytes(data)


def with_fixed_checksums(data: bytes) -> bytes:
    """Fix the checksums of a PNG; return other files unchanged."""
    if not data.startswith(b"\x89PNG"):
        return data
    out, at = bytearray(data), 8
    while at + 12 <= len(out):
        length = int.from_bytes(out[at : at + 4], "big")
        if at + 12 + length > len(out):
            break
        out[at + 8 + length : at + 12 + length] = zlib.crc32(out[at + 4 : at + 8 + length]).to_bytes(4, "big")
        at += 12 + length
    return bytes(out)


@given(mutated())
@settings(max_examples=400, deadline=None)
@example(b"\xff\xd8\xff")
@example(b"\0\0\0\x08ftypheic")
@example(b"RIFF\0\0\0\0WEBP")
def test_a_container_is_read_or_refused(data: bytes) -> None:
    kind, _ = sniff_kind(data)
    for reader in {kind} if kind else {"jpeg", "png", "webp", "heic"}:
        try:
            header = containers.read_header(data, reader)
        except (MalformedFile, TooManyParts):
            continue
        assert sum(len(part) for part in header.parts) <= len(data) + 2  # an end marker


@pytest.mark.exhaustive
def test_a_mutated_file_is_cleaned_or_refused() -> None:
    met = set[str]()

    @given(mutated())
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def does_no_harm(data: bytes) -> None:
        try:
            assert_clean(decode(data, LIMITS))
        except PictureRefused as refused:
            met.add(refused.code)
        else:
            met.add("clean")

    for number in range(RUNS):
        seed(number)(does_no_harm)()
    assert {"clean", "damaged"} <= met


def assert_clean(picture: Any) -> None:
    for copy in (picture.full, picture.working):
        shown = image_files.open_image(copy.data)
        assert (shown.format, shown.size) == (picture.format.upper(), (copy.width, copy.height))
        assert shown.mode == ("RGB" if picture.format == "jpeg" else "RGBA")
        assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & shown.info.keys()
    assert all(0 < color.share <= 1 for color in picture.colors)
