"""Effects of layers on what is below them, compared with plain Pillow where it has the same effect."""

import math
from collections.abc import Callable
from typing import Any, cast

import pytest
from PIL import Image, ImageChops, ImageFilter

from rendering.engine.values import Area
from rendering.tests.support.drawings import draw_data, draw_image, find_ink_box, long_form, text_layer
from rendering.tests.support.image_comparison import max_difference, max_value, mean_difference

Mix = Callable[[Image.Image, Image.Image], Image.Image]
BIG: dict[str, Any] = {"size": 200, "fit": "none"}


def rgb(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    return cast("tuple[int, ...]", image.getpixel(at))[:3]


def colors(image: Image.Image) -> set[tuple[int, ...]]:
    return {cast("tuple[int, ...]", pixel) for _, pixel in image.getcolors(1 << 20) or []}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_quarter_turn_rotates_the_image(turns: int) -> None:
    upright = draw_image(long_form(text_layer("Turn", **BIG)))
    turned = draw_image(long_form(text_layer("Turn", rotation=90 * turns, **BIG)))
    assert mean_difference(turned, upright.rotate(-90 * turns)) < 0.01


def test_a_layer_rotates_about_the_middle_of_its_box() -> None:
    box = {"x": 50, "y": 100, "width": 400, "height": 200}
    upright = draw_image(long_form(text_layer("Turn", size=150, box=box)))
    turned = draw_image(long_form(text_layer("Turn", size=150, box=box, rotation=30)))
    by_pillow = upright.rotate(-30, Image.Resampling.BICUBIC, center=(250, 200), fillcolor="white")
    assert mean_difference(turned, by_pillow) < 1.5


def test_opacity_blends_a_layer_with_its_background() -> None:
    solid = draw_image(long_form(text_layer("Fade", color="#000000", **BIG)))
    faded = draw_image(long_form(text_layer("Fade", color="#000000", opacity=0.4, **BIG)))
    by_pillow = Image.blend(Image.new("RGB", solid.size, "#FFFFFF"), solid, 0.4)
    assert max_difference(faded, by_pillow) <= 1


def test_opacity_applies_to_a_layer_as_a_whole() -> None:
    """The outline must not show through the letters."""
    layer = text_layer("Fade", color="#FF0000", outline={"width": 8, "color": "#0000FF"}, **BIG)
    solid, faded = (draw_image(long_form({**layer, "opacity": opacity})) for opacity in (1, 0.5))
    by_pillow = Image.blend(Image.new("RGB", solid.size, "#FFFFFF"), solid, 0.5)
    assert max_difference(faded, by_pillow) <= 2


@pytest.mark.parametrize("background", ["#3366CC", {"type": "transparent"}])
@pytest.mark.parametrize(("blend", "mixed"), [("multiply", ImageChops.multiply), ("screen", ImageChops.screen)])
def test_layers_blend_as_pillow_blends(background: str | dict[str, str], blend: str, mixed: Mix) -> None:
    below, above = (
        text_layer("H", color="#FFAA00", **BIG),
        text_layer("I", color="#00AAFF", size=300, fit="none", blend=blend),
    )
    found = draw_image(long_form(below, above, background=background))
    ground = draw_image(long_form(below, background=background))
    center = (300, 300)
    over_layer = mixed(Image.new("RGB", (1, 1), "#FFAA00"), Image.new("RGB", (1, 1), "#00AAFF")).getpixel((0, 0))
    opaque = ground.convert("RGBA")
    beside = next(x for x in range(300) if opaque.getpixel((x, 300)) == (0xFF, 0xAA, 0, 0xFF))
    assert rgb(found, (beside, 300)) == (0xFF, 0xAA, 0)
    assert rgb(found, center) in (over_layer, _blended(background, mixed))


def _blended(background: str | dict[str, str], mixed: Mix) -> tuple[int, ...]:
    """Return the upper colour blended with the background; itself over transparency."""
    if not isinstance(background, str):
        return (0x00, 0xAA, 0xFF)
    return rgb(mixed(Image.new("RGB", (1, 1), background), Image.new("RGB", (1, 1), "#00AAFF")), (0, 0))


def test_edge_colors_lie_between_both_colors() -> None:
    """In every channel: no fringe is darker or brighter than both."""
    found = draw_image(long_form(text_layer("Sg&", color="#20C040", **BIG), background="#D03070"))
    for channel, (low, high) in zip(found.split(), [(0x20, 0xD0), (0x30, 0xC0), (0x40, 0x70)], strict=True):
        assert channel.getextrema() == (low, high)


@pytest.mark.parametrize("effect", [{}, {"outline": {"width": 5, "color": "#20C040"}}])
def test_edges_over_transparency_keep_their_color(effect: dict[str, object]) -> None:
    data = long_form(text_layer("Sg&", color="#20C040", **BIG, **effect), background={"type": "transparent"})
    found = draw_image(data)
    assert found.mode == "RGBA"
    pixels = [pixel for pixel in colors(found) if pixel[3]]
    assert len(pixels) > 50
    assert {pixel[:3] for pixel in pixels} == {(0x20, 0xC0, 0x40)}
    shown = Image.alpha_composite(Image.new("RGBA", found.size, "#D03070"), found).convert("RGB")
    flat = draw_image(long_form(text_layer("Sg&", color="#20C040", **BIG, **effect), background="#D03070"))
    assert max_difference(shown, flat) <= 1


@pytest.mark.parametrize("name", ["preview.png", "preview.webp"])
def test_an_empty_design_is_transparent_in_every_format(name: str) -> None:
    data = long_form(text_layer("Test"), background={"type": "transparent"})
    found = draw_image(data, f"{name}:300")
    assert rgb(found.getchannel("A").convert("RGB"), (0, 0)) == (0, 0, 0)
    assert found.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize("letter", ["H", "|", "/"])  # a long line, which the engine places as one glyph
@pytest.mark.parametrize("font", ["Bebas-Bold", "Amiri-Bold"])
def test_an_outline_extends_its_width_beyond_the_letters(letter: str, font: str) -> None:
    layer = text_layer(letter, font=font, size=150, fit="none")
    plain = find_ink_box(draw_image(long_form(layer)), least=1)
    lined = find_ink_box(draw_image(long_form({**layer, "outline": {"width": 12, "color": "#FF0000"}})), least=1)
    assert [abs(a - b) for a, b in zip(plain, lined, strict=True)] == pytest.approx([12] * 4, abs=1)


@pytest.mark.parametrize("font", ["Bebas-Bold", "Pacifico-Regular", "Amiri-Regular", "GreatVibes-Regular"])
def test_an_outline_leaves_no_hole_between_itself_and_the_letters(font: str) -> None:
    layer = text_layer("Bag8&", font=font, color="#FF0000", outline={"width": 10, "color": "#FF0000"}, **BIG)
    lined = draw_image(long_form(layer, background="#FFFFFF"))
    letters = draw_image(long_form({**layer, "outline": None}, background="#FFFFFF"))
    lost = ImageChops.subtract(lined, letters)  # where the letters alone are darker than with their outline
    assert max_value(lost) <= 2


@pytest.mark.parametrize("size", [0.001, 0.1, 20])
def test_an_outline_far_wider_than_its_letters_is_drawn(size: float) -> None:
    layer = text_layer("H", size=8, outline={"width": 100, "color": "#FF0000"})
    layer["box"] = {"x": 300 - size / 2, "y": 300 - size / 2, "width": size, "height": size}
    found = find_ink_box(draw_image(long_form(layer)), least=1)
    assert found == pytest.approx((200, 200, 400, 400), abs=6)


def test_a_shadow_is_an_offset_and_blurred_copy_of_the_letters() -> None:
    shadow = {"x": 20, "y": 30, "blur": 0, "color": "#000000", "opacity": 1}
    found = draw_image(long_form(text_layer("H", color="#FFFFFF", shadow=shadow, **BIG)))
    alone = draw_image(long_form(text_layer("H", color="#000000", **BIG)))
    assert find_ink_box(found)[2:] == tuple(a + b for a, b in zip(find_ink_box(alone)[2:], (20, 30), strict=True))
    soft = draw_image(long_form(text_layer("H", color="#FFFFFF", shadow={**shadow, "blur": 8}, **BIG)))
    assert find_ink_box(soft, least=2)[2] - find_ink_box(found)[2] == pytest.approx(20, abs=6)


def test_a_wide_blur_is_as_soft_as_pillows() -> None:
    """The engine blurs a smaller image; Pillow blurs the whole."""
    shadow = {"x": 0, "y": 0, "blur": 40, "color": "#000000", "opacity": 1}
    layer = text_layer("HI", size=250, fit="none")
    found = draw_image(long_form({**layer, "color": "#FFFFFF", "shadow": shadow}, background="#FFFFFF"))
    letters = ImageChops.invert(draw_image(long_form({**layer, "color": "#000000"})))
    blurred = ImageChops.invert(letters.filter(ImageFilter.GaussianBlur(40)))
    blurred.paste("#FFFFFF", (0, 0), letters.convert("L"))
    assert mean_difference(found, blurred) < 1
    assert max_difference(found, blurred) <= 6


def test_a_blur_far_wider_than_the_image_costs_no_more() -> None:
    shadow = {"x": 0, "y": 0, "blur": 100, "color": "#000000", "opacity": 1}
    tiny = Area("front", 5, 5)  # 100 mm are 12,000 px here; a whole image would have 5 gigapixels
    data = long_form(text_layer("Tiny", size=200, shadow=shadow))
    assert draw_image(data, "preview.png:600", areas=[tiny]).size == (600, 600)


def test_the_shadow_of_text_outside_the_image_is_visible() -> None:
    box = {"x": -400, "y": 200, "width": 390, "height": 200}
    shadow = {"x": 0, "y": 0, "blur": 20, "color": "#000000", "opacity": 1}
    found = draw_image(long_form(text_layer("HHH", size=150, color="#FFFFFF", box=box, align="right", shadow=shadow)))
    assert max_value(ImageChops.invert(found)) > 55


def test_text_on_an_arc_follows_its_circle() -> None:
    """Text on half a circle is about as wide as the circle and half as high."""
    up = find_ink_box(draw_image(long_form(text_layer("HHHHHHHHHHHHHHHHHHHH", arc=180, size=300))))
    width, height = up[2] - up[0], up[3] - up[1]
    assert width / height == pytest.approx(2, rel=0.05)
    down = find_ink_box(draw_image(long_form(text_layer("HHHHHHHHHHHHHHHHHHHH", arc=-180, size=300))))
    assert (down[2] - down[0]) / (down[3] - down[1]) == pytest.approx(2, rel=0.1)


def test_an_arc_of_nearly_zero_degrees_is_a_straight_line() -> None:
    bent = draw_image(long_form(text_layer("Straight", arc=0.01, size=80)))
    straight = draw_image(long_form(text_layer("Straight", size=80)))
    assert mean_difference(bent, straight) < 0.1


def test_a_gradient_has_its_first_and_last_stop_at_its_ends() -> None:
    stops = [{"offset": 0, "color": "#FF0000"}, {"offset": 1, "color": "#0000FF"}]
    ends = {
        0: ((300, 599), (300, 0)),
        90: ((0, 300), (599, 300)),
        180: ((300, 0), (300, 599)),
        225: ((599, 0), (0, 599)),
    }
    for angle, (first, last) in ends.items():
        found = draw_image(long_form(background={"type": "linear", "angle": angle, "stops": stops}))
        assert found.getpixel(first) == pytest.approx((255, 0, 0), abs=1)
        assert found.getpixel(last) == pytest.approx((0, 0, 255), abs=1)
        assert found.getpixel((300, 300)) == pytest.approx((127, 0, 127), abs=1)


def test_a_radial_gradient_ends_in_the_farthest_corner() -> None:
    stops = [{"offset": 0, "color": "#FFFFFF"}, {"offset": 1, "color": "#000000"}]
    found = draw_image(long_form(background={"type": "radial", "x": 0.25, "y": 0.25, "stops": stops}))
    assert found.getpixel((150, 150)) == pytest.approx((255, 255, 255), abs=2)
    assert found.getpixel((599, 599)) == pytest.approx((0, 0, 0), abs=2)
    share = math.hypot(150, 0) / math.hypot(450, 450)
    assert found.getpixel((300, 150)) == pytest.approx([255 * (1 - share)] * 3, abs=2)


def test_auto_color_depends_on_the_background_behind_the_box() -> None:
    stops = [{"offset": 0, "color": "#FFFFFF"}, {"offset": 1, "color": "#000000"}]
    ground = {"type": "linear", "angle": 180, "stops": stops}
    for y, ink in ((20, (0, 0, 0)), (480, (255, 255, 255))):
        box = {"x": 50, "y": y, "width": 500, "height": 100}
        found = draw_image(long_form(text_layer("HHHH", size=90, box=box), background=ground))
        assert ink in colors(found.crop((0, y, 600, y + 100)))


def test_two_layers_of_one_color_make_a_palette_and_are_drawn_in_order() -> None:
    layers = [text_layer("One", size=100, fit="none"), text_layer("Two", size=140, fit="none", rotation=20)]
    flat = draw_data(long_form(*layers)).files[0].data
    assert flat[25] == 3  # the PNG's colour type: palette
    one, other = (
        draw_image(long_form(*layers)),
        draw_image(long_form(*layers, text_layer("x", size=8, color="#000001"))),
    )
    assert mean_difference(one, other) < 0.1
