"""Each hostile file is refused with its code and a sentence, in a second of CPU time and 200 MB at most."""

import pytest

from rendering.ingest.clean import Limits, PictureRefused
from rendering.ingest.sniff import MESSAGES, kind_of
from rendering.tests.support import hostile_files, image_files
from rendering.tests.support.decoding import run, taken

SECOND, MEGABYTES = 1.0, 200


@pytest.mark.parametrize("name", hostile_files.REFUSED)
def test_it_is_refused_in_words(name: str) -> None:
    make, code = hostile_files.REFUSED[name]
    data = make()
    with pytest.raises(PictureRefused) as refused:
        taken(data)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert "{" not in str(refused.value)
    if kind_of(data[:64])[0]:
        done, said = run(data)
        assert done.cpu_seconds < SECOND
        assert said["peak"] < MEGABYTES * 1_000_000


def test_a_file_that_is_too_long_is_not_read() -> None:
    with pytest.raises(PictureRefused, match="larger than 1 MB") as refused:
        taken(b"\xff\xd8\xff" + bytes(1_000_001), Limits(bytes=1_000_000))
    assert refused.value.code == "too_large"


def test_each_limit_is_a_value() -> None:
    photo = image_files.saved(image_files.scene(400, 200), "PNG")
    limits = {
        "too_many_pixels": Limits(pixels=79_999), "too_long_side": Limits(side_max=399),
        "too_small": Limits(side_min=201), "too_narrow": Limits(aspect=1.9), "too_large": Limits(bytes=len(photo) - 1),
    }  # fmt: skip
    for code, limit in limits.items():
        with pytest.raises(PictureRefused) as refused:
            taken(photo, limit)
        assert refused.value.code == code
    enough = Limits(pixels=80_000, side_max=400, side_min=200, aspect=2.0, bytes=len(photo))
    assert taken(photo, enough).full.width == 400


def test_every_code_that_is_given_has_a_sentence() -> None:
    assert {code for _, code in hostile_files.REFUSED.values()} <= MESSAGES.keys()


def test_what_cannot_be_recognised_is_named_where_it_is_known() -> None:
    with pytest.raises(PictureRefused, match="picture but a PDF"):
        taken(b"%PDF-1.7")
    with pytest.raises(PictureRefused, match="picture but a GIF"):
        taken(b"GIF89a")


def test_a_large_profile_and_large_exif_are_no_burden() -> None:
    noise = bytes(range(256)) * 200
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0" + noise
    data = image_files.saved(image_files.scene(), "JPEG", quality=95, icc_profile=noise * 8, exif=exif[:60_000])
    done, said = run(data)
    assert said["format"] == "jpeg"
    assert done.cpu_seconds < SECOND
    assert said["peak"] < MEGABYTES * 1_000_000
