"""Lossless WebP (RFC 9649) of flat canvases: a palette, and runs of pixels that repeat the left or the upper neighbour.

libwebp looks at each pixel many times and in four channels to learn what a flat canvas knows already: that it is a band
of coverage between empty rows. docs/performance.md says what that saves.
"""

import functools
import struct

import numpy as np
import numpy.typing as npt

from rendering.engine.encode.huffman import BitWriter, IntArray, PrefixCode, write_code
from rendering.engine.paint.flat_canvas import FlatCanvas

_SIGNATURE, _SIDE_BITS = 0x2F, 14
_COLOR_INDEXING = 3
_HAS_PROFILE = 0x20  # of the extended header's flags (2.7.1)
_LITERALS, _COPIES = 256, 24  # sizes of the alphabets of pixels and of copies' lengths
_LONGEST_COPY = 4096  # px
_SHORTEST_COPY = 3  # px; below that the pixels themselves are shorter
_ABOVE, _LEFT = 0, 1  # the distance symbols of the two neighbours
_ONLY_ZERO = (1, 4)  # a code of the symbol 0 alone: what it stands for takes no bits
_ZERO_AND_ONE = (3 | 1 << 4, 12)  # a code of the symbols 0 and 1: each is its own code, of one bit
_ZERO_AND_255 = (3 | 255 << 4, 12)
_ALPHA = np.array([1] + [0] * 255)  # of a palette, in the code of 0 and 255: no colour is transparent
_TYPICAL_COPIES = (1, 1, 480, 360, 350, 250, 220, 110, 100, 50, 50, 40, 40, 40, 40, 40, 50, 40, 20, 10, 10, 10, 20, 260)


def encode_flat_webp(canvas: FlatCanvas, profile: bytes = b"") -> bytes:
    """Return a canvas as a lossless WebP, with an ICC profile or without.

    Raises ValueError for a side over 16,384 px, the format's limit.
    """
    width, height = canvas.width, canvas.height
    if max(width, height) > 1 << _SIDE_BITS:
        raise ValueError(f"WebP pictures have at most {1 << _SIDE_BITS} px a side, not {max(width, height)}")
    bits = BitWriter()
    bits.write_values([_SIGNATURE, width - 1, height - 1, 0], [8, _SIDE_BITS, _SIDE_BITS, 4])  # opaque, version 0
    bits.append_bits(_encode_palette(canvas.build_palette()))
    bits.write_values([0], [3])  # no further transform, no colour cache, one set of codes for the whole picture
    bits.append_bits(_pixel_codes()[0])
    bits.append_bits(_encode_background(canvas.ink_top * width))
    _write_band(bits, canvas)
    bits.append_bits(_encode_background((height - canvas.ink_top - canvas.ink_rows) * width))
    chunks = _chunk(b"VP8L", bits.to_bytes())
    if profile:
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        extended = struct.pack("<I", _HAS_PROFILE) + size
        chunks = _chunk(b"VP8X", extended) + _chunk(b"ICCP", profile) + chunks
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WEBP") + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(data)) + data + bytes(len(data) % 2)


@functools.lru_cache(maxsize=16)  # all pictures of a design have the same
def _encode_palette(palette: bytes) -> BitWriter:
    """Return a palette of 256 as bits: a picture one px high, each colour less the one before it.

    All 256 levels of coverage, whether or not they occur: the steps of a full ramp are 0 or 1 (or -1), and cost no more
    than telling which are left out.
    """
    bits = BitWriter()
    bits.write_values(
        [1, _COLOR_INDEXING, 255, 0], [1, 2, 8, 1]
    )  # a transform, its kind, 256 colours less 1; no colour cache
    colors = np.frombuffer(palette, np.uint8).reshape(256, 3)
    red, green, blue = np.diff(colors, axis=0, prepend=np.uint8(0)).T  # modulo 256
    values, widths = [], []
    for channel, alphabet in ((green, _LITERALS + _COPIES), (red, 256), (blue, 256)):
        steps = np.count_nonzero(channel[1:])
        written, code = _step_code(alphabet, -1 if 255 in channel[1:] else 1, steep=steps > 127)
        bits.append_bits(written)
        values.append(code.codes[channel])
        widths.append(code.widths[channel])
    _write_constants(bits, _ZERO_AND_255, _ONLY_ZERO)  # alpha, and distances, of which there are none
    values.append(_ALPHA)
    widths.append(np.ones(256, np.int64))
    bits.write_values(np.stack(values, 1).ravel(), np.stack(widths, 1).ravel())
    return bits


@functools.cache
def _step_code(alphabet: int, step: int, *, steep: bool) -> tuple[BitWriter, PrefixCode]:
    """Return a code for the steps of a ramp, as it is written: 1 and 2 bits for none and one, 10 for the start."""
    counts = np.zeros(alphabet, np.int64)
    counts[:256] = 1
    counts[[0, step % 256]] = (256, 512) if steep else (512, 256)
    bits = BitWriter()
    return bits, write_code(bits, counts)


