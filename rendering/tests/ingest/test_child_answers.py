"""The child has read untrusted bytes: an answer with any inconsistency is a refusal."""

import json
from typing import Any

import pytest

from rendering.ingest.child_answer import verify_answer
from rendering.ingest.clean import IngestLimits, PictureRefused
from rendering.tests.support import image_files

SMALL = IngestLimits(pixels=96 * 64)
PICTURE = image_files.jpeg()
CLEAR = image_files.png(image_files.scene().convert("RGBA"))


def answer_with(data: bytes = PICTURE, **changed: Any) -> bytes:
    """Return the answer of a child, correct except for the given changes."""
    head = {
        "format": "jpeg",
        "sizes": [[96, 64]],
        "lengths": [len(data)],
        "colors": [{"color": "#C81E1E", "share": 0.5}],
        **changed,
    }
    return json.dumps(head).encode() + b"\n" + data


def test_a_correct_answer_is_accepted() -> None:
    clean = verify_answer(answer_with(), SMALL)

    assert (clean.full.data, clean.full.width, clean.full.height, clean.working is clean.full) == (
        PICTURE,
        96,
        64,
        True,
    )
    assert verify_answer(answer_with(CLEAR, format="png"), SMALL).format == "png"


LENGTH = len(PICTURE)
LIES = {
    "brackets": b"[" * 4_000 + b"\n",
    "a PNG of half a header": answer_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", format="png"),
    "a PNG of a signature": answer_with(b"\x89PNG\r\n\x1a\n", format="png"),
    "another format": answer_with(format="png"),
    "a format of its own": answer_with(format="gif"),
    "no copies": answer_with(sizes=[], lengths=[]),
    "three copies": answer_with(PICTURE * 3, sizes=[[96, 64]] * 3, lengths=[LENGTH] * 3),
    "another width": answer_with(sizes=[[95, 64]]),
    "another height": answer_with(sizes=[[96, 65]]),
    "a length too short": answer_with(lengths=[LENGTH - 1]),
    "a length too long": answer_with(lengths=[LENGTH + 1]),
    "a negative length": answer_with(sizes=[[96, 64]] * 2, lengths=[2 * LENGTH, -LENGTH]),
    "a length that is not a number": answer_with(lengths=[float("nan")]),
    "a length that is true": answer_with(lengths=[True]),
    "a text for the copies": answer_with(sizes="all"),
    "more than the pixels allowed": answer_with(image_files.jpeg(image_files.scene(200, 200)), sizes=[[200, 200]]),
    "a colour that is a script": answer_with(colors=[{"color": "<script>", "share": 0.5}]),
    "a colour and a line": answer_with(colors=[{"color": "#C81E1E\n", "share": 0.5}]),
    "a share above one": answer_with(colors=[{"color": "#C81E1E", "share": 1.5}]),
    "a share that is not a number": answer_with(colors=[{"color": "#C81E1E", "share": float("nan")}]),
    "a share that is a text": answer_with(colors=[{"color": "#C81E1E", "share": "0.5"}]),
    "a colour that is a number": answer_with(colors=[{"color": 1, "share": 0.5}]),
    "no bytes": answer_with(b""),
    "other bytes": answer_with(b"<html>".ljust(LENGTH)),
    "a comment in the JPEG": answer_with(image_files.jpeg(comment="SECRET")),
    "EXIF in the JPEG": answer_with(image_files.jpeg(exif=image_files.exif(6))),
    "a thumbnail in the JPEG": answer_with(
        image_files.with_segments(PICTURE, image_files.segment(0xE0, b"JFIF\0" + bytes(30)))
    ),
    "bytes behind the JPEG": answer_with(PICTURE + b"PK\x03\x04"),
    "an end, bytes, an end": answer_with(PICTURE + b"<script>\xff\xd9"),
    "a second picture in the JPEG": answer_with(PICTURE + PICTURE),
    "a text in the PNG": answer_with(image_files.with_chunks(CLEAR, image_files.chunk(b"tEXt", b"a\0b")), format="png"),
    "bytes behind the PNG": answer_with(CLEAR + b"PK\x03\x04PK\x03\x04PK", format="png"),
    "a PNG without an end": answer_with(CLEAR[:-12], format="png"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_false_answer_is_refused(name: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        verify_answer(LIES[name], SMALL)
    assert refused.value.code == "damaged"
