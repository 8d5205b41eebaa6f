"""The placeholder: a data URI of at most 16 px a side, made from a file that was drawn."""

import base64
import io
from typing import Any

import pytest
from PIL import Image, ImageStat

from rendering.engine import export
from rendering.engine.encode.outputs import STANDARD_OUTPUTS
from rendering.engine.paint import compose
from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import CLEAR, PREVIEW, RULES, SQUARE, long_form, text_layer

SKY = {"type": "linear", "stops": [{"offset": 0, "color": "#3366CC"}, {"offset": 1, "color": "#FFEEDD"}]}


def placeholder(data: dict[str, Any], *outputs: Output, area: Area = SQUARE) -> str:
    wanted = outputs or STANDARD_OUTPUTS
    return draw(data, RULES, installed_fonts(), wanted, areas=[area], with_placeholder=True).placeholder


def opened(uri: str) -> Image.Image:
    head, _, data = uri.partition(",")
    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as found:
        return found.convert("RGBA")


def test_a_placeholder_is_made_only_on_request() -> None:
    assert draw(long_form(text_layer()), RULES, installed_fonts(), PREVIEW, areas=[SQUARE]).placeholder == ""


@pytest.mark.parametrize(("width", "height", "size"), [(600, 600, (16, 16)), (300, 600, (8, 16)), (600, 10, (16, 1))])
def test_the_longer_side_is_sixteen_pixels(width: float, height: float, size: tuple[int, int]) -> None:
    found = opened(placeholder(long_form(background=SKY), area=Area("front", width, height)))
    assert found.size == size


@pytest.mark.parametrize("background", [SKY, {"type": "color", "color": "#204060"}])
def test_a_placeholder_is_at_most_two_hundred_characters_and_resembles_the_image(background: dict[str, Any]) -> None:
    data = long_form(text_layer("Slow\nmornings", size=120), background=background)
    uri = placeholder(data)
    assert len(uri) <= 200
    preview = draw(data, RULES, installed_fonts(), PREVIEW, areas=[SQUARE]).files[0]
    with Image.open(io.BytesIO(preview.data)) as image:
        whole = image.convert("RGB")
    means = [ImageStat.Stat(one.convert("RGB")).mean for one in (opened(uri), whole)]
    assert means[0] == pytest.approx(means[1], abs=8)


def test_transparency_is_kept() -> None:
    uri = placeholder(long_form(text_layer("O", size=300), background=CLEAR))
    assert min(opened(uri).getchannel("A").tobytes()) < 10
    assert len(uri) < 500


def test_a_placeholder_is_made_from_the_smallest_output(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def spy(layout: Any, size: int, *more: Any) -> Any:
        sizes.append(size)
        return compose.compose_canvas(layout, size, *more)

    monkeypatch.setattr(export, "compose_canvas", spy)
    assert placeholder(long_form(text_layer()))
    assert sizes == [600, 200, 100, 400]
    sizes.clear()
    assert placeholder(long_form(text_layer(), background=SKY), Output("print.png", "print_file", "png", 2000))
    assert sizes == [2000, 64]