def _write_band(bits: BitWriter, canvas: FlatCanvas) -> None:
    """Write the rows that have ink, as literals and as copies of what is above or to the left."""
    size, rows = canvas.width, canvas.ink_rows
    if not rows:
        return
    padded = np.zeros((rows + 1) * size, np.uint8)  # the row above the band is empty
    pixels = padded[size:]
    pixels.reshape(rows, size)[:] = np.frombuffer(canvas.draw_scanlines(), np.uint8).reshape(rows, size + 1)[:, 1:]
    above, left = pixels == padded[:-size], pixels == padded[size - 1 : -1]
    if canvas.ink_top == 0:  # or there is none
        above[:size] = left[:1] = False
    starts_above, lengths_above = _take_runs(above)
    np.greater(left, above, out=left)
    starts_left, lengths_left = _take_runs(left)
    literals = np.flatnonzero(~(above | left))
    kinds = (len(literals), len(starts_above), len(starts_left))
    order = np.argsort(np.concatenate((literals, starts_above, starts_left)))
    values = np.concatenate((pixels[literals], np.zeros(kinds[1] + kinds[2], np.uint8)))[order].astype(np.int64)
    lengths = np.concatenate((np.zeros(kinds[0], np.int64), lengths_above, lengths_left))[order]
    _write_tokens(bits, values, lengths, np.repeat((_ABOVE, _ABOVE, _LEFT), kinds)[order])


def _take_runs(mask: npt.NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
    """Return starts and lengths of the mask's runs that are worth a copy; take the others out of it."""
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    edges = np.concatenate(([0] if mask[0] else [], edges, [len(mask)] if mask[-1] else [])).astype(np.int64)
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    worth = lengths >= _SHORTEST_COPY
    for shorter in range(_SHORTEST_COPY - 1):  # a run of one px, then the second px of a run of two
        mask[starts[lengths > shorter][~worth[lengths > shorter]] + shorter] = False
    return starts[worth], lengths[worth]


@functools.lru_cache(maxsize=4096)  # whole rows of some output's width
def _encode_background(count: int) -> BitWriter:
    """Return so many px of the background: one, and copies of it."""
    bits = BitWriter()
    values, lengths, distances = np.array([[0, 0], [0, count - 1], [_ABOVE, _LEFT]])[:, : min(count, 2)]
    _write_tokens(bits, values, lengths, distances)
    return bits


def _write_tokens(bits: BitWriter, values: IntArray, lengths: IntArray, distances: IntArray) -> None:
    """Write literals (of length 0) and copies: a symbol; for a copy the rest of its length, and its distance."""
    if lengths.max(initial=0) > _LONGEST_COPY:
        values, lengths, distances = _split_copies(values, lengths, distances)
    code = _pixel_codes()[1]
    copies = lengths > 0
    prefixes, rests, rest_widths = _LENGTH_PREFIXES[:, lengths]
    symbols = np.where(copies, prefixes, values)
    widths = code.widths[symbols]
    tails = rests | distances << rest_widths
    bits.write_values(code.codes[symbols] | tails << widths, widths + np.where(copies, rest_widths + 1, 0))


def _split_copies(values: IntArray, lengths: IntArray, distances: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Split copies that are longer than one token can say."""
    pieces = np.maximum(1, -(-lengths // _LONGEST_COPY))
    split = np.minimum(np.repeat(lengths, pieces), _LONGEST_COPY)
    split[np.cumsum(pieces) - 1] = lengths - (pieces - 1) * _LONGEST_COPY
    return np.repeat(values, pieces), split, np.repeat(distances, pieces)


@functools.cache
def _pixel_codes() -> tuple[BitWriter, PrefixCode]:
    """Return the codes of every picture, as they are written, and that of its symbols.

    One code for all: made from what 800 pictures of text held on average, so that each need not count and explain its
    own. That makes the data 2 % longer, the explanation shorter, and the work a third.
    """
    typical = np.full(_LITERALS + _COPIES, 20)
    typical[[0, 1, 252, 253, 254, 255]] = 1200, 60, 40, 60, 120, 1500
    typical[_LITERALS:] = _TYPICAL_COPIES
    bits = BitWriter()
    code = write_code(bits, typical)
    _write_constants(bits, _ONLY_ZERO, _ONLY_ZERO, _ONLY_ZERO, _ZERO_AND_ONE)  # red, blue, alpha say nothing; distances
    return bits, code


def _write_constants(bits: BitWriter, *codes: tuple[int, int]) -> None:
    bits.write_values([code for code, _ in codes], [width for _, width in codes])


def _length_prefixes() -> IntArray:
    """Return, for each length of a copy, its symbol, what is left to say, and in how many bits (RFC 9649, 3.6.2.2)."""
    less = np.maximum(np.arange(_LONGEST_COPY + 1) - 1, 0)
    highest = np.frexp(less)[1] - 1  # place of the highest bit
    rest_widths = np.maximum(highest - 1, 0).astype(np.int64)
    symbols = np.where(less < 2, less, 2 * highest + (less >> rest_widths & 1))
    return np.stack((_LITERALS + symbols, less & (1 << rest_widths) - 1, rest_widths))


_LENGTH_PREFIXES = _length_prefixes()
