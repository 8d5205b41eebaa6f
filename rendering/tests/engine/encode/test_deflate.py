import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customify.testing.spawn import PROJECT
from rendering.engine.encode import deflate
from rendering.tests.support.drawings import draw_short_form, open_rgb

WITHOUT_ISAL = """
import sys
sys.modules["isal"] = None
from rendering.engine.encode import deflate
from rendering.tests.support.drawings import draw_short_form
assert deflate.deflater.__name__ == "zlib"
sys.stdout.buffer.write(draw_short_form(text="Fallback", font="Pacifico-Regular").files[0].data)
"""


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return name and content of each chunk of a PNG; assert that its checksum is right."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length) == (zlib.crc32(kind + body),)
        found.append((kind, body))
        at += 12 + length
    return found


def deflate_all(before: int, blocks: list[deflate.DataBlock], after: int) -> bytes:
    return b"".join(deflate.deflate_blocks(before, blocks, after))


def test_the_file_holds_the_six_chunks_it_needs_and_no_more() -> None:
    found = chunks(draw_short_form().files[0].data)
    assert [kind for kind, _ in found] == [b"IHDR", b"sRGB", b"pHYs", b"PLTE", b"IDAT", b"IEND"]
    assert found[0][1] == struct.pack(">IIBBBBB", 600, 600, 8, 3, 0, 0, 0)
    assert len(zlib.decompress(found[4][1])) == 600 * 601


def test_without_isal_zlib_writes_the_same_pixels() -> None:
    assert deflate.deflater.__name__ == "isal.isal_zlib"
    done = subprocess.run([sys.executable, "-c", WITHOUT_ISAL], cwd=PROJECT, capture_output=True, check=True)
    with_isal = draw_short_form(text="Fallback", font="Pacifico-Regular").files[0].data
    assert done.stdout != with_isal
    assert open_rgb(done.stdout).tobytes() == open_rgb(with_isal).tobytes()


@pytest.mark.parametrize("backend", ["isal", "zlib"])
@given(
    before=st.integers(0, 200_000),
    blocks=st.lists(st.tuples(st.binary(max_size=5000), st.booleans()), max_size=3),
    after=st.integers(0, 200_000),
)
def test_a_stream_inflates_to_zeros_blocks_zeros(
    backend: str, before: int, blocks: list[deflate.DataBlock], after: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if backend == "zlib":
            patch.setattr(deflate, "deflater", zlib)
        deflate._deflate_zeros.cache_clear()
        stream = deflate_all(before, blocks, after)
        deflate._deflate_zeros.cache_clear()
    assert zlib.decompress(stream) == bytes(before) + b"".join(data for data, _ in blocks) + bytes(
        after
    )  # checks the Adler-32 too


@pytest.mark.parametrize("before", [0, 5])
def test_the_address_of_a_compressor_does_not_reach_the_bytes(before: int) -> None:
    for _ in range(20):
        probe = deflate.deflater.compressobj(1)
        # At a stream's start isal takes the compressor's address for a hash, which data with that hash shows. The next
        # compressor lies where this one lay, the one after it beside it.
        of_address = (id(probe) >> 16 & 0xFFFFFFFF).to_bytes(4, "little")
        del probe
        data = b"\2" + of_address * 200
        stream = deflate_all(before, [(data, False)], 0)
        kept = deflate.deflater.compressobj(1)
        assert deflate_all(before, [(data, False)], 0) == stream
        del kept


def test_rows_of_an_array_deflate_as_their_bytes() -> None:
    rows = np.random.default_rng(2).integers(0, 3, (5, 70_001), np.uint8)  # a row is more than a stored block may hold
    blocks: list[deflate.DataBlock] = [(rows.data, False), (rows.data, True)]
    found = deflate_all(0, blocks, 0)
    assert found == deflate_all(0, [(rows.tobytes(), noisy) for _, noisy in blocks], 0)
    assert zlib.decompress(found) == 2 * rows.tobytes()
