"""Files that keep to a format's letter to do harm: refused with the right code, in a second and in 200 MB."""

import time
import tracemalloc
import zlib

import pytest

from rendering.ingest import clean
from rendering.ingest.clean import Limits, PictureRefused
from rendering.ingest.sniff import LOOKED_AT, kind_of
from rendering.tests.support import costly_files, image_files
from rendering.tests.support.decoding import run, taken

SECOND, MEGABYTE = 1.0, 1_000_000


@pytest.mark.parametrize("name", costly_files.refused())
def test_a_trap_is_refused_at_little_cost(name: str) -> None:
    make, code = costly_files.refused()[name]
    data = make()
    cost = time.thread_time()

    with pytest.raises(PictureRefused) as refused:
        taken(data)

    assert refused.value.code == code
    assert time.thread_time() - cost < SECOND


def test_of_many_profiles_one_is_unpacked() -> None:
    packed = image_files.chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(3_900_000), 9))
    data = image_files.with_chunks(image_files.png(), *[packed] * 500)
    cost = time.thread_time()

    needed = b"".join(clean._needed(data, "png", Limits()))

    assert time.thread_time() - cost < SECOND / 4
    assert needed.count(b"iCCP") == 1


@pytest.mark.parametrize("name", costly_files.refused())
def test_what_of_a_trap_reaches_the_child_costs_it_little(name: str) -> None:
    data = costly_files.refused()[name][0]()
    kind, _ = kind_of(data[:LOOKED_AT])
    tracemalloc.start()
    try:
        needed = b"".join(clean._needed(data, kind, Limits())) if kind else b""
    except PictureRefused:
        needed = b""  # nothing does
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 25 * MEGABYTE
    if needed:
        done, said = run(needed)
        assert done.cpu_seconds < SECOND
        assert said["refused"]
        assert 0 < said["peak"] < 200 * MEGABYTE


def test_the_process_that_asks_lives_through_all_of_them() -> None:
    for make, _ in costly_files.refused().values():
        with pytest.raises(PictureRefused):
            taken(make())

    assert taken(image_files.jpeg()).format == "jpeg"
