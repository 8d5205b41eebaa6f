"""Prefix (Huffman) codes of lossless WebP (RFC 9649, 3.7.2), and the bit stream they are written to.

Written by hand for `webp_flat`: no library offers the codes of WebP apart from its encoder (decision 10). Bits fill a
byte from the least significant up, and a code is written from its most significant bit on, so codes are stored with
their bits reversed.
"""

import heapq
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

CODE_BITS_CEILING = 15  # bits of a symbol's code, at most
_LENGTH_BITS_CEILING = 7  # bits of a code of the code that spells code lengths, at most
# The order in which the widths of that code are written (kCodeLengthCodeOrder).
_LENGTH_ORDER = (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

IntArray: TypeAlias = npt.NDArray[np.int64]


@dataclass(slots=True)
class BitWriter:
    """A bit stream being written: `parts` are non-negative values and the bits that each takes, at most 62."""

    parts: list[tuple[IntArray | list[int], IntArray | list[int]]] = field(default_factory=list)

    def write_values(self, values: IntArray | list[int], widths: IntArray | list[int]) -> None:
        """Append values one after the other."""
        self.parts.append((values, widths))

    def append_bits(self, other: "BitWriter") -> None:
        """Append another bit stream."""
        self.parts.extend(other.parts)

    def to_bytes(self) -> bytes:
        """Return the bytes of the stream, the last one padded with zero bits."""
        values, widths = (np.concatenate(part).astype(np.int64) for part in zip(*self.parts, strict=True))
        ends = np.cumsum(widths)
        # For each bit of the stream, its place in the value that it belongs to.
        places = np.arange(int(ends[-1])) - np.repeat(ends - widths, widths)
        bits = (np.repeat(values, widths) >> places & 1).astype(np.uint8)
        return np.packbits(bits, bitorder="little").tobytes()


@dataclass(frozen=True, slots=True)
class PrefixCode:
    """A prefix code: each symbol's code with its bits reversed, and its width in bits (0: the symbol is not used)."""

    codes: IntArray
    widths: IntArray


def write_code(bits: BitWriter, counts: IntArray) -> PrefixCode:
    """Write the best code for symbols with these counts, of which two or more are not 0, and return it."""
    code = _canonical_code(choose_widths(counts, CODE_BITS_CEILING))
    tokens = _spell_widths(code.widths)
    counts = np.bincount([symbol for symbol, _, _ in tokens], minlength=len(_LENGTH_ORDER))
    length_code = _canonical_code(choose_widths(counts, _LENGTH_BITS_CEILING))
    codes, widths = length_code.codes.tolist(), length_code.widths.tolist()
    count = max(4, 1 + max(place for place, symbol in enumerate(_LENGTH_ORDER) if widths[symbol]))
    bits.write_values([0, count - 4], [1, 4])
    bits.write_values([widths[symbol] for symbol in _LENGTH_ORDER[:count]], [3] * count)
    bits.write_values([0], [1])  # the widths of the whole alphabet follow
    bits.write_values(
        [codes[symbol] | extra << widths[symbol] for symbol, extra, _ in tokens],
        [widths[symbol] + extra_bits for symbol, _, extra_bits in tokens],
    )
    return code


def _spell_widths(widths: IntArray) -> list[tuple[int, int, int]]:
    """Return code widths as (symbol, extra value, extra bits); 17 and 18 stand for runs of zeros, 16 for repeats."""
    starts = np.concatenate(([0], np.flatnonzero(widths[1:] != widths[:-1]) + 1))
    runs = np.diff(np.append(starts, len(widths)))
    tokens: list[tuple[int, int, int]] = []
    previous = 8  # what a 16 at the start would repeat, by the format
    for width, run in zip(widths[starts].tolist(), runs.tolist(), strict=True):
        rest = run
        if width and width != previous:
            tokens.append((width, 0, 0))
            rest, previous = run - 1, width
        while rest:
            if rest < 3:
                length, token = 1, (width, 0, 0)
            elif width:
                length = min(rest, 6)
                token = (16, length - 3, 2)
            elif rest < 11:
                length, token = rest, (17, rest - 3, 3)
            else:
                length = min(rest, 138)
                token = (18, length - 11, 7)
            tokens.append(token)
            rest -= length
    return tokens


def choose_widths(counts: IntArray, widest: int) -> IntArray:
    """Return each symbol's width in the shortest code (Huffman, 1952) of at most `widest` bits.

    Where a code would be wider, the rarest symbols are counted as less rare, as libwebp does.
    """
    symbols = np.flatnonzero(counts)
    widths, min_count = np.zeros(len(counts), np.int64), 1
    while True:
        depths = _leaf_depths(np.maximum(counts[symbols], min_count).tolist())
        if max(depths) <= widest:
            widths[symbols] = depths
            return widths
        min_count *= 2


def _leaf_depths(weights: list[int]) -> list[int]:
    """Return each leaf's depth in the Huffman tree: the two lightest nodes are joined until one is left."""
    count = len(weights)
    heap = [(weight, leaf) for leaf, weight in enumerate(weights)]
    heapq.heapify(heap)
    parents = [0] * (2 * count - 1)
    for node in range(count, 2 * count - 1):
        weight, child = heapq.heappop(heap)
        other_weight, other_child = heap[0]
        parents[child] = parents[other_child] = node
        heapq.heapreplace(heap, (weight + other_weight, node))
    depths = [0] * (2 * count - 1)
    for node in range(2 * count - 3, -1, -1):  # from the root, which is the last node and at depth 0
        depths[node] = depths[parents[node]] + 1
    return depths[:count]


def _canonical_code(widths: IntArray) -> PrefixCode:
    """Return the code that decoders derive from widths: in order of width, then of symbol (RFC 1951, 3.2.2)."""
    symbols = np.flatnonzero(widths)
    symbols = symbols[np.argsort(widths[symbols], kind="stable")]
    # Each code is the one before it plus one, padded with zeros where it is wider. As numbers of CODE_BITS_CEILING
    # bits, codes are therefore running sums of the ranges that the codes before cover.
    ranges = 1 << CODE_BITS_CEILING - widths[symbols]
    codes = np.zeros(len(widths), np.int64)
    codes[symbols] = _REVERSED[np.cumsum(ranges) - ranges]
    return PrefixCode(codes, widths)


def _reversed_numbers() -> IntArray:
    """Return every number of CODE_BITS_CEILING bits with its bits reversed."""
    numbers, reversed_bits = np.arange(1 << CODE_BITS_CEILING), np.zeros(1 << CODE_BITS_CEILING, np.int64)
    for _ in range(CODE_BITS_CEILING):
        reversed_bits, numbers = reversed_bits << 1 | numbers & 1, numbers >> 1
    return reversed_bits


_REVERSED = _reversed_numbers()
