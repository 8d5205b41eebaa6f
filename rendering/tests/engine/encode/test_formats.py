"""Every format as other programs read it: pixels, colours, density, and no other metadata."""

from __future__ import annotations

import base64
import io
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat
from playwright.sync_api import Page

from rendering.engine.color.icc import SRGB_PROFILE
from rendering.engine.encode.fine_colors import has_fine_colors
from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.values import Area, DrawLimitError, Output, RenderedFile
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import CLEAR, RULES, SQUARE, long_form, text_layer
from rendering.tests.support.image_comparison import flatten, mean_difference
from rendering.tests.support.photos import photo
from rendering.tests.support.test_cards import stripes

SKY = {"type": "linear", "stops": [{"offset": 0, "color": "#3366CC"}, {"offset": 1, "color": "#FFEEDD"}]}
GREYS = {"type": "linear", "stops": [{"offset": 0, "color": "#000000"}, {"offset": 1, "color": "#FFFFFF"}]}
EVERY = ("preview.png:300", "preview.webp:300", "preview-l.webp:300@lossless", "preview.avif:300", "preview.jpg:300")
TWO = (text_layer("Two", color="#FF0000", size=200), text_layer("colours", color="#00AA55", size=90, rotation=40))


def files(data: dict[str, Any], *outputs: str, area: Area = SQUARE) -> list[RenderedFile]:
    return list(draw(data, RULES, installed_fonts(), parse_outputs(outputs), areas=[area]).files)


def opened(file: RenderedFile) -> Image.Image:
    image = Image.open(io.BytesIO(file.data))
    image.load()
    return image


def pngs(*datas: dict[str, Any]) -> list[bytes]:
    return [file.data for data in datas for file in files(data, "preview.png:300", "thumbnail.png:50")]


@pytest.mark.parametrize(
    "background", [SKY, CLEAR, {"type": "color", "color": "#204060"}], ids=["sky", "clear", "flat"]
)
def test_all_formats_show_the_same_image(background: dict[str, Any]) -> None:
    first, *others = files(long_form(*TWO, background=background), *EVERY)
    wanted = opened(first).convert("RGBA")
    white = flatten(wanted, "#FFFFFF")
    for file in others:
        found = opened(file)
        assert file.content_type == f"image/{file.output.format}"
        assert found.format == file.output.format.upper()
        assert found.has_transparency_data is (background is CLEAR and file.output.format != "jpeg")
        assert mean_difference(flatten(found, "#FFFFFF"), white) < (0.001 if file.output.lossless else 4)


def test_quality_changes_the_file() -> None:
    data = long_form(*TWO, background=SKY)
    for name in ("webp", "avif", "jpg"):
        low, high = files(data, f"preview.{name}:300@q20", f"preview-b.{name}:300@q95")
        assert len(low.data) < len(high.data) / 2
        wanted = opened(files(data, "preview.png:300")[0]).convert("RGB")
        errors = [mean_difference(opened(file).convert("RGB"), wanted) for file in (high, low)]
        assert errors[0] < min(3, 0.8 * errors[1])  # WebP always subsamples chroma


def test_a_jpeg_has_the_requested_background_or_white() -> None:
    wanted = ("preview.jpg:300", "preview-r.jpg:300@bg=FF0000", "preview.png:300@bg=00FF00")
    white, red, png = files(long_form(text_layer("On"), background=CLEAR), *wanted)
    assert opened(white).getpixel((2, 2)) == (255, 255, 255)
    assert opened(red).getpixel((2, 2)) == pytest.approx((254, 0, 0), abs=1)
    assert opened(png).convert("RGBA").getpixel((2, 2)) == (0, 255, 0, 255)


