"""Images of few colours as palettes: lossless, with a third of the bytes to deflate."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.encode.color_count import find_colors

_COLORS_CEILING = 256  # of a PNG palette
_BLOCK_PIXELS = 1 << 14
_SAMPLE_PIXELS = 1024  # px that are checked before all are
# Odd multipliers of a multiplicative hash (Knuth, TAOCP 3, 6.4), from the golden ratio; the first that fits is used.
_HASH_MULTIPLIERS = tuple(number * 0x9E3779B1 % (1 << 32) | 1 for number in range(1, 33))


class IndexedImage(NamedTuple):
    """A palette (RGB), the alphas of its first colours, which are not opaque, and PNG scanlines of indices."""

    palette: bytes
    alphas: bytes
    scanlines: memoryview


def index_colors(image: Image.Image, pixels: NDArray[np.uint8]) -> IndexedImage | None:
    """Return an RGB or RGBA image as a palette; None for more than 256 colours.

    `pixels` are the image's, (height, width, channels).
    """
    channels = pixels.shape[2]
    sample = pixels.reshape(-1, channels)[:: max(1, image.width * image.height // _SAMPLE_PIXELS)]
    keys = sample.astype(np.uint32) @ (1 << np.arange(0, 8 * channels, 8, dtype=np.uint32))
    if len(np.unique(keys)) > _COLORS_CEILING:
        return None
    found = find_colors(image, _COLORS_CEILING)
    if found is None:
        return None
    # Transparent colours come first: the tRNS chunk may leave out the opaque ones after them.
    colors = np.array(sorted(map(tuple, found.tolist()), key=lambda color: (color[3], color)), np.uint8)
    values = np.frombuffer(image.convert("RGBA").tobytes(), np.uint32).reshape(image.height, image.width)
    lines = _index_scanlines(values, colors)
    if lines is None:
        return None
    alphas = colors[:, 3]
    return IndexedImage(colors[:, :3].tobytes(), alphas[alphas < 255].tobytes(), lines)


def _index_scanlines(values: NDArray[np.uint32], colors: NDArray[np.uint8]) -> memoryview | None:
    """Return the index of each RGBA pixel (rows × columns), each row after a zero byte (no filter).

    A hash table without collisions maps colours to indices; None if no multiplier keeps the colours apart.
    """
    keys = colors.view(np.uint32)[:, 0]
    for multiplier in _HASH_MULTIPLIERS:
        hashes = keys * np.uint32(multiplier) >> np.uint32(16)
        if len(np.unique(hashes)) == len(hashes):
            break
    else:
        return None
    table = np.zeros(1 << 16, np.uint8)
    table[hashes] = np.arange(len(keys))
    height, width = values.shape
    lines = np.zeros((height, width + 1), np.uint8)
    step = max(1, _BLOCK_PIXELS // width)
    for top in range(0, height, step):  # so that they stay in the processor's cache
        part = values[top : top + step] * np.uint32(multiplier)
        part >>= np.uint32(16)
        lines[top : top + step, 1:] = table.take(part, mode="wrap")
    return lines.data
