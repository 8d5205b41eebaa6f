"""Wide shadows are enlarged with the px that Pillow's bilinear filter gives."""

import numpy as np
import pytest
from PIL import Image

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.paint.wide_blur import enlarge_mask


@pytest.mark.parametrize("reduction", [4, 8, 64, 256])
@pytest.mark.parametrize(("top", "height"), [(0, 1), (3, 2), (40, 97), (513, 260)])
def test_every_row_equals_pillows(reduction: int, top: int, height: int) -> None:
    rng = np.random.default_rng(reduction + top)
    part = Viewport(1.0, -6, top // reduction - 5, 40, 12 + height // reduction)
    target = Viewport(float(reduction), 5, top, 23, height)
    values = rng.integers(0, 255 * 256, (part.height, part.width), np.int32)
    found = np.asarray(enlarge_mask(values, 0.6, part, target, reduction))
    left, upper = target.left / reduction - part.left + 1, top / reduction - part.top + 1
    for parity, threshold in ((0, 0.25), (1, 0.75)):
        first = (parity - top) % 2
        if first >= height:
            continue
        levels = Image.fromarray((np.pad(values, 1) * 0.6 / 256 + threshold).astype(np.uint8))
        across = (left, 0, left + target.width / reduction, levels.height)
        rows = levels.resize((target.width, levels.height), Image.Resampling.BILINEAR, across)
        count, start = len(found[first::2]), upper + (first - 0.5) / reduction
        down = (0, start, target.width, start + 2 * count / reduction)
        expected = rows.resize((target.width, count), Image.Resampling.BILINEAR, down)
        assert np.array_equal(found[first::2], np.asarray(expected))
