import pytest
from PIL import Image, ImageChops, ImageStat

from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import FONTS, draw_short_form_image, draw_with_pillow, find_ink_box


def mean_difference(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int]) -> float:
    means = ImageStat.Stat(ImageChops.difference(one, other).crop(box)).mean
    return sum(means) / len(means)


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize(("text", "size"), [("HINDI", 48), ("810", 100), ("Q", 30), ("&", 72), ("R", 200)])
def test_the_engine_agrees_with_the_reference_within_tolerance(font: str, text: str, size: int) -> None:
    ours = draw_short_form_image(text=text, font=font, color="#204060", fontSize=size)
    theirs = draw_with_pillow(text, installed_fonts()[font], size, "#204060", "#FFFFFF")

    box = find_ink_box(ours)
    assert all(abs(a - b) <= 1 for a, b in zip(box, find_ink_box(theirs), strict=True))
    # Of 255, within the box of the text; any other font gives 40 or more.
    assert mean_difference(ours, theirs, box) < 8


@pytest.mark.parametrize("font", FONTS)
def test_the_reference_of_any_other_font_does_not_agree(font: str) -> None:
    ours = draw_short_form_image(text="HINDI", font=font, color="#204060", fontSize=60)
    box = find_ink_box(ours)
    for other in set(FONTS) - {font}:
        theirs = draw_with_pillow("HINDI", installed_fonts()[other], 60, "#204060", "#FFFFFF")
        assert mean_difference(ours, theirs, box) > 20


def test_pairs_are_kerned_by_the_font() -> None:
    font = installed_fonts()["Roboto-Regular"]
    ours = find_ink_box(draw_short_form_image(text="AVAVA", font=font.name, fontSize=100))
    unkerned = find_ink_box(draw_with_pillow("AVAVA", font, 100, "#FF0000", "#FFFFFF"))
    assert (unkerned[2] - unkerned[0]) - (ours[2] - ours[0]) > 10


def test_blending_is_pixel_identical_to_pillows() -> None:
    plain = draw_short_form_image(
        text="Smooth", font="Pacifico-Regular", color="#000000", fontSize=72
    )  # white on black is the coverage itself
    coverage = plain.getchannel("R")
    for color in ("#12AB7F", "#7F0001", "#FFD700"):
        ours = draw_short_form_image(text="Smooth", font="Pacifico-Regular", color=color, fontSize=72)
        ink = (0, 0, 0) if color == "#FFD700" else (255, 255, 255)
        blended = Image.new("RGB", (600, 600), color)
        blended.paste(ink, (0, 0), coverage)
        assert ours.tobytes() == blended.tobytes()
