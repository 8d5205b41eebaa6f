"""Whether codes can be read as they are printed: the judgement of preflight against a reader."""

import io
import math
import random
from dataclasses import replace
from typing import Any

from PIL import Image, ImageFilter

from rendering.engine.preflight.code_reading import CAMERA_BLUR
from rendering.engine.values import Technique
from rendering.tests.support.code_readers import needs_zbar, read_with_zbar, read_with_zxing
from rendering.tests.support.layers import AREA, draw_layers

FRAME = replace(AREA, width_mm=40, height_mm=40)
PX = 600  # along the frame, as a phone sees it


def _draw_printed(layer: dict[str, Any], blur: float) -> tuple[bool, Image.Image]:
    """Return whether a code is judged readable, and what a camera sees of it."""
    area = replace(FRAME, technique=Technique("any", blur_mm=blur))
    drawing = draw_layers([layer], PX, area=area)
    with Image.open(io.BytesIO(drawing.files[0].data)) as picture:
        seen = picture.convert("L").filter(ImageFilter.GaussianBlur(math.hypot(blur, CAMERA_BLUR) * PX / 40))
    return "code_unreadable" not in {finding.code for finding in drawing.findings}, seen


@needs_zbar
def test_codes_are_judged_as_readers_read_them() -> None:
    rng = random.Random(3)
    false_alarms, missed, readable, count = 0, 0, 0, 30
    for _ in range(count):
        side, length = rng.uniform(10, 30), rng.choice([10, 40, 80])
        value = "https://example.com/" + "".join(rng.choices("abcdefghijkl0123", k=length))
        box = {"x": 5, "y": 5, "width": side, "height": side}
        layer = {"type": "qr", "value": value, "level": rng.choice("LMQH"), "box": box}
        judged, seen = _draw_printed(layer, rng.choice([0.05, 0.1, 0.15, 0.2, 0.3, 0.4]))
        by_zbar, by_zxing = value in read_with_zbar(seen), value in read_with_zxing(seen)
        false_alarms += not judged and by_zbar and by_zxing
        missed += judged and not by_zbar and not by_zxing
        readable += judged
    assert 0.3 * count < readable < 0.8 * count
    assert false_alarms <= 0.05 * count
    assert missed == 0
