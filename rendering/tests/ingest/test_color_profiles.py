"""Colours are converted by the embedded profile; a broken or unsuitable profile is ignored."""

import zlib
from functools import partial

import pytest
from PIL import Image, ImageCms

from rendering.ingest.clean import ingest_picture
from rendering.tests.support import icc_profiles, image_files
from rendering.tests.support.decoding import is_near
from rendering.tests.support.image_files import chunk, segment, with_chunks, with_segments

MUTED = (180, 120, 90)
near = partial(is_near, by=2)


def middle(data: bytes) -> tuple[int, ...]:
    shown = image_files.open_image(ingest_picture(data).full.data)
    return image_files.pixel(shown, (30, 30))


def flat(mode: str, color: int | tuple[int, ...]) -> Image.Image:
    return Image.new(mode, (64, 64), color)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colors_of_a_screen_profile_are_converted(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95}
    data = image_files.encode(flat("RGB", MUTED), kind, icc_profile=icc_profiles.screen_profile(), **options)
    wanted = icc_profiles.srgb_from_screen(MUTED)

    assert not near(MUTED, wanted, by=5)
    assert near(middle(data), wanted)


def test_transparency_survives_the_conversion() -> None:
    data = image_files.png(flat("RGBA", (*MUTED, 77)), icc_profile=icc_profiles.screen_profile())

    assert near(middle(data), (*icc_profiles.srgb_from_screen(MUTED), 77))


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_is_converted_by_its_own_curve(mode: str) -> None:
    color = 128 if mode == "L" else (128, 255)
    grey = round(255 * icc_profiles._encoded(128 / 255))  # linear light, encoded with sRGB's curve

    assert near(middle(image_files.png(flat(mode, color), icc_profile=icc_profiles.gray_profile(1.0))), (grey,) * 3)


def test_grey_with_a_screens_profile_is_converted_by_that() -> None:
    data = image_files.jpeg(flat("L", 60), icc_profile=icc_profiles.screen_profile(1.0))

    assert near(middle(data), icc_profiles.srgb_from_screen((60, 60, 60), 1.0), by=3)


def test_a_palette_is_converted() -> None:
    data = image_files.png(flat("RGB", MUTED).quantize(4), icc_profile=icc_profiles.screen_profile())

    assert near(middle(data), icc_profiles.srgb_from_screen(MUTED))


def test_srgbs_own_profile_changes_nothing() -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = image_files.png(flat("RGBA", (*MUTED, 77)), icc_profile=own)

    assert middle(data) == (*MUTED, 77)


def test_a_profile_that_only_calls_itself_srgb_is_still_applied() -> None:
    named = icc_profiles.screen_profile().replace(b"made by hand", b"sRGB IEC6196")

    assert near(middle(image_files.png(flat("RGB", MUTED), icc_profile=named)), icc_profiles.srgb_from_screen(MUTED))


@pytest.mark.parametrize("ink", [0, 128, 255])
def test_the_inks_of_an_adobe_jpeg_are_not_inverted(ink: int) -> None:
    data = image_files.jpeg(flat("CMYK", (0, ink, ink, 0)))
    assert b"Adobe" in data

    assert near(middle(data), (255, 255 - ink, 255 - ink), by=3)


def test_cmyk_is_converted_by_the_press_profile() -> None:
    paper, black = (
        image_files.jpeg(flat("CMYK", (200, 100, 50, k)), icc_profile=icc_profiles.press_profile()) for k in (0, 255)
    )

    assert near(middle(paper), (255, 255, 255), by=4)
    assert near(middle(black), (0, 0, 0), by=4)


NO_PROFILES = {
    "nonsense": b"this is not a profile",
    "nothing": b"\0",
    "cut short": icc_profiles.screen_profile()[:300],
    "of a printing press": icc_profiles.press_profile(),
    "of grey": icc_profiles.gray_profile(1.0),
    "of Lab": ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    "tags beyond its end": icc_profiles.screen_profile().replace(b"rXYZ", b"rXYZ\x7f\xff\xff\xff", 1),
}


@pytest.mark.parametrize("name", NO_PROFILES)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_useless_profile_is_ignored(kind: str, name: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95}
    data = image_files.encode(flat("RGB", MUTED), kind, icc_profile=NO_PROFILES[name], **options)

    assert near(middle(data), MUTED)


def test_a_profile_that_unpacks_to_hundreds_of_megabytes_is_not_unpacked() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join([packer.compress(bytes(10_000_000)) for _ in range(20)]) + packer.flush()
    data = with_chunks(image_files.png(flat("RGB", MUTED)), chunk(b"iCCP", b"bomb\0\0" + bomb))

    assert near(middle(data), MUTED)


def test_a_profile_of_sixteen_megabytes_is_ignored() -> None:
    pieces = (
        b"ICC_PROFILE\0" + bytes((at, 255)) + icc_profiles.screen_profile().ljust(65_519, b"x") for at in range(1, 256)
    )
    data = with_segments(image_files.jpeg(flat("RGB", MUTED)), *(segment(0xE2, piece) for piece in pieces))

    assert near(middle(data), MUTED)
