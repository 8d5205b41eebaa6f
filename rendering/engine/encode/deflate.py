"""The zlib stream (RFC 1950) of a PNG: blocks of data between two runs of zeros, which are most of a flat image.

Assembled by hand so that runs of zeros are compressed once per process and length, and their checksum is computed
instead of read (docs/performance.md): a compressor would go over every zero of every file. The data itself is deflated
by isal, several times faster than zlib. Where isal has no wheel, zlib takes its place, with other bytes for the same
pixels.
"""

import functools
import zlib
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

deflater: ModuleType
try:
    from isal import isal_zlib as deflater

    LEVEL = 1
except ImportError:
    deflater, LEVEL = zlib, 6

DataBlock: TypeAlias = tuple[bytes | memoryview, bool]
"""Data, and whether it is noisy: photo-like, so that repeats in it are chance."""

_HEADER = b"\x78\x01"  # deflate, window of 32 KB, no dictionary
_FINISH = b"\x03\x00"  # an empty last block
_FULL_WINDOW, _NEAR_WINDOW = -15, -9  # windows, as powers of two; negative: without header and checksum
# In noise, isal's distant matches cost more bits than the bytes they replace, and smaller blocks get prefix codes that
# fit them better. Together that makes photos 5 % smaller.
_NEAR_MEMORY = 3  # zlib's memLevel: the size of a block
_ADLER_BASE = 65521  # Adler-32's modulus
_ZEROS_CHUNK = 1 << 20  # bytes of zeros compressed at once
_SCRATCH = np.zeros(64, np.float32)


def deflate_blocks(zeros_before: int, blocks: Iterable[DataBlock], zeros_after: int) -> Iterator[bytes]:
    """Yield the zlib stream of `zeros_before` zero bytes, the blocks and `zeros_after` zero bytes, in pieces."""
    # Adler-32 is (a, b): the sum of the bytes plus one, and the sum of those sums. A zero byte only adds a to b.
    checksum = (zeros_before % _ADLER_BASE) << 16 | 1
    yield _HEADER + _deflate_zeros(zeros_before)
    compressor, is_near, last = None, False, b"\0" if zeros_before else b""
    for data, noisy in blocks:
        if not data:
            continue
        # Flat: of an array, an item would be a whole row, and more than a stored block may hold.
        rest = memoryview(data).cast("B")
        checksum = deflater.adler32(rest, checksum)
        if not last:
            last, rest = bytes(rest[:1]), rest[1:]
            yield _stored_block(last)
        if compressor is None or noisy is not is_near:
            # A full flush ends on a byte boundary, so another compressor can go on; it only knows the last byte.
            yield compressor.flush(deflater.Z_FULL_FLUSH) if compressor else b""
            compressor, is_near = _compressor(last, noisy=noisy), noisy
        piece, last = compressor.compress(rest), bytes(rest[-1:]) or last
        clear_registers()
        yield piece
    yield compressor.flush(deflater.Z_FULL_FLUSH) if compressor else b""
    a, b = checksum & 0xFFFF, checksum >> 16
    b = (b + a * zeros_after) % _ADLER_BASE
    yield b"".join((_deflate_zeros(zeros_after), _FINISH, (b << 16 | a).to_bytes(4, "big")))


def clear_registers() -> None:
    """Mark the upper halves of the vector registers as unused, which isal does not; numpy's loops do so at their end.

    Until then, code that uses the lower halves only, such as Pillow's and HarfBuzz's, takes up to seven times as long
    on some processors (docs/performance.md).
    """
    np.add(_SCRATCH, _SCRATCH)


def measure_deflated(data: bytes | memoryview, *, noisy: bool) -> int:
    """Return the compressed size of data that follows a zero byte, in bytes."""
    compressor = _compressor(b"\0", noisy=noisy)
    return len(compressor.compress(data)) + len(compressor.flush())


def _compressor(before: bytes, *, noisy: bool) -> Any:
    """Return a compressor for data that follows the bytes `before`, which are already in the stream.

    They must not be empty: without them isal hashes the third byte with a part of its own address (ISA-L 2.32,
    `write_first_byte` in igzip_icf_body_h1_gr_bt.asm), and one in some thousand streams has different bytes.
    """
    if noisy and deflater is not zlib:
        return deflater.compressobj(LEVEL, deflater.DEFLATED, _NEAR_WINDOW, _NEAR_MEMORY, zdict=before)
    return deflater.compressobj(LEVEL, deflater.DEFLATED, _FULL_WINDOW, zdict=before)


@functools.lru_cache(maxsize=4096)  # a run is whole rows of an output's width; an entry takes a few hundred bytes
def _deflate_zeros(count: int) -> bytes:
    """Return blocks of `count` zero bytes, which end on a byte boundary."""
    if not count:
        return b""
    compressor, rest = _compressor(b"\0", noisy=False), count - 1
    parts = [compressor.compress(bytes(min(_ZEROS_CHUNK, rest - start))) for start in range(0, rest, _ZEROS_CHUNK)]
    return b"".join((_stored_block(b"\0"), *parts, compressor.flush(deflater.Z_FULL_FLUSH)))


def _stored_block(data: bytes) -> bytes:
    """Return a block of uncompressed data (RFC 1951, 3.2.4)."""
    size = len(data)
    return b"".join((b"\0", size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), data))
