"""Wide blurs without visible steps: the mask is blurred in a smaller image with 16 bits, and dithered when enlarged.

Written by hand because Pillow blurs with 8 bits, whose steps in the soft end of a shadow are tens of px wide.
"""

import math
from typing import Any

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
    left = target.left / reduction - part.left + 1  # px of the padded values
    right = left + target.width / reduction
    # Only the rows that are seen: for the blur, there are more.
    first_row = max(0, math.floor(target.top / reduction) - part.top - 1)
    last_row = math.ceil((target.top + target.height) / reduction) - part.top + 2
    faded = np.pad(values, 1)[first_row : last_row + 2] * opacity
    result = np.empty((target.height, target.width), np.uint8)
    for parity, threshold in ((0, 0.5 - QUARTER), (1, 0.5 + QUARTER)):
        first = (parity - target.top) % 2
        if first >= target.height:
            continue
        levels = Image.fromarray(((faded + threshold * _UNIT) / _UNIT).astype(np.uint8))
        # Horizontally, then vertically: at once Pillow would choose the order by the sizes, and rounding would differ.
        rows = levels.resize((target.width, levels.height), Image.Resampling.BILINEAR, (left, 0, right, levels.height))
        top = 2 * (target.top + first) - 1 - 2 * int(reduction) * (part.top - 1 + first_row)
        _enlarge_rows(np.asarray(rows), result[first::2], top, int(reduction))
    return Image.fromarray(result)


def _enlarge_rows(rows: NDArray[np.uint8], result: NDArray[np.uint8], top: int, reduction: int) -> None:
    """Write every other row of `rows` enlarged `reduction` times, with the rounding of Pillow's bilinear filter.

    `top` is the upper edge of the first row's part, in halves of a px of the result, from the upper edge of `rows`.
    """
    unit = 2 * reduction  # the weights of two neighbours are whole numbers of which this is the sum
    # The product of a level and the sum must fit.
    wide: NDArray[Any] = rows.astype(np.uint16 if unit <= 256 else np.uint32)
    half, bits = wide.dtype.type(reduction), wide.dtype.type(unit.bit_length() - 1)
    period = max(1, reduction // 2)  # rows of the result after which weights repeat, a row of `rows` lower
    for phase in range(min(period, len(result))):
        ours = result[phase::period]
        # The middle of the px, less half a px of `rows`.
        upper, weight = divmod(top + 4 * phase + 2 - reduction, unit)
        places = np.clip(np.arange(upper, upper + len(ours) + 1), 0, len(rows) - 1)
        near = wide[places[0] : places[-1] + 1] if places[-1] - places[0] == len(ours) else wide[places]
        mixed = near[:-1] * wide.dtype.type(unit - weight)
        mixed += near[1:] * wide.dtype.type(weight)
        mixed += half
        mixed >>= bits
        ours[...] = mixed
