"""Lossless WebP (RFC 9649) of flat canvases: a palette, and runs of pixels that repeat the left or the upper neighbour.

Written by hand because libwebp analyses each pixel many times, in four channels, to find what a flat canvas states:
that it is a band of coverage between empty rows. This encoder is several times faster (decision 10,
docs/performance.md). Section numbers are those of RFC 9649.
"""

import functools
import struct

import numpy as np
import numpy.typing as npt

from rendering.engine.encode.huffman import BitWriter, IntArray, PrefixCode, write_code
from rendering.engine.paint.flat_canvas import FlatCanvas

_SIGNATURE, _SIDE_BITS = 0x2F, 14
_COLOR_INDEXING = 3  # the number of the palette transform (3.5.4)
_HAS_PROFILE = 0x20  # flag of the extended header (2.7.1)
_LITERALS, _COPIES = 256, 24  # sizes of the alphabets of pixels and of copy lengths
_LONGEST_COPY = 4096  # px
_SHORTEST_COPY = 3  # px; fewer are shorter as literals
_ABOVE, _LEFT = 0, 1  # distance symbols of the two neighbours
# Simple codes as they are written (value, bits; 3.7.2.1.1): of the symbol 0 alone, whose use then takes no bits, and of
# two symbols, which take one bit each.
_ONLY_ZERO = (1, 4)
_ZERO_AND_ONE = (3 | 1 << 4, 12)
_ZERO_AND_255 = (3 | 255 << 4, 12)
_ALPHA = np.array([1] + [0] * 255)  # a palette's alphas as differences, in the code of 0 and 255: all are opaque
# How often each length prefix occurred in the images that the common code was made from.
_TYPICAL_COPIES = (1, 1, 480, 360, 350, 250, 220, 110, 100, 50, 50, 40, 40, 40, 40, 40, 50, 40, 20, 10, 10, 10, 20, 260)


def encode_flat_webp(canvas: FlatCanvas, profile: bytes = b"") -> bytes:
    """Return a canvas with a background as a lossless WebP, with an ICC profile unless it is empty.

    Raises ValueError for a side of more than 16,384 px, the limit of the format.
    """
    width, height = canvas.width, canvas.height
    if max(width, height) > 1 << _SIDE_BITS:
        raise ValueError(f"WebP images have at most {1 << _SIDE_BITS} px a side, not {max(width, height)}")
    bits = BitWriter()
    bits.write_values([_SIGNATURE, width - 1, height - 1, 0], [8, _SIDE_BITS, _SIDE_BITS, 4])  # opaque, version 0
    bits.append_bits(_encode_palette(canvas.build_palette()))
    bits.write_values([0], [3])  # no further transform, no colour cache, one set of codes for the whole image
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
    """Return a RIFF chunk, padded to an even size (2.3)."""
    return struct.pack("<4sI", kind, len(data)) + data + bytes(len(data) % 2)


@functools.lru_cache(maxsize=16)  # the files of a design share it
def _encode_palette(palette: bytes) -> BitWriter:
    """Return a palette of 256 RGB colours as bits: an image one px high, of differences to the colour before (3.5.4).

    It has all 256 levels of coverage, used or not: the differences of a full ramp are 0 or 1 (or -1), and cost no more
    than a list of the levels that are used.
    """
    bits = BitWriter()
    # A transform follows, its kind, 256 colours minus 1; no colour cache.
    bits.write_values([1, _COLOR_INDEXING, 255, 0], [1, 2, 8, 1])
    colors = np.frombuffer(palette, np.uint8).reshape(256, 3)
    red, green, blue = np.diff(colors, axis=0, prepend=np.uint8(0)).T  # modulo 256
    values, widths = [], []
    for channel, alphabet in ((green, _LITERALS + _COPIES), (red, 256), (blue, 256)):
        steps = np.count_nonzero(channel[1:])
        written, code = _step_code(alphabet, -1 if 255 in channel[1:] else 1, steep=steps > 127)
        bits.append_bits(written)
        values.append(code.codes[channel])
        widths.append(code.widths[channel])
    _write_constants(bits, _ZERO_AND_255, _ONLY_ZERO)  # codes of alpha, and of distances, which do not occur
    values.append(_ALPHA)
    widths.append(np.ones(256, np.int64))
    bits.write_values(np.stack(values, 1).ravel(), np.stack(widths, 1).ravel())
    return bits


@functools.cache
def _step_code(alphabet: int, step: int, *, steep: bool) -> tuple[BitWriter, PrefixCode]:
    """Return a code for the differences of a ramp, and the bits that define it.

    0 and `step` take 1 and 2 bits (2 and 1 if the ramp is steep), the first colour takes 10.
    """
    counts = np.zeros(alphabet, np.int64)
    counts[:256] = 1
    counts[[0, step % 256]] = (256, 512) if steep else (512, 256)
    bits = BitWriter()
    return bits, write_code(bits, counts)


