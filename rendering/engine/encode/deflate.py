"""A zlib stream (RFC 1950) of blocks of data between two runs of zeros, which most of a flat picture is.

isal deflates several times faster than zlib; zlib stands in where isal has no wheel, with other bytes for the same
data.
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
"""Data, and whether it is noisy: whether what repeats in it does so by chance."""

_HEADER = b"\x78\x01"  # deflate, window of 32 KB, no dictionary
_FINISH = b"\x03\x00"  # an empty last block
_FULL_WINDOW, _NEAR_WINDOW = -15, -9  # windows, as powers of two; negative: without header and checksum
# Of noise, isal's matches from afar cost more than the bytes that they stand for; and smaller blocks get codes that fit
# them better. That makes photos 5 % smaller.
_NEAR_MEMORY = 3
_ADLER_BASE = 65521  # Adler-32's modulus
_ZEROS_CHUNK = 1 << 20  # zeros
_SCRATCH = np.zeros(64, np.float32)


def deflate_blocks(zeros_before: int, blocks: Iterable[DataBlock], zeros_after: int) -> Iterator[bytes]:
    """Yield the zlib stream of `zeros_before` zero bytes, the blocks and `zeros_after` zero bytes, piece by piece."""
    # Adler-32 is (a, b): the bytes' sum plus one, and the sum of those sums. A zero only adds a to b.
    checksum = (zeros_before % _ADLER_BASE) << 16 | 1
    yield _HEADER + _deflate_zeros(zeros_before)
    compressor, settled, last = None, False, b"\0" if zeros_before else b""
    for data, noisy in blocks:
        if not data:
            continue
        checksum, rest = deflater.adler32(data, checksum), memoryview(data)
        if not last:
            last, rest = bytes(rest[:1]), rest[1:]
            yield _stored_block(last)
        if compressor is None or noisy is not settled:
            # Blocks that end on a byte, of which the next ones know the last byte alone.
            yield compressor.flush(deflater.Z_FULL_FLUSH) if compressor else b""
            compressor, settled = _compressor(last, noisy=noisy), noisy
        piece, last = compressor.compress(rest), bytes(rest[-1:]) or last
        clear_registers()
        yield piece
    yield compressor.flush(deflater.Z_FULL_FLUSH) if compressor else b""
    a, b = checksum & 0xFFFF, checksum >> 16
    b = (b + a * zeros_after) % _ADLER_BASE
    yield b"".join((_deflate_zeros(zeros_after), _FINISH, (b << 16 | a).to_bytes(4, "big")))


def clear_registers() -> None:
    """Undo what isal leaves behind: the upper halves of vector registers in use, as numpy's loops do at their end.

    Until someone does, code that knows the lower halves alone, as Pillow's and HarfBuzz', takes up to seven times as
    long on some processors.
    """
    np.add(_SCRATCH, _SCRATCH)


def measure_deflated(data: bytes | memoryview, *, noisy: bool) -> int:
    """Return how many bytes data takes after a zero."""
    compressor = _compressor(b"\0", noisy=noisy)
    return len(compressor.compress(data)) + len(compressor.flush())


def _compressor(before: bytes, *, noisy: bool) -> Any:
    """Return a compressor of what follows some bytes that the stream holds already.

    There must be such bytes: with none, isal takes a part of its own address for the hash of the third byte
    (ISA-L 2.32, `write_first_byte` in igzip_icf_body_h1_gr_bt.asm), and of some thousand streams one has other bytes.
    """
    if noisy and deflater is not zlib:
        return deflater.compressobj(LEVEL, deflater.DEFLATED, _NEAR_WINDOW, _NEAR_MEMORY, zdict=before)
    return deflater.compressobj(LEVEL, deflater.DEFLATED, _FULL_WINDOW, zdict=before)


@functools.lru_cache(maxsize=4096)  # a run is whole rows of some output's width, and takes a few hundred bytes
def _deflate_zeros(count: int) -> bytes:
    if not count:
        return b""
    compressor, rest = _compressor(b"\0", noisy=False), count - 1
    parts = [compressor.compress(bytes(min(_ZEROS_CHUNK, rest - start))) for start in range(0, rest, _ZEROS_CHUNK)]
    return b"".join((_stored_block(b"\0"), *parts, compressor.flush(deflater.Z_FULL_FLUSH)))


def _stored_block(data: bytes) -> bytes:
    """Return a block of data as it is (RFC 1951, 3.2.4)."""
    size = len(data)
    return b"".join((b"\0", size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), data))
