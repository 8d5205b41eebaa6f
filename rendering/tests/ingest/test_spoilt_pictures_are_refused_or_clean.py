"""Pictures spoilt by lot: what comes out is a clean picture or a refusal, and never anything else.

`CHAOS_SEED` and `CHAOS_SECONDS` choose other runs, and longer ones.
"""

import os
import random
import time

import pytest

from rendering.ingest import PictureRefused
from rendering.pictures import size_of
from rendering.tests.ingest import hostile
from rendering.tests.ingest.helpers import shown, taken

SEED = int(os.environ.get("CHAOS_SEED", "20261125"))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "100"))
WHOLE = [
    hostile.HEIC,
    *(hostile.with_metadata(name) for name in ("JPEG", "PNG", "WEBP")),
    hostile.saved(hostile.scene(), "JPEG", progressive=True),
    hostile.saved(hostile.scene().quantize(8), "PNG"),
    hostile.saved(hostile.scene().convert("CMYK"), "JPEG"),
    hostile.film("PNG"),
    hostile.film("WEBP"),
]


def spoilt(data: bytes, lot: random.Random) -> bytes:
    """Return a file with some bytes changed, cut out, doubled, or taken from another one."""
    raw = bytearray(data)
    for _ in range(lot.choice((1, 1, 2, 4, 16))):
        at, length = lot.randrange(len(raw)), lot.choice((1, 2, 4, 8, 64))
        how = lot.randrange(5)
        if how == 0:
            raw[at] = lot.choice((0, 1, 0x7F, 0x80, 0xFF, lot.randrange(256)))
        elif how == 1:
            del raw[at : at + length]
        elif how == 2:
            raw[at:at] = raw[at : at + length]
        elif how == 3:
            other = lot.choice(WHOLE)
            start = lot.randrange(len(other))
            raw[at : at + length] = other[start : start + length]
        else:
            raw[at : at + 4] = lot.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\1\0\0"))
        if not raw:
            raw = bytearray(b"\xff")
    return bytes(raw)


@pytest.mark.chaos
def test_a_spoilt_picture_is_refused_or_comes_out_clean() -> None:
    lot, ends = random.Random(SEED), time.monotonic() + SECONDS
    told = {"clean": 0, "refused": 0}
    while time.monotonic() < ends:
        data = spoilt(lot.choice(WHOLE), lot)
        try:
            picture = taken(data)
        except PictureRefused:
            told["refused"] += 1
            continue
        told["clean"] += 1
        for copy in (picture.full, picture.working):
            assert size_of(copy.data) == (picture.format, copy.width, copy.height)
            assert shown(copy).size == (copy.width, copy.height)
            assert hostile.PLANTED not in copy.data
    assert min(told.values()) > 20, told
