"""JPEG, PNG, WebP and HEIC: upright, in sRGB, with the right colours in the right places, and a working copy."""

import io
from typing import Any

import pytest
from PIL import Image, ImageCms, JpegImagePlugin

from rendering.ingest.clean import IngestLimits
from rendering.tests.support import heic_files, image_files
from rendering.tests.support.decoding import decode, is_near, open_copy, pixel_at

RED, BLUE, WHITE = image_files.RED, image_files.BLUE, image_files.LIGHT
FILES = {
    "a JPEG": image_files.encode(image_files.scene(), "JPEG", quality=95),
    "a progressive JPEG": image_files.encode(image_files.scene(), "JPEG", quality=95, progressive=True),
    "a PNG": image_files.encode(image_files.scene(), "PNG"),
    "an interlaced WebP": image_files.encode(image_files.scene(), "WEBP", quality=95),
    "a lossless WebP": image_files.encode(image_files.scene(), "WEBP", lossless=True),
    "a HEIC": heic_files.HEIC,
    "a PNG called JPEG": image_files.encode(image_files.scene(), "PNG"),
    "a palette": image_files.encode(image_files.scene().quantize(8), "PNG"),
    "an MPO, as phones write them": image_files.encode(
        image_files.scene(), "MPO", quality=95, save_all=True, append_images=[Image.new("RGB", (96, 64))]
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_the_colors_are_in_the_right_places(name: str) -> None:
    picture = decode(FILES[name])
    assert (picture.format, picture.full.width, picture.full.height) == ("jpeg", 96, 64)
    assert is_near(pixel_at(picture.full, 6, 6), WHITE)
    assert is_near(pixel_at(picture.full, 20, 50), RED)
    assert is_near(pixel_at(picture.full, 80, 10), BLUE)
    assert picture.working is picture.full
    assert {color.color[0] for color in picture.colors} == {"#"}
    assert [color.share for color in picture.colors] == pytest.approx([0.5, 0.46, 0.04], abs=0.03)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = image_files.scene().transpose(turns[orientation]) if orientation in turns else image_files.scene()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(image_files.encode(stored, "JPEG", quality=95, exif=exif))
    assert (picture.full.width, picture.full.height) == (96, 64)
    assert is_near(pixel_at(picture.full, 6, 6), WHITE)
    assert is_near(pixel_at(picture.full, 20, 50), RED)
    assert is_near(pixel_at(picture.full, 80, 10), BLUE)


def test_an_invalid_orientation_is_ignored() -> None:
    exif = Image.Exif()
    exif[0x0112] = 99
    assert is_near(
        pixel_at(decode(image_files.encode(image_files.scene(), "JPEG", quality=95, exif=exif)).full, 6, 6), WHITE
    )


def test_sixteen_bits_of_grey_are_scaled() -> None:
    ramp = Image.new("I;16", (256, 64))
    ramp.putdata([x * 257 for _ in range(64) for x in range(256)])
    picture = decode(image_files.encode(ramp, "PNG"))
    assert all(is_near(pixel_at(picture.full, x, 30), (x, x, x)) for x in (0, 64, 128, 200, 255))


def test_cmyk_is_converted_to_what_it_looks_like() -> None:
    cmyk = Image.new("CMYK", (96, 64), (0, 255, 255, 0))
    cmyk.paste((255, 255, 0, 0), (48, 0, 96, 64))
    picture = decode(image_files.encode(cmyk, "JPEG", quality=95))  # Pillow writes Adobe's inverted form
    red, blue = pixel_at(picture.full, 10, 30), pixel_at(picture.full, 90, 30)
    assert (red[0] > 200, max(red[1:]) < 80, blue[2] > 150, max(blue[:2]) < 100) == (True,) * 4


def test_a_profile_is_applied_and_a_broken_one_is_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = decode(image_files.encode(image_files.scene(), "PNG", icc_profile=lab))
    assert is_near(pixel_at(plain.full, 20, 50), RED)
    wide = decode(image_files.encode(image_files.scene(), "PNG", icc_profile=_swapped()))
    assert is_near(pixel_at(wide.full, 20, 50), (RED[1], RED[0], RED[2]), 25)
    broken = decode(image_files.encode(image_files.scene(), "PNG", icc_profile=b"no profile at all" * 50))
    assert is_near(pixel_at(broken.full, 20, 50), RED)


def _swapped() -> bytes:
    """Return the sRGB profile with the red and green primaries exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    entries = {bytes(data[132 + 12 * n : 136 + 12 * n]): 136 + 12 * n for n in range(count)}
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    data[red : red + 8], data[green : green + 8] = data[green : green + 8], data[red : red + 8]
    # Its description must not say sRGB: such profiles are skipped.
    return bytes(data).replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))


TRANSPARENT: dict[str, Any] = {
    "RGBA": lambda picture: picture,
    "grey with alpha": lambda picture: picture.convert("LA"),
    "a palette with alphas": lambda picture: picture.quantize(16, Image.Quantize.FASTOCTREE),
}


@pytest.mark.parametrize("mode", TRANSPARENT)
def test_transparency_is_kept_as_png(mode: str) -> None:
    picture = Image.new("RGBA", (96, 64), (0, 0, 0, 0))
    picture.paste((200, 200, 200, 255), (48, 0, 96, 64))
    clean = decode(image_files.encode(TRANSPARENT[mode](picture), "PNG"))
    assert clean.format == "png"
    assert (pixel_at(clean.full, 10, 30)[3], pixel_at(clean.full, 90, 30)[3]) == (0, 255)
    assert [color.color for color in clean.colors] == ["#C8C8C8"]  # invisible pixels have no colour


def test_a_transparent_color_stays_transparent() -> None:
    clean = decode(image_files.encode(image_files.scene(), "PNG", transparency=RED))
    assert (pixel_at(clean.full, 20, 50)[3], pixel_at(clean.full, 80, 10)[3]) == (0, 255)


def test_an_opaque_alpha_channel_is_dropped() -> None:
    assert decode(image_files.encode(image_files.scene().convert("RGBA"), "PNG")).format == "jpeg"


def test_the_working_copy_is_as_large_as_a_screen() -> None:
    picture = decode(image_files.encode(image_files.scene(2_400, 1_600), "JPEG", quality=90))
    assert [(one.width, one.height) for one in (picture.full, picture.working)] == [(2_400, 1_600), (1_600, 1_067)]
    assert open_copy(picture.working).size == (1_600, 1_067)
    assert is_near(pixel_at(picture.working, 1_200, 500), BLUE)


@pytest.mark.parametrize(("coming", "going"), [("4:2:0", 2), ("4:2:2", 2), ("4:4:4", 0)])
def test_the_working_copy_keeps_full_chroma_of_the_upload(coming: str, going: int) -> None:
    picture = decode(image_files.encode(image_files.scene(2_400, 1_600), "JPEG", subsampling=coming))
    sampled = [
        JpegImagePlugin.get_sampling(image_files.open_image(one.data)) for one in (picture.full, picture.working)
    ]
    assert sampled == [0, going]


def test_invisible_pixels_leave_no_fringe_in_the_working_copy() -> None:
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))  # black where transparent
    picture.paste((255, 255, 255, 255), (100, 100, 300, 300))
    clean = decode(image_files.encode(picture, "PNG"), IngestLimits(working_side=90))
    pixels = open_copy(clean.working).tobytes()
    seen = [pixels[start : start + 3] for start in range(0, len(pixels), 4) if pixels[start + 3] > 8]
    assert seen
    assert min(min(color) for color in seen) > 240


def test_a_photo_keeps_full_chroma() -> None:
    data = decode(FILES["a JPEG"]).full.data
    with Image.open(io.BytesIO(data)) as picture:
        assert {part[1:3] for part in picture.layer} == {(1, 1)}  # type: ignore[attr-defined]  # JPEG's own: 4:4:4