def test_outputs_are_tagged_srgb_but_lossy_thumbnails_carry_no_profile() -> None:
    for file in files(long_form(*TWO), *EVERY, "thumbnail.webp:100", "thumbnail.jpg:100", "thumbnail.png:100"):
        info = opened(file).info
        if file.output.format == "png":
            assert info["srgb"] == 0
        elif file.output.format == "avif":
            # Primaries of BT.709, transfer of sRGB (ISO/IEC 23091-2): bytes of the colour box.
            assert b"colrnclx\x00\x01\x00\x0d" in file.data
        else:
            assert info.get("icc_profile", b"") == (b"" if file.output.kind == "thumbnail" else SRGB_PROFILE)


def test_the_profile_is_srgb_to_littlecms() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(SRGB_PROFILE))
    assert ImageCms.getProfileDescription(profile).strip() == "sRGB"
    noise = Image.merge("RGB", [Image.effect_noise((64, 64), 120) for _ in range(3)])
    for pair in ((profile, ImageCms.createProfile("sRGB")), (ImageCms.createProfile("sRGB"), profile)):
        assert ImageChops.difference(noise, ImageCms.profileToProfile(noise, *pair)).getbbox() is None


def test_density_is_that_of_the_print() -> None:
    area = Area("front", 254, 127)  # 10 inches wide
    png, jpeg = files(long_form(*TWO), "preview.png:1500", "preview.jpg:1500", area=area)
    assert opened(png).info["dpi"] == pytest.approx((150, 150), abs=0.02)
    assert opened(jpeg).info["dpi"] == (150, 150)


def test_a_file_holds_no_other_metadata() -> None:
    for file in files(long_form(*TWO, background=SKY), *EVERY):
        found = opened(file)
        assert not found.getexif()
        assert not {"exif", "xmp", "comment", "Software", "photoshop"} & set(found.info)
        assert b"http" not in file.data
        if file.output.format == "png":
            assert not getattr(found, "text", {})


@pytest.mark.parametrize(
    ("data", "mode"),
    [
        (long_form(text_layer("flat")), "P"),
        (long_form(text_layer("flat"), background=CLEAR), "P"),
        (long_form(background=GREYS), "L"),
        (long_form(*TWO, background=SKY), "RGB"),
        (long_form(text_layer("A"), background=SKY), "RGB"),
    ],
)
def test_a_png_has_the_smallest_lossless_color_type(data: dict[str, Any], mode: str) -> None:
    (file,) = files(data, "preview.png:300")
    assert opened(file).mode == mode


def test_few_colors_make_a_lossless_palette_with_alpha() -> None:
    layers = [text_layer("I", font="Bebas-Bold", size=300, color=color, opacity=part) for color, part in
              (("#FF0000", 1), ("#0000FF", 0.5))]  # fmt: skip
    png, webp = files(long_form(*layers, background=CLEAR), "preview.png:20", "preview.webp:20@lossless")
    assert opened(png).mode == "P"
    assert len(opened(png).convert("RGBA").getcolors() or ()) == 3
    for under in ("#000000", "#FFFFFF"):
        one, other = (
            Image.alpha_composite(Image.new("RGBA", (20, 20), under), opened(file).convert("RGBA"))
            for file in (png, webp)
        )
        assert ImageChops.difference(one, other).getbbox() is None


def test_an_opaque_image_on_a_transparent_background_is_rgb() -> None:
    whole = {"type": "shape", "shape": "rectangle", "box": {"x": -1, "y": -1, "width": 602, "height": 602}, "fill": SKY}
    faces = [text_layer("over", color=f"#{number}0{number}0FF", rotation=number) for number in range(9)]
    assert opened(files(long_form(whole, *faces, background=CLEAR), "preview.png:300")[0]).mode == "RGB"


@pytest.mark.parametrize("name", ["preview.jpg", "preview.webp", "preview.avif"])
def test_large_files_in_unbanded_formats_are_refused(name: str) -> None:
    (output,) = parse_outputs([f"{name}:600"])
    large = Output(name, output.kind, output.format, 3000)
    with pytest.raises(DrawLimitError, match=rf"{name} would have 3000 × 3000 px; .* at most 6 megapixels: use PNG"):
        draw(long_form(*TWO), RULES, installed_fonts(), [large], areas=[SQUARE])
    assert draw(
        long_form(*TWO), RULES, installed_fonts(), [Output("p.png", "preview", "png", 3000)], areas=[SQUARE]
    ).files


