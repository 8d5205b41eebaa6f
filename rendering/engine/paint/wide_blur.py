"""Wide blurs without visible steps: the mask is blurred in a smaller image with 16 bits, and dithered when enlarged.

Written by hand because Pillow blurs with 8 bits, whose steps in the soft end of a shadow are tens of px wide.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.dither import QUARTER

IntArray = NDArray[np.int32]
_UNIT = 256  # of a value, in one of 255 levels of coverage
_PASSES = 3  # boxes that together come near a Gaussian


def blur_mask(mask: Image.Image, sigma: float) -> IntArray:
    """Return a mask (mode L) blurred by `sigma` px, in 1/256 of a level. In integers, so that any part has the same."""
    widths = _box_widths(sigma)
    area = math.prod(widths)
    values = np.asarray(mask).astype(np.int32)
    values = (_blur_rows(values.T, widths) * _UNIT + area // 2) // area
    return (_blur_rows(values.T, widths) + area // 2) // area


def _box_widths(sigma: float) -> list[int]:
    """Return odd widths of boxes with a Gaussian's variance (Kovesi, "Fast Almost-Gaussian Filtering")."""
    ideal = math.sqrt(12 * sigma * sigma / _PASSES + 1)
    lower = max(1, int(ideal) - (int(ideal) + 1) % 2)
    excess = _PASSES * (lower * lower + 4 * lower + 3) - 12 * sigma * sigma
    lower_count = round(excess / (4 * lower + 4))
    return [lower if number < lower_count else lower + 2 for number in range(_PASSES)]


def _blur_rows(values: IntArray, widths: list[int]) -> IntArray:
    """Return the sums of each value's neighbours along the first axis, by one box after the other."""
    for width in widths:
        sums = np.zeros((len(values) + width, values.shape[1]), np.int32)
        sums[width // 2 + 1 : width // 2 + 1 + len(values)] = values
        np.cumsum(sums, axis=0, out=sums)  # may wrap around; the differences do not
        values = sums[width:] - sums[:-width]
    return values


def enlarge_mask(values: IntArray, opacity: float, part: Viewport, target: Viewport, reduction: float) -> Image.Image:
    """Return the mask of `target` from values of `part`, a viewport `reduction` times (a power of two) as coarse."""
    faded = np.pad(values, 1) * opacity if opacity != 1 else np.pad(values, 1)
    left = target.left / reduction - part.left + 1  # px of the padded values
    right = left + target.width / reduction
    result = np.empty((target.height, target.width), np.uint8)
    for parity, threshold in ((0, 0.5 - QUARTER), (1, 0.5 + QUARTER)):
        first = (parity - target.top) % 2
        count = len(result[first::2])
        if not count:
            continue
        levels = Image.fromarray(((faded + threshold * _UNIT) / _UNIT).astype(np.uint8))
        # Horizontally, then vertically: at once Pillow would choose the order by the sizes, and rounding would differ.
        rows = levels.resize((target.width, levels.height), Image.Resampling.BILINEAR, (left, 0, right, levels.height))
        top = (target.top + first - 0.5) / reduction - part.top + 1
        box = (0, top, target.width, top + 2 * count / reduction)
        result[first::2] = np.asarray(rows.resize((target.width, count), Image.Resampling.BILINEAR, box))
    return Image.fromarray(result)
