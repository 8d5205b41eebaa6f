"""A zlib stream (RFC 1950) of bands of data between two runs of zeros, which most of a flat picture is.

isal deflates several times faster than zlib; zlib stands in where isal has no wheel, with other bytes for the same
data.
"""

import functools
import zlib
from collections.abc import Iterable
from types import ModuleType
from typing import Any

deflater: ModuleType
try:
    from isal import isal_zlib as deflater

    LEVEL = 1
except ImportError:
    deflater, LEVEL = zlib, 6

_HEADER = b"\x78\x01"  # deflate, window of 32 KB, no dictionary
_FINISH = b"\x03\x00"  # an empty last block
_RAW = -15
_BASE = 65521  # Adler-32's modulus
_AT_ONCE = 1 << 20  # zeros


def banded(zeros_before: int, bands: Iterable[bytes], zeros_after: int) -> bytes:
    """Return the zlib stream of `zeros_before` zero bytes, the bands and `zeros_after` zero bytes."""
    # Adler-32 is (a, b): the bytes' sum plus one, and the sum of those sums. A zero only adds a to b.
    checksum = (zeros_before % _BASE) << 16 | 1
    parts = [_HEADER, _zeros(zeros_before)]
    compressor = _compressor(b"\0") if zeros_before else None
    for band in bands:
        checksum, data = zlib.adler32(band, checksum), memoryview(band)
        if compressor is None and band:
            parts.append(_stored(band[:1]))
            compressor, data = _compressor(band[:1]), data[1:]
        if compressor is not None:
            parts.append(compressor.compress(data))
    if compressor is not None:
        # Blocks that end on a byte and look back at nothing before them.
        parts.append(compressor.flush(deflater.Z_FULL_FLUSH))
    a, b = checksum & 0xFFFF, checksum >> 16
    b = (b + a * zeros_after) % _BASE
    return b"".join((*parts, _zeros(zeros_after), _FINISH, (b << 16 | a).to_bytes(4, "big")))


@functools.lru_cache(maxsize=4096)  # a run is whole rows of some output's width, and takes a few hundred bytes
def _zeros(count: int) -> bytes:
    if not count:
        return b""
    compressor, rest = _compressor(b"\0"), count - 1
    parts = [compressor.compress(bytes(min(_AT_ONCE, rest - start))) for start in range(0, rest, _AT_ONCE)]
    return b"".join((_stored(b"\0"), *parts, compressor.flush(deflater.Z_FULL_FLUSH)))


def _compressor(before: bytes) -> Any:
    """Return a compressor of what follows some bytes that the stream holds already.

    There must be such bytes: with none, isal takes a part of its own address for the hash of the third byte
    (ISA-L 2.32, `write_first_byte` in igzip_icf_body_h1_gr_bt.asm), and of some thousand streams one has other bytes.
    """
    return deflater.compressobj(LEVEL, deflater.DEFLATED, _RAW, zdict=before)


def _stored(data: bytes) -> bytes:
    """Return a block of data as it is (RFC 1951, 3.2.4)."""
    size = len(data)
    return b"".join((b"\0", size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), data))