def test_chromium_shows_every_format(page: Page) -> None:
    for file in files(long_form(text_layer("Seen", color="#AA2200"), background=SKY), *EVERY):
        source = f"data:{file.content_type};base64,{base64.b64encode(file.data).decode()}"
        found = page.evaluate(
            """async (source) => {
              const image = new Image();
              image.src = source;
              await image.decode();
              const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
              const context = canvas.getContext("2d");
              context.drawImage(image, 0, 0);
              return [image.naturalWidth, ...context.getImageData(5, 5, 1, 1).data];
            }""",
            source,
        )
        assert found[0] == 300
        assert found[1:] == pytest.approx(list(opened(file).convert("RGBA").crop((5, 5, 6, 6)).tobytes()), abs=3)


@pytest.mark.skipif(not shutil.which("pngcheck"), reason="pngcheck is not installed: apt-get install pngcheck")
def test_pngcheck_finds_nothing_wrong(tmp_path: Path) -> None:
    backgrounds = (SKY, CLEAR, GREYS, {"type": "color", "color": "#204060"})
    datas = [long_form(*layers, background=background) for background in backgrounds for layers in ((), TWO, TWO[:1])]
    paths = [tmp_path / f"{number}.png" for number, _ in enumerate(pngs(*datas))]
    for path, data in zip(paths, pngs(*datas), strict=True):
        path.write_bytes(data)
    done = subprocess.run(["pngcheck", "-v", *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("OK: ") + done.stdout.count("No errors detected in ") == len(paths)


RED_ON_BLUE = {
    "flat": long_form(text_layer("Sharp", color="#FF0000", size=200), background="#0000FF"),
    "gradient": long_form(
        text_layer("Sharp", color="#FF0000", size=200),
        background={
            "type": "linear", "stops": [{"offset": 0, "color": "#0000FF"}, {"offset": 1, "color": "#2040C0"}],
        },
    ),
}  # fmt: skip


def rms(one: Image.Image, other: Image.Image) -> float:
    return math.hypot(*ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).rms) / 3**0.5


@pytest.mark.parametrize("ground", RED_ON_BLUE)
@pytest.mark.parametrize(("name", "error"), [("avif", 5.0), ("jpg", 3.5)])
def test_red_letters_on_blue_keep_the_color_of_each_pixel(ground: str, name: str, error: float) -> None:
    exact, lossy = files(RED_ON_BLUE[ground], "preview.png:300", f"preview-l.{name}:300")
    assert rms(opened(lossy), opened(exact)) < error  # 13 with a colour for 2 × 2 px


def test_a_webp_of_few_colors_is_lossless_if_that_is_smaller() -> None:
    exact, lossy = files(RED_ON_BLUE["flat"], "preview.png:300", "preview-l.webp:300@q85")
    assert rms(opened(lossy), opened(exact)) == 0
    image, plain = io.BytesIO(), io.BytesIO()
    opened(exact).save(plain, "WEBP", quality=85, method=1)
    opened(exact).save(image, "WEBP", lossless=True)
    assert len(lossy.data) < len(plain.getvalue())


@pytest.mark.parametrize(
    ("picture", "is_fine"),
    [
        (photo(600, 450), False),
        (photo(600, 450, noise=12), False),
        (Image.linear_gradient("L").resize((300, 300)).convert("RGB"), False),
        (stripes(300, 300, 0.2), False),  # black on white
        (ImageChops.multiply(stripes(300, 300, 0.2), Image.new("RGB", (300, 300), "#FF0000")), True),
    ],
    ids=["a photo", "a grainy photo", "a gradient", "black stripes", "red stripes"],
)
def test_only_sharp_colors_are_fine(picture: Image.Image, *, is_fine: bool) -> None:
    assert has_fine_colors(picture) is is_fine
