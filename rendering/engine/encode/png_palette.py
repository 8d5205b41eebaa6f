"""Pictures of few colours as palettes: a third of the bytes to deflate, and none lost."""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_COLORS_CEILING = 256  # colours
_SAMPLE_PIXELS = 1024  # px, before all are looked at
_HASH_MULTIPLIERS = tuple(number * 0x9E3779B1 % (1 << 32) | 1 for number in range(1, 33))


class IndexedImage(NamedTuple):
    """A palette, its alphas up to the last that is transparent, and PNG scanlines of indices."""

    palette: bytes
    alphas: bytes
    scanlines: memoryview


def index_colors(image: Image.Image, pixels: NDArray[np.uint8]) -> IndexedImage | None:
    """Return an RGB or RGBA image by its colours; None if they are more than 256. `pixels` is the image's array."""
    channels = pixels.shape[2]
    some = pixels.reshape(-1, channels)[:: max(1, image.width * image.height // _SAMPLE_PIXELS)]
    if len(np.unique(some.astype(np.uint32) @ (1 << np.arange(0, 8 * channels, 8, dtype=np.uint32)))) > _COLORS_CEILING:
        return None
    full = image.convert("RGBA")
    counted = cast("list[tuple[int, tuple[int, int, int, int]]] | None", full.getcolors(_COLORS_CEILING))
    if counted is None:
        return None
    # What is transparent comes first, so that alphas need not be told of the rest.
    colors = np.array(sorted((color for _, color in counted), key=lambda color: (color[3], color)), np.uint8)
    lines = _index_scanlines(full, colors)
    if lines is None:
        return None
    alphas = colors[:, 3]
    return IndexedImage(colors[:, :3].tobytes(), alphas[alphas < 255].tobytes(), lines)


def _index_scanlines(image: Image.Image, colors: NDArray[np.uint8]) -> memoryview | None:
    """Return of an RGBA image each pixel's index, each row after a zero byte; None if no spread parts the colours."""
    keys = colors.view("<u4")[:, 0]
    for spread in _HASH_MULTIPLIERS:  # a table of 16 bits in which every colour has a place of its own
        places = keys * np.uint32(spread) >> np.uint32(16)
        if len(np.unique(places)) == len(places):
            break
    else:
        return None
    table = np.zeros(1 << 16, np.uint8)
    table[places] = np.arange(len(keys))
    values = np.frombuffer(image.tobytes(), "<u4").reshape(image.height, image.width)
    lines = np.zeros((image.height, image.width + 1), np.uint8)
    lines[:, 1:] = table[values * np.uint32(spread) >> np.uint32(16)]
    return lines.data
