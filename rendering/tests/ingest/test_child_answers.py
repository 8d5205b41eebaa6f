"""The child has read a stranger's bytes: an answer in which anything does not hold is a refusal."""

import json
from typing import Any

import pytest

from rendering.ingest.clean import IngestLimits, PictureRefused, verify_answer
from rendering.tests.support import image_files

SMALL = IngestLimits(pixels=96 * 64)
PICTURE = image_files.jpeg()
CLEAR = image_files.png(image_files.scene().convert("RGBA"))


def told(data: bytes = PICTURE, **changed: Any) -> bytes:
    """A child's whole answer, right but for what is changed."""
    said = {
        "format": "jpeg",
        "sizes": [[96, 64]],
        "lengths": [len(data)],
        "colors": [{"color": "#C81E1E", "share": 0.5}],
        **changed,
    }
    return json.dumps(said).encode() + b"\n" + data


def test_a_correct_answer_is_accepted() -> None:
    clean = verify_answer(told(), SMALL)

    assert (clean.full.data, clean.full.width, clean.full.height, clean.working is clean.full) == (
        PICTURE,
        96,
        64,
        True,
    )
    assert verify_answer(told(CLEAR, format="png"), SMALL).format == "png"


LENGTH = len(PICTURE)
LIES = {
    "brackets": b"[" * 4_000 + b"\n",
    "a PNG of half a header": told(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", format="png"),
    "a PNG of a signature": told(b"\x89PNG\r\n\x1a\n", format="png"),
    "another format": told(format="png"),
    "a format of its own": told(format="gif"),
    "no copies": told(sizes=[], lengths=[]),
    "three copies": told(PICTURE * 3, sizes=[[96, 64]] * 3, lengths=[LENGTH] * 3),
    "another width": told(sizes=[[95, 64]]),
    "another height": told(sizes=[[96, 65]]),
    "a length too short": told(lengths=[LENGTH - 1]),
    "a length too long": told(lengths=[LENGTH + 1]),
    "a length below nothing": told(sizes=[[96, 64]] * 2, lengths=[2 * LENGTH, -LENGTH]),
    "a length that is no number": told(lengths=[float("nan")]),
    "a length that is true": told(lengths=[True]),
    "a word for copies": told(sizes="all"),
    "more than the pixels allowed": told(image_files.jpeg(image_files.scene(200, 200)), sizes=[[200, 200]]),
    "a colour that is a script": told(colors=[{"color": "<script>", "share": 0.5}]),
    "a colour and a line": told(colors=[{"color": "#C81E1E\n", "share": 0.5}]),
    "a share above one": told(colors=[{"color": "#C81E1E", "share": 1.5}]),
    "a share that is no number": told(colors=[{"color": "#C81E1E", "share": float("nan")}]),
    "a share that is a text": told(colors=[{"color": "#C81E1E", "share": "0.5"}]),
    "a colour that is a number": told(colors=[{"color": 1, "share": 0.5}]),
    "no bytes": told(b""),
    "other bytes": told(b"<html>".ljust(LENGTH)),
    "a comment in the JPEG": told(image_files.jpeg(comment="SECRET")),
    "EXIF in the JPEG": told(image_files.jpeg(exif=image_files.exif(6))),
    "a thumbnail in the JPEG": told(
        image_files.with_segments(PICTURE, image_files.segment(0xE0, b"JFIF\0" + bytes(30)))
    ),
    "bytes behind the JPEG": told(PICTURE + b"PK\x03\x04"),
    "an end, bytes, an end": told(PICTURE + b"<script>\xff\xd9"),
    "a second picture in the JPEG": told(PICTURE + PICTURE),
    "a text in the PNG": told(image_files.with_chunks(CLEAR, image_files.chunk(b"tEXt", b"a\0b")), format="png"),
    "bytes behind the PNG": told(CLEAR + b"PK\x03\x04PK\x03\x04PK", format="png"),
    "a PNG without an end": told(CLEAR[:-12], format="png"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_false_answer_is_refused(name: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        verify_answer(LIES[name], SMALL)
    assert refused.value.code == "damaged"
