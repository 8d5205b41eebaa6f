"""Each hostile file is refused with its code and a message, within 1 s of CPU time and 200 MB."""

import pytest

from rendering.ingest.clean import IngestLimits, PictureRefused
from rendering.ingest.sniff import REFUSAL_MESSAGES, sniff_kind
from rendering.tests.support import hostile_files, image_files
from rendering.tests.support.decoding import decode, run_child

SECOND, MEGABYTES = 1.0, 200


@pytest.mark.parametrize("name", hostile_files.REFUSED_FILES)
def test_a_hostile_file_is_refused_with_a_reason(name: str) -> None:
    make, code = hostile_files.REFUSED_FILES[name]
    data = make()
    with pytest.raises(PictureRefused) as refused:
        decode(data)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert "{" not in str(refused.value)
    if sniff_kind(data[:64])[0]:
        done, answer = run_child(data)
        assert done.cpu_seconds < SECOND
        assert answer["peak"] < MEGABYTES * 1_000_000


def test_an_overlong_file_is_not_read() -> None:
    with pytest.raises(PictureRefused, match="larger than 1 MB") as refused:
        decode(b"\xff\xd8\xff" + bytes(1_000_001), IngestLimits(bytes=1_000_000))
    assert refused.value.code == "too_large"


def test_each_limit_can_be_configured() -> None:
    photo = image_files.encode(image_files.scene(400, 200), "PNG")
    limits = {
        "too_many_pixels": IngestLimits(pixels=79_999),
        "too_long_side": IngestLimits(side_max=399),
        "too_small": IngestLimits(side_min=201),
        "too_narrow": IngestLimits(aspect=1.9),
        "too_large": IngestLimits(bytes=len(photo) - 1),
    }
    for code, limit in limits.items():
        with pytest.raises(PictureRefused) as refused:
            decode(photo, limit)
        assert refused.value.code == code
    enough = IngestLimits(pixels=80_000, side_max=400, side_min=200, aspect=2.0, bytes=len(photo))
    assert decode(photo, enough).full.width == 400


def test_every_refusal_code_has_a_message() -> None:
    assert {code for _, code in hostile_files.REFUSED_FILES.values()} <= REFUSAL_MESSAGES.keys()


def test_an_unsupported_format_is_named_where_it_is_known() -> None:
    with pytest.raises(PictureRefused, match="image but a PDF"):
        decode(b"%PDF-1.7")
    with pytest.raises(PictureRefused, match="image but a GIF"):
        decode(b"GIF89a")


def test_a_large_profile_and_large_exif_are_cheap() -> None:
    noise = bytes(range(256)) * 200
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0" + noise
    data = image_files.encode(image_files.scene(), "JPEG", quality=95, icc_profile=noise * 8, exif=exif[:60_000])
    done, answer = run_child(data)
    assert answer["format"] == "jpeg"
    assert done.cpu_seconds < SECOND
    assert answer["peak"] < MEGABYTES * 1_000_000
