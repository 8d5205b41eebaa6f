"""A group is transformed and composited as one image."""

from typing import Any

import pytest
from PIL import Image

from rendering.engine.paint import canvas, flat_canvas
from rendering.tests.support.drawings import CLEAR
from rendering.tests.support.image_comparison import max_difference
from rendering.tests.support.layers import draw_layers_image, layer_problems


def disc(x: float, color: str, **more: Any) -> dict[str, Any]:
    box = {"x": x, "y": 30, "width": 40, "height": 40}
    return {"type": "shape", "shape": "ellipse", "box": box, "fill": {"type": "color", "color": color}, **more}


def words(**more: Any) -> dict[str, Any]:
    box = {"x": 20, "y": 40, "width": 60, "height": 20}
    return {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 20, "color": "#000000", "box": box, **more}


def group(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "group", "layers": list(layers), **more}


def test_moving_a_group_moves_its_layers() -> None:
    moved = [disc(35, "#FF0000"), words(box={"x": 30, "y": 45, "width": 60, "height": 20})]
    moved[0]["box"]["y"] = 35
    assert (
        max_difference(
            draw_layers_image([group(disc(25, "#FF0000"), words(), x=10, y=5)], 300), draw_layers_image(moved, 300)
        )
        <= 1
    )


def test_rotating_a_group_rotates_its_image() -> None:
    layers = [disc(15, "#FF0000"), disc(45, "#0000FF"), words()]
    turned = draw_layers_image([group(*layers, rotation=90)], 300)
    reference = draw_layers_image(layers, 300).transpose(Image.Transpose.ROTATE_270)
    assert max_difference(turned, reference) <= 4
    there_and_back = group(group(*layers, rotation=33), rotation=-33)
    assert max_difference(draw_layers_image([there_and_back], 300), draw_layers_image(layers, 300)) <= 2


def test_a_group_rotates_about_its_center() -> None:
    about = group(disc(10, "#FF0000"), rotation=180, center={"x": 40, "y": 50})
    assert max_difference(draw_layers_image([about], 300), draw_layers_image([disc(30, "#FF0000")], 300)) <= 2


def test_layers_of_a_transparent_group_do_not_show_through_each_other() -> None:
    layers = [disc(15, "#FF0000"), disc(35, "#0000FF")]
    faded = draw_layers_image([group(*layers, opacity=0.5)], 300)
    whole = draw_layers_image(layers, 300)
    reference = Image.blend(Image.new("RGB", (300, 300), "white"), whole, 0.5)
    assert max_difference(faded, reference) <= 2
    alone = draw_layers_image([{**layer, "opacity": 0.5} for layer in layers], 300)
    assert max_difference(alone, reference) > 40


def test_a_group_is_blended_as_one_image() -> None:
    background = {"type": "color", "color": "#FFFF00"}
    picture = draw_layers_image([group(disc(15, "#00FFFF"), disc(35, "#FF00FF"), blend="multiply")], 300, background)
    left, both, right = (picture.crop((x, 150, x + 1, 151)).tobytes() for x in (75, 135, 195))
    assert (left, both, right) == (b"\0\xff\0", b"\xff\0\0", b"\xff\0\0")


def test_a_hidden_or_empty_group_is_invisible() -> None:
    white = draw_layers_image([], 300)
    assert max_difference(draw_layers_image([group(disc(15, "#FF0000"), hidden=True)], 300), white) == 0
    assert max_difference(draw_layers_image([group()], 300), white) == 0
    assert max_difference(draw_layers_image([group(disc(15, "#FF0000", hidden=True), opacity=0.5)], 300), white) == 0


def test_layers_of_a_transparent_group_keep_their_shadows_and_outlines() -> None:
    effects = {"outline": {"width": 4, "color": "#0000FF"}, "shadow": {"x": 9, "y": -12, "blur": 2, "opacity": 1}}
    faded = draw_layers_image([group(words(**effects), opacity=0.5)], 300)
    alone = draw_layers_image([words(**effects, opacity=0.5)], 300)
    assert max_difference(faded, alone) <= 2


def test_nested_groups_apply_each_of_their_effects() -> None:
    where = {"x": 5, "y": -5, "rotation": -50, "center": {"x": 40, "y": 40}}
    inner = group(disc(25, "#FF0000"), words(), rotation=20, opacity=0.5)
    outer = group(inner, disc(50, "#00AA00"), **where, opacity=0.8)
    whole = draw_layers_image([outer], 300)
    by_hand = draw_layers_image([group(layer, **where) for layer in outer["layers"]], 300)
    reference = Image.blend(Image.new("RGB", (300, 300), "white"), by_hand, 0.8)
    assert max_difference(whole, reference) <= 2


@pytest.mark.parametrize("background", [{"type": "color", "color": "#FFF3DC"}, CLEAR])
def test_the_bands_of_a_group_equal_the_whole(background: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    inner = group(disc(25, "#FF0000"), disc(40, "#00AA00", blend="screen"), rotation=20, opacity=0.5)
    layers = [group(inner, disc(50, "#0000FF"), rotation=-50, opacity=0.8, blend="multiply")]
    whole = draw_layers_image(layers, 300, background)
    monkeypatch.setattr(flat_canvas, "BAND_PIXELS", 5_000)
    monkeypatch.setattr(canvas, "COLOR_BAND_PIXELS", 5_000)
    assert draw_layers_image(layers, 300, background).tobytes() == whole.tobytes()


def test_the_nesting_of_groups_is_limited() -> None:
    layer: dict[str, Any] = disc(15, "#FF0000")
    for _ in range(4):
        layer = group(layer, x=1)
    assert layer_problems([layer]) == []
    assert layer_problems([group(layer)]) == [("/placements/front" + "/layers/0" * 5, "too_deep")]
    for _ in range(3_000):
        layer = group(layer)
    assert "too_deep" in {code for _, code in layer_problems([layer])}


def test_layers_in_groups_count_and_are_validated_at_their_pointer() -> None:
    many = group(*[words() for _ in range(60)])
    assert ("/placements", "too_many") in layer_problems([many, many])
    bad = group(group(words(font="Comic-Sans")))
    assert layer_problems([bad]) == [("/placements/front/layers/0/layers/0/layers/0/font", "unknown_font")]


@pytest.mark.parametrize(
    "layer", [disc(30, "#FFFFFF"), words(color="#FFFFFF"), group(disc(30, "#FFFFFF"), opacity=0.9)]
)
def test_a_white_layer_on_transparency_has_no_dark_fringe(layer: dict[str, Any]) -> None:
    picture = draw_layers_image([layer], 300, CLEAR)
    for shade in (255, 0):
        background = Image.new("RGBA", picture.size, (shade, shade, shade, 255))
        background.alpha_composite(picture)
        values = set(background.convert("L").tobytes())
        if shade == 255:
            assert min(values) >= 253
        else:
            assert max(values) > 220
