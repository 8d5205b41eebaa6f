"""QR codes beneath other layers: those without a finding are read by readers that know nothing of our engine."""

import io
import random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rendering.engine.layout.qr_symbol import encode_symbol
from rendering.engine.values import Drawing
from rendering.tests.support.code_readers import needs_zbar, read_with_zbar, read_with_zxing
from rendering.tests.support.layers import draw_layers

Layer = dict[str, Any]

VALUE = "https://example.com/t/1"
SIDE, LEFT = 80.0, 10.0  # mm, of the code with its quiet zone


def code(**more: Any) -> Layer:
    box = {"x": LEFT, "y": LEFT, "width": SIDE, "height": SIDE}
    return {"type": "qr", "value": VALUE, "box": box, **more}


def cover(x: float, y: float, width: float, height: float, color: str = "#CC3333", **more: Any) -> Layer:
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "shape", "shape": "rectangle", "box": box, "fill": {"type": "color", "color": color}, **more}


def random_cover(rng: random.Random) -> Layer:
    """Return a shape, a veil or a word over a part of the code."""
    color = rng.choice(["#FFFFFF", "#000000", f"#{rng.randrange(1 << 24):06X}"])
    width, height = rng.uniform(3, 18), rng.uniform(3, 18)
    layer = cover(rng.uniform(LEFT, 80), rng.uniform(LEFT, 80), width, height, color, rotation=rng.uniform(0, 90))
    if rng.random() < 0.2:
        words = {"type": "text", "text": rng.choice(["Hi", "Scan me"]), "font": "Bebas-Bold", "size": 12}
        return {**words, "color": color, "box": layer["box"]}
    return {**layer, "shape": rng.choice(["rectangle", "ellipse"]), "opacity": rng.choice([1, 1, 0.5, 0.85])}


def find_codes(drawing: Drawing) -> list[str]:
    return [finding.code for finding in drawing.findings if finding.layer == 0 and finding.severity != "info"]


def open_image(drawing: Drawing) -> Image.Image:
    with Image.open(io.BytesIO(drawing.files[0].data)) as image:
        return image.convert("RGB")


@needs_zbar
def test_covered_codes_without_a_finding_are_read() -> None:
    rng = random.Random(31)
    silent = unreadable = 0
    for _ in range(24):
        layers = [code(level=rng.choice("LMQH"), rotation=rng.choice([0, 90, 20])), random_cover(rng)]
        drawing = draw_layers(layers, 300)
        image = open_image(drawing)
        read = VALUE in read_with_zbar(image) and VALUE in read_with_zxing(image)
        silent += not find_codes(drawing)
        unreadable += not read
        assert read or find_codes(drawing), layers
    assert silent > 5
    assert unreadable > 5


def test_every_finder_pattern_and_its_edge_count() -> None:
    module = SIDE / (8 + len(encode_symbol(VALUE, "M").modules))
    near, far = LEFT + 4 * module, LEFT + SIDE - 11 * module  # corners of the patterns
    for x, y in ((near, near), (far, near), (near, far)):
        assert find_codes(draw_layers([code(), cover(x, y, 2 * module, 2 * module, "#FFFFFF")], 100)) == [
            "code_covered"
        ]
    assert find_codes(draw_layers([code(), cover(far, far, 2 * module, 2 * module, "#FFFFFF")], 100)) == []


@pytest.mark.parametrize(("level", "limit"), [("L", 0.07), ("M", 0.15), ("Q", 0.25), ("H", 0.3)])
def test_a_higher_level_bears_a_larger_cover(level: str, limit: float) -> None:
    """What may be covered in the middle lies below what the level promises to repair, and grows with it."""
    value = "x" * 60
    found = [
        find_codes(
            draw_layers([{**code(level=level), "value": value}, cover(50 - side / 2, 50 - side / 2, side, side)], 100)
        )
        for side in np.arange(4.0, 40, 4)
    ]
    least = found.index(["code_covered"])
    assert all(codes == ["code_covered"] for codes in found[least:])
    assert (4.0 + 4 * least) ** 2 / SIDE**2 <= limit


def test_letters_above_a_code_cover_it_whatever_their_color() -> None:
    words = {
        "type": "text",
        "text": "OOOO",
        "font": "Bebas-Bold",
        "size": 40,
        "box": {"x": 10, "y": 30, "width": 80, "height": 40},
    }
    for color in ("#000000", "#FFFFFF", "#CC3333"):
        assert find_codes(draw_layers([code(), {**words, "color": color}], 100)) == ["code_covered"]


def test_a_cover_in_the_code_s_own_light_color_beside_it_is_no_finding() -> None:
    assert find_codes(draw_layers([code(), cover(0, 0, 100, 15, "#FFFFFF")], 100)) == []
    assert find_codes(draw_layers([code(), cover(0, 0, 100, 17, "#000000")], 100)) == ["code_covered"]