def _write_band(bits: BitWriter, canvas: FlatCanvas) -> None:
    """Write the rows that have ink, as literals and as copies of the pixels above or to the left."""
    width, rows = canvas.width, canvas.ink_rows
    if not rows:
        return
    padded = np.zeros((rows + 1) * width, np.uint8)  # the row above the band is empty
    pixels = padded[width:]
    pixels.reshape(rows, width)[:] = np.frombuffer(canvas.draw_scanlines(), np.uint8).reshape(rows, width + 1)[:, 1:]
    above, left = pixels == padded[:-width], pixels == padded[width - 1 : -1]
    if canvas.ink_top == 0:  # there is no row above, and no pixel left of the first
        above[:width] = left[:1] = False
    starts_above, lengths_above = _take_runs(above)
    np.greater(left, above, out=left)  # left and not above: a pixel belongs to one copy
    starts_left, lengths_left = _take_runs(left)
    literals = np.flatnonzero(~(above | left))
    kinds = (len(literals), len(starts_above), len(starts_left))
    order = np.argsort(np.concatenate((literals, starts_above, starts_left)))
    values = np.concatenate((pixels[literals], np.zeros(kinds[1] + kinds[2], np.uint8)))[order].astype(np.int64)
    lengths = np.concatenate((np.zeros(kinds[0], np.int64), lengths_above, lengths_left))[order]
    _write_tokens(bits, values, lengths, np.repeat((_ABOVE, _ABOVE, _LEFT), kinds)[order])


def _take_runs(mask: npt.NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
    """Return starts and lengths of the runs that are long enough for a copy; clear the others in the mask."""
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    edges = np.concatenate(([0] if mask[0] else [], edges, [len(mask)] if mask[-1] else [])).astype(np.int64)
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    long = lengths >= _SHORTEST_COPY
    for place in range(_SHORTEST_COPY - 1):  # the first px of short runs, then the second
        mask[starts[lengths > place][~long[lengths > place]] + place] = False
    return starts[long], lengths[long]


@functools.lru_cache(maxsize=4096)  # whole rows of an output's width
def _encode_background(count: int) -> BitWriter:
    """Return `count` px of the background: one literal, and copies of it."""
    bits = BitWriter()
    values, lengths, distances = np.array([[0, 0], [0, count - 1], [_ABOVE, _LEFT]])[:, : min(count, 2)]
    _write_tokens(bits, values, lengths, distances)
    return bits


def _write_tokens(bits: BitWriter, values: IntArray, lengths: IntArray, distances: IntArray) -> None:
    """Write literals (length 0) and copies: a symbol; for a copy also the rest of its length and its distance."""
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
    """Split copies that are longer than one token can hold."""
    pieces = np.maximum(1, -(-lengths // _LONGEST_COPY))
    split = np.minimum(np.repeat(lengths, pieces), _LONGEST_COPY)
    split[np.cumsum(pieces) - 1] = lengths - (pieces - 1) * _LONGEST_COPY
    return np.repeat(values, pieces), split, np.repeat(distances, pieces)


@functools.cache
def _pixel_codes() -> tuple[BitWriter, PrefixCode]:
    """Return the codes that every image uses, as they are written, and the code of its symbols.

    The code is made from the average counts of 800 images of text, so that no image needs to count its symbols and
    write a code of its own. That makes the data 2 % longer and the header shorter, and takes a third of the time.
    """
    typical = np.full(_LITERALS + _COPIES, 20)
    typical[[0, 1, 252, 253, 254, 255]] = 1200, 60, 40, 60, 120, 1500
    typical[_LITERALS:] = _TYPICAL_COPIES
    bits = BitWriter()
    code = write_code(bits, typical)
    _write_constants(
        bits, _ONLY_ZERO, _ONLY_ZERO, _ONLY_ZERO, _ZERO_AND_ONE
    )  # red, blue and alpha are unused; then distances
    return bits, code


def _write_constants(bits: BitWriter, *codes: tuple[int, int]) -> None:
    bits.write_values([code for code, _ in codes], [width for _, width in codes])


def _length_prefixes() -> IntArray:
    """Return the symbol of each copy length, the rest of the length, and the bits that the rest takes (3.6.2.2)."""
    lengths = np.maximum(np.arange(_LONGEST_COPY + 1) - 1, 0)  # minus 1
    highest = np.frexp(lengths)[1] - 1  # place of the highest bit
    rest_widths = np.maximum(highest - 1, 0).astype(np.int64)
    symbols = np.where(lengths < 2, lengths, 2 * highest + (lengths >> rest_widths & 1))
    return np.stack((_LITERALS + symbols, lengths & (1 << rest_widths) - 1, rest_widths))


_LENGTH_PREFIXES = _length_prefixes()
