import pytest
from PIL import Image, ImageChops, ImageStat

from rendering.engine.encode.outputs import STANDARD_OUTPUTS
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import (
    FONTS,
    RULES,
    draw_short_form,
    draw_short_form_image,
    find_ink_box,
    open_rgb,
    short_form,
)


def test_the_standard_six_come_in_order_with_size_type_and_hash() -> None:
    files = draw(short_form(), RULES, installed_fonts(), STANDARD_OUTPUTS).files
    assert [(file.output.name, file.output.kind, file.width, file.height, file.content_type) for file in files] == [
        ("preview.png", "preview", 600, 600, "image/png"),
        ("preview.webp", "preview", 600, 600, "image/webp"),
        ("thumbnail.png", "thumbnail", 200, 200, "image/png"),
        ("thumbnail.webp", "thumbnail", 200, 200, "image/webp"),
        ("thumbnail-100.webp", "thumbnail", 100, 100, "image/webp"),
        ("thumbnail-400.webp", "thumbnail", 400, 400, "image/webp"),
    ]
    for file in files:
        image = open_rgb(file.data)
        assert image.size == (file.width, file.height)
        assert image.getpixel((0, 0)) == (255, 0, 0)
    assert len({file.sha256 for file in files}) == 6


def test_png_and_webp_hold_the_same_pixels() -> None:
    for font in FONTS:
        one, other = draw_short_form("preview.png:300", "preview.webp:300", font=font, fontSize=120).files
        assert open_rgb(one.data).tobytes() == open_rgb(other.data).tobytes()


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize(("px", "tolerance"), [(400, 12), (200, 12), (100, 16)])
def test_a_thumbnail_agrees_with_the_preview_shrunk_by_lanczos(font: str, px: int, tolerance: float) -> None:
    small = draw_short_form_image(f"thumbnail.png:{px}", text="Hamburg 26", font=font, color="#102030", fontSize=60)
    shrunk = draw_short_form_image(text="Hamburg 26", font=font, color="#102030", fontSize=60).resize(
        (px, px), Image.Resampling.LANCZOS
    )
    box = find_ink_box(small)
    assert all(abs(a - b) <= 1 for a, b in zip(box, find_ink_box(shrunk), strict=True))
    difference = ImageChops.difference(small, shrunk)
    assert sum(ImageStat.Stat(difference.crop(box)).mean) / 3 < tolerance  # of 255, within the box of the text
    assert sum(ImageStat.Stat(difference).mean) / 3 < 1


@pytest.mark.parametrize("px", [16, 17, 31, 601, 2400])
def test_odd_small_and_large_sizes_are_drawn(px: int) -> None:
    image = draw_short_form_image(f"preview.png:{px}", text="Wide enough to touch the margin", fontSize=300)
    assert image.size == (px, px)
    left, _, right, _ = find_ink_box(image, least=16)
    assert abs(left - (px - right)) <= 1
