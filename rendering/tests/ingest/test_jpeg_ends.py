"""JPEG without an end marker: accepted where all of its pixels are there, refused where some are missing."""

import random
from collections.abc import Callable

import pytest
from PIL import Image

from rendering.ingest.clean import PictureRefused, ingest_picture
from rendering.ingest.containers import jpeg
from rendering.tests.support import image_files
from rendering.tests.support.photos import photo

END = b"\xff\xd9"
PICTURE = photo(320, 240)
KINDS = {
    "baseline": image_files.jpeg(PICTURE, subsampling=2),
    "progressive": image_files.jpeg(PICTURE, progressive=True),
    "with restarts": image_files.jpeg(PICTURE, restart_marker_blocks=8),
    "gray": image_files.jpeg(PICTURE.convert("L")),
    "CMYK": image_files.jpeg(PICTURE.convert("CMYK")),
    "of middle gray": image_files.jpeg(Image.new("RGB", (320, 240), (128, 128, 128))),
}
NOISE = random.Random(1).randbytes(4_000)
ENDINGS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda pixels: pixels,
    "half a marker": lambda pixels: pixels + b"\xff",
    "a phone's own data": lambda pixels: pixels + b"\0\0SEFH" + NOISE + b"SEFT",
    "another image": lambda pixels: pixels + KINDS["gray"],
    "a marker beyond the end": lambda pixels: pixels + b"\xff\xe1\xff\xff",
}


def without_end(kind: str) -> bytes:
    assert KINDS[kind].endswith(END)
    return KINDS[kind][: -len(END)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "ending", ["a phone's own data", *(pytest.param(one, marks=pytest.mark.exhaustive) for one in ENDINGS)]
)
def test_a_complete_picture_needs_no_end(kind: str, ending: str) -> None:
    found = ingest_picture(ENDINGS[ending](without_end(kind)))
    assert found.full.data == ingest_picture(KINDS[kind]).full.data


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_follows_is_left_out(ending: str) -> None:
    pixels = without_end("baseline")
    header = jpeg.read_header(ENDINGS[ending](pixels))
    assert not header.is_ended
    kept = b"".join(header.parts)
    assert kept.startswith(pixels)
    assert kept.endswith(END)
    assert kept.count(b"\xff") == KINDS["baseline"].count(b"\xff")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [0.6, 0.99])
def test_a_picture_of_which_a_part_is_missing_is_refused(kind: str, kept: float) -> None:
    pixels = without_end(kind)
    with pytest.raises(PictureRefused) as refused:
        ingest_picture(pixels[: round(kept * len(pixels))])
    assert refused.value.code == "damaged"


@pytest.mark.parametrize("kind", ["baseline", "with restarts", "gray", "CMYK", "of middle gray"])
def test_an_end_marker_hides_no_missing_pixels(kind: str) -> None:
    pixels = without_end(kind)
    with pytest.raises(PictureRefused) as refused:
        ingest_picture(pixels[: round(0.6 * len(pixels))] + END)
    assert refused.value.code == "damaged"


def test_a_progressive_picture_without_its_last_scans_is_refused() -> None:
    data = KINDS["progressive"]
    with pytest.raises(PictureRefused):
        ingest_picture(data[: data.rindex(b"\xff\xda")])
