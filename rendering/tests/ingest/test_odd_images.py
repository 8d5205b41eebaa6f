"""Rare but valid images: bit depths, colour keys, hidden pixels, odd containers."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from rendering.ingest.clean import CleanPicture, ingest_picture
from rendering.tests.support import heic_files, image_files
from rendering.tests.support.decoding import is_near
from rendering.tests.support.image_files import BLUE, LIGHT, RED, chunk, raw_png, rows, scene

PLACES = {(4, 4): LIGHT, (30, 40): RED, (70, 20): BLUE}
CLEAR = (0, 0, 0, 0)


def picture_of(data: bytes) -> tuple[CleanPicture, Image.Image]:
    clean = ingest_picture(data)
    shown = image_files.open_image(clean.full.data)
    assert (shown.width, shown.height) == (clean.full.width, clean.full.height)
    assert shown.format == clean.format.upper()
    return clean, shown.convert("RGBA")


def assert_near(shown: Image.Image, at: tuple[int, int], color: tuple[int, ...], most: int = 4) -> None:
    found = shown.getpixel(at)
    assert max(abs(a - b) for a, b in zip(found, (*color, 255)[:4], strict=True)) <= most, (at, found, color)


def transparent_scene() -> Image.Image:
    picture = scene().convert("RGBA")
    picture.paste((0, 255, 0, 0), (80, 48, 96, 64))
    return picture


OPAQUE = {
    "a JPEG with restarts": lambda: image_files.jpeg(restart_marker_blocks=1),
    "a JPEG with fill bytes": lambda: image_files.with_segments(image_files.jpeg(), b"\xff\xff\xff"),
    "an APNG of one frame": lambda: image_files.with_chunks(
        image_files.png(), chunk(b"acTL", struct.pack(">II", 1, 0))
    ),
    "a WebP of one frame": lambda: image_files.animation("WEBP", 1),
    "a HEIC of two pictures": lambda: heic_files.HEIC_OF_TWO,
}


@pytest.mark.parametrize("name", OPAQUE)
def test_the_image_of_an_odd_container_is_decoded(name: str) -> None:
    clean, shown = picture_of(OPAQUE[name]())

    assert (clean.format, shown.size) == ("jpeg", (96, 64))
    for at, color in PLACES.items():
        assert_near(shown, at, color, 12 if "WebP" in name or "HEIC" in name else 4)


TRANSPARENT = {
    "a PNG": lambda: image_files.png(transparent_scene()),
    "a WebP": lambda: image_files.webp(transparent_scene()),
    "a HEIC": lambda: heic_files.HEIC_TRANSPARENT,
}


@pytest.mark.parametrize("name", TRANSPARENT)
def test_an_image_with_transparency_becomes_a_png(name: str) -> None:
    clean, shown = picture_of(TRANSPARENT[name]())

    assert clean.format == "png"
    assert shown.getpixel((90, 60)) == CLEAR
    for at, color in PLACES.items():
        assert_near(shown, at, color, 12 if "HEIC" in name else 0)


def test_invisible_pixels_are_not_kept() -> None:
    hidden = image_files.png(transparent_scene())
    assert image_files.open_image(hidden).getpixel((90, 60)) == (0, 255, 0, 0)

    assert picture_of(hidden)[1].getpixel((90, 60)) == CLEAR


def test_half_transparent_pixels_keep_their_color() -> None:
    _, shown = picture_of(image_files.png(Image.new("RGBA", (64, 64), (200, 100, 50, 3))))

    assert shown.getpixel((9, 9)) == (200, 100, 50, 3)


def test_a_one_bit_image_is_black_and_white() -> None:
    picture = Image.new("1", (64, 64), 1)
    picture.paste(0, (0, 0, 32, 64))

    _, shown = picture_of(image_files.png(picture))

    assert_near(shown, (8, 8), (0, 0, 0))
    assert_near(shown, (56, 8), (255, 255, 255))


@pytest.mark.parametrize("value", [0, 300, 0x80FF, 65_535])
def test_sixteen_bits_of_grey_are_scaled_exactly(value: int) -> None:
    _, shown = picture_of(raw_png((64, 64), 16, 0, rows(64, 64, struct.pack(">H", value))))

    assert_near(shown, (8, 8), (value / 257,) * 3, 1)


@pytest.mark.parametrize("alpha", [b"", b"\x80\0"])
def test_sixteen_bits_of_color_are_scaled(alpha: bytes) -> None:
    pixel = struct.pack(">HHH", 51_400, 25_700, 257) + alpha

    clean, shown = picture_of(raw_png((64, 64), 16, 6 if alpha else 2, rows(64, 64, pixel)))

    assert clean.format == ("png" if alpha else "jpeg")
    assert_near(shown, (8, 8), (200, 100, 1, 128 if alpha else 255), 2)


def test_sixteen_bits_of_grey_with_alpha_are_scaled() -> None:
    _, shown = picture_of(raw_png((64, 64), 16, 4, rows(64, 64, b"\x80\x80\x40\x40")))

    assert_near(shown, (8, 8), (128, 128, 128, 64), 1)


def test_grey_with_alpha_is_kept() -> None:
    _, shown = picture_of(image_files.png(Image.new("LA", (64, 64), (90, 128))))

    assert shown.getpixel((8, 8)) == (90, 90, 90, 128)


def test_a_palette_may_be_partly_transparent() -> None:
    colors = chunk(b"PLTE", bytes((*RED, *BLUE, *LIGHT))), chunk(b"tRNS", b"\xff\x40")
    pixels = b"".join(b"\0" + bytes((0,) * 32 + (1,) * 16 + (2,) * 16) for _ in range(64))

    _, shown = picture_of(raw_png((64, 64), 8, 3, pixels, *colors))

    assert [shown.getpixel((x, 9)) for x in (5, 40, 60)] == [(*RED, 255), (*BLUE, 64), (*LIGHT, 255)]


KEYED = {  # bit depth, colour type, transparent pixel, another pixel, its colour, the tRNS key
    "1 bit": (1, 0, b"\xff", b"\0", (0, 0, 0), (1,)),
    "2 bits": (2, 0, b"\x55", b"\xaa", (170,) * 3, (1,)),
    "2 bits, and others that do not count": (2, 0, b"\xff", b"\xaa", (170,) * 3, (0xFF03,)),
    "4 bits": (4, 0, b"\x33", b"\x11", (17,) * 3, (3,)),
    "8 bits": (8, 0, b"\x03", b"\x04", (4,) * 3, (3,)),
    "16 bits": (16, 0, b"\x80\x01", b"\x80\x02", (128,) * 3, (0x8001,)),
    "16 bits, alike above": (16, 0, b"\x80\x01", b"\x81\x01", (129,) * 3, (0x8001,)),
    "8 bits of colour": (8, 2, bytes(RED), bytes(BLUE), BLUE, RED),
    "16 bits of colour": (16, 2, b"\x80\0" * 3, b"\x90\0" * 3, (144,) * 3, (0x8000,) * 3),
    "16 bits of colour, alike above": (16, 2, b"\x80\1" * 3, b"\x80\2" * 3, (128,) * 3, (0x8001,) * 3),
    "16 bits of colour, alike below": (16, 2, b"\x80\1" * 3, b"\x81\1" * 3, (129,) * 3, (0x8001,) * 3),
}


@pytest.mark.parametrize("name", KEYED)
def test_a_color_key_makes_one_color_transparent(name: str) -> None:
    depth, kind, clear, other, color, key = KEYED[name]
    times = 64 * min(depth, 8) // 8
    top, bottom = b"\0" + clear * times, b"\0" + other * times
    data = raw_png((64, 64), depth, kind, top * 32 + bottom * 32, chunk(b"tRNS", struct.pack(f">{len(key)}H", *key)))

    _, shown = picture_of(data)

    assert image_files.pixel(shown, (9, 9))[3] == 0
    assert_near(shown, (9, 50), color, 0)


def test_the_file_name_is_ignored(tmp_path: Path) -> None:
    file = tmp_path / "picture.svg"
    file.write_bytes(image_files.png())

    assert ingest_picture(file).format == "jpeg"


@pytest.mark.parametrize("error", [1, 2, 40, 2**31])
def test_a_webp_whose_header_gives_a_later_end_is_read(error: int) -> None:
    data = image_files.webp()
    (size,) = struct.unpack_from("<I", data, 4)
    _, shown = picture_of(data[:4] + struct.pack("<I", size + error) + data[8:])

    assert all(is_near(image_files.pixel(shown, at)[:3], color, by=3) for at, color in PLACES.items())


@pytest.mark.parametrize("alpha", [255, 100, 1])
def test_a_picture_that_is_faint_everywhere_has_a_color(alpha: int) -> None:
    clean, _ = picture_of(image_files.png(Image.new("RGBA", (64, 64), (*RED, alpha))))

    (color,) = clean.colors
    found = struct.unpack("BBB", bytes.fromhex(color.color[1:]))
    assert max(abs(a - b) for a, b in zip(found, RED, strict=True)) <= 2
    assert color.share == 1


def test_the_shadow_of_a_sticker_is_no_color_of_it() -> None:
    sticker = Image.new("RGBA", (64, 64), (0, 0, 0, 100))
    sticker.paste((*RED, 255), (0, 0, 64, 32))
    clean, _ = picture_of(image_files.png(sticker))

    assert len(clean.colors) == 1
