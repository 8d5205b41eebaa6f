"""The colours of an image, if they are few.

Pillow's `getcolors` places colours by their low bytes. Those that differ in the others alone, such as a text of one
colour on a transparent background, collide: 0.1 µs for each pixel. So their bits are mixed first, in bands, because
Pillow does not give up the interpreter meanwhile.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_BAND_PIXELS = 1 << 17
# An invertible mixing of 32 bits: the first half of the finalizer of MurmurHash3.
_MULTIPLIER = 0x85EBCA6B
_INVERSE = pow(_MULTIPLIER, -1, 1 << 32)


def find_colors(image: Image.Image, most: int) -> NDArray[np.uint8] | None:
    """Return the colours of an image as RGBA, (n, 4), in the order of their numbers; None for more than `most`."""
    height = max(1, _BAND_PIXELS // image.width)
    found = set[tuple[int, ...]]()
    for top in range(0, image.height, height):
        band = image.crop((0, top, image.width, min(top + height, image.height))).convert("RGBA")
        mixed = _mix(np.frombuffer(band.tobytes(), np.uint32))
        counted = Image.frombuffer("RGBA", band.size, mixed, "raw", "RGBA", 0, 1).getcolors(most)
        if counted is None:
            return None
        found.update(color for _, color in counted if isinstance(color, tuple))
        if len(found) > most:
            return None
    keys = np.sort(_unmix(np.array(list(found), np.uint8).view(np.uint32)[:, 0]))
    return keys[:, None].view(np.uint8)


def _mix(keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
    mixed: NDArray[np.uint32] = keys ^ (keys >> np.uint32(16))
    mixed *= np.uint32(_MULTIPLIER)
    mixed ^= mixed >> np.uint32(13)
    return mixed


def _unmix(mixed: NDArray[np.uint32]) -> NDArray[np.uint32]:
    keys: NDArray[np.uint32] = mixed ^ (mixed >> np.uint32(13)) ^ (mixed >> np.uint32(26))
    keys *= np.uint32(_INVERSE)
    keys ^= keys >> np.uint32(16)
    return keys
