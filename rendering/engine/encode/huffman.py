"""Prefix (Huffman) codes and the bits they are written in, as lossless WebP has them (RFC 9649, 3.7.2).

Bits go into bytes from the least significant up; a code's own bits go first bit first, so they are kept turned round.
"""

import heapq
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

CODE_BITS_CEILING = 15  # bits of a symbol's code
_LENGTH_BITS_CEILING = 7  # bits of a code that spells code lengths
_LENGTH_ORDER = (
    17,
    18,
    0,
    1,
    2,
    3,
    4,
    5,
    16,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
)  # in which the lengths' lengths are told

IntArray: TypeAlias = npt.NDArray[np.int64]


@dataclass(slots=True)
class BitWriter:
    """Bits being written: `parts` are values, none negative, and how many bits each takes, 62 at most."""

    parts: list[tuple[IntArray | list[int], IntArray | list[int]]] = field(default_factory=list)

    def write_values(self, values: IntArray | list[int], widths: IntArray | list[int]) -> None:
        """Write values, one after the other."""
        self.parts.append((values, widths))

    def append_bits(self, other: "BitWriter") -> None:
        """Write what was written elsewhere."""
        self.parts.extend(other.parts)

    def to_bytes(self) -> bytes:
        """Return what was written, the last byte filled up with zeros."""
        values, widths = (np.concatenate(part).astype(np.int64) for part in zip(*self.parts, strict=True))
        ends = np.cumsum(widths)
        # One row a bit: which value it is of, and its place in it.
        places = np.arange(int(ends[-1])) - np.repeat(ends - widths, widths)
        bits = (np.repeat(values, widths) >> places & 1).astype(np.uint8)
        return np.packbits(bits, bitorder="little").tobytes()


@dataclass(frozen=True, slots=True)
class PrefixCode:
    """A prefix code: of each symbol the code, its bits turned round, and its width in bits (0: never written)."""

    codes: IntArray
    widths: IntArray


def write_code(bits: BitWriter, counts: IntArray) -> PrefixCode:
    """Choose the best code for symbols seen so often, two of them at least; write it down and return it."""
    code = _canonical_code(choose_widths(counts, CODE_BITS_CEILING))
    spelt = _spell_widths(code.widths)
    symbols = [symbol for symbol, _, _ in spelt]
    own = _canonical_code(choose_widths(np.bincount(symbols, minlength=len(_LENGTH_ORDER)), _LENGTH_BITS_CEILING))
    codes, widths = own.codes.tolist(), own.widths.tolist()
    told = max(4, 1 + max(place for place, symbol in enumerate(_LENGTH_ORDER) if widths[symbol]))
    bits.write_values([0, told - 4], [1, 4])
    bits.write_values([widths[symbol] for symbol in _LENGTH_ORDER[:told]], [3] * told)
    bits.write_values([0], [1])  # the widths of the whole alphabet follow
    bits.write_values(
        [codes[symbol] | extra << widths[symbol] for symbol, extra, _ in spelt],
        [widths[symbol] + extra_bits for symbol, _, extra_bits in spelt],
    )
    return code


def _spell_widths(widths: IntArray) -> list[tuple[int, int, int]]:
    """Spell code widths: as (symbol, extra value, extra bits); 17 and 18 stand for runs of zeros, 16 for repeats."""
    starts = np.concatenate(([0], np.flatnonzero(widths[1:] != widths[:-1]) + 1))
    runs = np.diff(np.append(starts, len(widths)))
    spelt: list[tuple[int, int, int]] = []
    before = 8  # what a 16 in the first place would repeat
    for width, run in zip(widths[starts].tolist(), runs.tolist(), strict=True):
        left = run
        if width and width != before:
            spelt.append((width, 0, 0))
            left, before = run - 1, width
        while left:
            if left < 3:
                taken, told = 1, (width, 0, 0)
            elif width:
                taken = min(left, 6)
                told = (16, taken - 3, 2)
            elif left < 11:
                taken, told = left, (17, left - 3, 3)
            else:
                taken = min(left, 138)
                told = (18, taken - 11, 7)
            spelt.append(told)
            left -= taken
    return spelt


def choose_widths(counts: IntArray, widest: int) -> IntArray:
    """Return each symbol's width in the code that makes the text shortest (Huffman, 1952), `widest` bits at most.

    Where it would be wider, the rarest symbols are taken to be less rare.
    """
    symbols = np.flatnonzero(counts)
    widths, least = np.zeros(len(counts), np.int64), 1
    while True:
        found = _leaf_depths(np.maximum(counts[symbols], least).tolist())
        if max(found) <= widest:
            widths[symbols] = found
            return widths
        least *= 2


def _leaf_depths(weights: list[int]) -> list[int]:
    """Return the depth of each leaf when the two lightest nodes are joined until there is one."""
    count = len(weights)
    heap = [(weight, leaf) for leaf, weight in enumerate(weights)]
    heapq.heapify(heap)
    parents = [0] * (2 * count - 1)
    for node in range(count, 2 * count - 1):
        weight, one = heapq.heappop(heap)
        more, other = heap[0]
        parents[one] = parents[other] = node
        heapq.heapreplace(heap, (weight + more, node))
    depths = [0] * (2 * count - 1)
    for node in range(2 * count - 3, -1, -1):  # down from the root, which is last and at depth 0
        depths[node] = depths[parents[node]] + 1
    return depths[:count]


def _canonical_code(widths: IntArray) -> PrefixCode:
    """Number codes of the same width in their symbols' order, and turn each round."""
    symbols = np.flatnonzero(widths)
    symbols = symbols[np.argsort(widths[symbols], kind="stable")]
    # Each code is the one before it plus one, with zeros at the end where it is wider: as numbers of LONGEST bits,
    # running sums of what the codes before it take up.
    room = 1 << CODE_BITS_CEILING - widths[symbols]
    codes = np.zeros(len(widths), np.int64)
    codes[symbols] = _REVERSED[np.cumsum(room) - room]
    return PrefixCode(codes, widths)


def _reversed_numbers() -> IntArray:
    """Return every number of LONGEST bits with its bits in reverse."""
    numbers, turned = np.arange(1 << CODE_BITS_CEILING), np.zeros(1 << CODE_BITS_CEILING, np.int64)
    for _ in range(CODE_BITS_CEILING):
        turned, numbers = turned << 1 | numbers & 1, numbers >> 1
    return turned


_REVERSED = _reversed_numbers()
