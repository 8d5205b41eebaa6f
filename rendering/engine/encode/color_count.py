"""The colours of an image, if they are few.

Pillow's `getcolors` places colours by their low bytes. Those that differ in the others alone, such as a text of one
colour on a transparent background, collide: 0.1 µs for each pixel. So their bits are mixed first, in bands, because
Pillow does not give up the interpreter meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_MIDDLE_PIXELS, _BAND_PIXELS, _BLOCK_PIXELS = 1 << 13, 1 << 17, 1 << 14
# An invertible mixing of 32 bits: the first half of the finalizer of MurmurHash3.
_MULTIPLIER = 0x85EBCA6B
_INVERSE = pow(_MULTIPLIER, -1, 1 << 32)


def find_colors(image: Image.Image, most: int) -> NDArray[np.uint8] | None:
    """Return the colours of an image as RGBA, (n, 4), in the order of their numbers; None for more than `most`."""
    found = set[tuple[int, ...]]()
    for top, rows in _list_bands(image):
        counted = _count_colors(image.crop((0, top, image.width, top + rows)).convert("RGBA"), most)
        if counted is None:
            return None
        found.update(counted)
        if len(found) > most:
            return None
    keys = np.sort(_unmix(np.array(list(found), np.uint8).view(np.uint32)[:, 0]))
    return keys[:, None].view(np.uint8)


def _list_bands(image: Image.Image) -> Iterator[tuple[int, int]]:
    """Yield the top and the height of bands: first some rows in the middle, where text has most colours, then all."""
    rows = min(image.height, max(1, _MIDDLE_PIXELS // image.width))
    yield (image.height - rows) // 2, rows
    step = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, step):
        yield top, min(step, image.height - top)


def _count_colors(image: Image.Image, most: int) -> list[tuple[int, ...]] | None:
    """Return the mixed colours of an RGBA image; None for more than `most`."""
    mixed = _mix(np.frombuffer(image.tobytes(), np.uint32))
    counted = Image.frombuffer("RGBA", image.size, mixed, "raw", "RGBA", 0, 1).getcolors(most)
    return None if counted is None else [color for _, color in counted if isinstance(color, tuple)]


def _mix(keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
    mixed = np.empty_like(keys)
    for start in range(0, len(keys), _BLOCK_PIXELS):  # which stay in the processor's cache
        here, out = keys[start : start + _BLOCK_PIXELS], mixed[start : start + _BLOCK_PIXELS]
        np.right_shift(here, np.uint32(16), out=out)
        out ^= here
        out *= np.uint32(_MULTIPLIER)
        out ^= out >> np.uint32(13)
    return mixed


def _unmix(mixed: NDArray[np.uint32]) -> NDArray[np.uint32]:
    keys: NDArray[np.uint32] = mixed ^ (mixed >> np.uint32(13)) ^ (mixed >> np.uint32(26))
    keys *= np.uint32(_INVERSE)
    keys ^= keys >> np.uint32(16)
    return keys
