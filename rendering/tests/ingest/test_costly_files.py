"""Files made to cost much: refused with the right code, within 1 s of CPU time and 200 MB."""

import time
import tracemalloc
import zlib

import pytest

from rendering.ingest import clean
from rendering.ingest.clean import IngestLimits, PictureRefused
from rendering.ingest.sniff import SNIFF_BYTES, sniff_kind
from rendering.tests.support import costly_files, image_files
from rendering.tests.support.decoding import decode, run_child

SECOND, MEGABYTE = 1.0, 1_000_000


@pytest.mark.parametrize("name", costly_files.refused_files())
def test_a_costly_file_is_refused_cheaply(name: str) -> None:
    make, code = costly_files.refused_files()[name]
    data = make()
    cost = time.thread_time()

    with pytest.raises(PictureRefused) as refused:
        decode(data)

    assert refused.value.code == code
    assert time.thread_time() - cost < SECOND


def test_only_one_of_many_profiles_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    unpack, unpacked = zlib.decompressobj, list[int]()

    def count_and_unpack() -> object:
        unpacked.append(1)
        return unpack()

    packed = image_files.chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(3_900_000), 9))
    data = image_files.with_chunks(image_files.png(), *[packed] * 500)
    monkeypatch.setattr(zlib, "decompressobj", count_and_unpack)

    needed = b"".join(clean._read_header(data, "png", IngestLimits()).parts)

    assert len(unpacked) == 1
    assert needed.count(b"iCCP") == 1


@pytest.mark.parametrize("name", costly_files.refused_files())
def test_the_parts_of_a_costly_file_that_reach_the_child_are_cheap(name: str) -> None:
    data = costly_files.refused_files()[name][0]()
    kind, _ = sniff_kind(data[:SNIFF_BYTES])
    tracemalloc.start()
    try:
        needed = b"".join(clean._read_header(data, kind, IngestLimits()).parts) if kind else b""
    except PictureRefused:
        needed = b""  # nothing reaches it
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 25 * MEGABYTE
    if needed:
        done, answer = run_child(needed)
        assert done.cpu_seconds < SECOND
        assert answer["refused"]
        assert 0 < answer["peak"] < 200 * MEGABYTE


def test_the_calling_process_survives_every_costly_file() -> None:
    for make, _ in costly_files.refused_files().values():
        with pytest.raises(PictureRefused):
            decode(make())

    assert decode(image_files.jpeg()).format == "jpeg"
