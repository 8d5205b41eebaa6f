"""Colours that a file tells without a profile: PNG's cICP, sRGB, gAMA and cHRM, HEIC's nclx, EXIF."""

import base64
import io
import struct
import zlib
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from rendering.ingest.clean import ingest_picture
from rendering.tests.support import heic_files, icc_profiles, image_files
from rendering.tests.support.decoding import is_near
from rendering.tests.support.image_files import chunk, raw_png, with_chunks

near = partial(is_near, by=2)
SRGB = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
ADOBE = (31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
RED, RED_OF_P3 = (200, 60, 60), (217, 42, 52)
READ = """async (data) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
}"""


def cicp(primaries: int, transfer: int, matrix: int = 0) -> bytes:
    return chunk(b"cICP", bytes((primaries, transfer, matrix, 1)))


def gama(value: int) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", value))


def chrm(values: tuple[int, ...]) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *values))


SRGB_CHUNK = chunk(b"sRGB", b"\0")
PROFILE = chunk(b"iCCP", b"x\0\0" + zlib.compress(icc_profiles.screen_profile()))
BROKEN_PROFILE = chunk(b"iCCP", b"x\0\0" + zlib.compress(b"nonsense" * 40))
TOLD = {
    "P3": [cicp(12, 13)],
    "BT.2020 as video": [cicp(9, 1)],
    "NTSC of 1953": [cicp(4, 4)],
    "PAL": [cicp(5, 5)],
    "a projector": [cicp(11, 17)],
    "linear light": [cicp(1, 8)],
    "SMPTE 240": [cicp(7, 7)],
    "PQ": [cicp(9, 16)],
    "PQ in P3": [cicp(12, 16)],
    "HLG": [cicp(9, 18)],
    "HLG in BT.709": [cicp(1, 18)],
    "codes that nothing stands for": [cicp(3, 13), gama(100_000)],
    "unspecified codes": [cicp(2, 2), gama(100_000)],
    "gamma 1": [gama(100_000)],
    "gamma 1.8": [gama(55_556)],
    "gamma 2.2": [gama(45_455)],
    "gamma 2.2 and sRGB's primaries": [gama(45_455), chrm(SRGB)],
    "Adobe RGB's numbers": [gama(45_455), chrm(ADOBE)],
    "another white": [gama(50_000), chrm((33333, 33333, *SRGB[2:]))],
    "primaries alone": [chrm(ADOBE)],
    "primaries that are none": [gama(100_000), chrm((31270, 32900, 0, 0, 0, 0, 0, 0))],
    "gamma 0": [gama(0)],
    "a dark gamma": [gama(20_000)],
    "two gammas": [gama(100_000), gama(45_455)],
    "sRGB before gamma": [gama(100_000), SRGB_CHUNK],
    "an sRGB chunk of no intent": [chunk(b"sRGB", b"\x09"), gama(100_000)],
    "codes before a profile": [PROFILE, cicp(1, 13)],
    "a profile before sRGB": [SRGB_CHUNK, PROFILE],
    "a profile before gamma": [PROFILE, gama(100_000)],
    "gamma after a broken profile": [BROKEN_PROFILE, gama(100_000)],
}


def to_lab(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return CIELAB of sRGB pixels."""
    values = pixels / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratios = light @ to_xyz.T / to_xyz.sum(1)
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def colorful() -> Image.Image:
    """A soft image of many colours, with one transparent pixel so that it stays lossless."""
    spots = np.random.default_rng(1).integers(0, 256, (9, 9, 3)).astype(np.uint8)
    image = Image.fromarray(spots).resize((64, 64), Image.Resampling.BICUBIC).convert("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    return image


@pytest.mark.parametrize(
    "names",
    [
        [
            "P3",
            "PQ",
            "HLG in BT.709",
            "gamma 2.2",
            "Adobe RGB's numbers",
            "codes before a profile",
            "unspecified codes",
        ],
        pytest.param(sorted(TOLD), marks=pytest.mark.exhaustive),
    ],
    ids=["some", "all"],
)
def test_told_colors_are_those_that_chromium_shows(names: list[str], page: Page) -> None:
    page.set_content("<p>")
    plain, far = image_files.png(colorful()), {}
    for name in names:
        data = with_chunks(plain, *TOLD[name])
        theirs = np.array(page.evaluate(READ, base64.b64encode(data).decode()), np.uint8).reshape(64, 64, 4)
        ours = np.asarray(image_files.open_image(ingest_picture(data).full.data))
        distance = np.linalg.norm(to_lab(ours[..., :3]) - to_lab(theirs[..., :3]), axis=-1)
        far[name] = round(float(distance.mean()), 2)
    assert max(far.values()) < 0.5, far


def middle(data: bytes) -> tuple[int, ...]:
    shown = image_files.open_image(ingest_picture(data).full.data)
    return image_files.pixel(shown, (30, 30))


@pytest.mark.parametrize(("value", "shown"), [(100_000, 188), (55_556, 146)])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "LA"])
def test_gray_is_brightened_by_gamma(mode: str, value: int, shown: int) -> None:
    gray = Image.new("RGB", (64, 64), (128, 128, 128))
    image = gray.quantize(4) if mode == "P" else gray.convert(mode)
    assert near(middle(with_chunks(image_files.png(image), gama(value)))[:3], (shown,) * 3)


def test_sixteen_bits_of_light_keep_their_dark_shades() -> None:
    """0.1 % of the light is 13 of 255; eight bits of it would be 0."""
    dark = raw_png((64, 64), 16, 2, image_files.rows(64, 64, struct.pack(">HHH", 66, 66, 66)), gama(100_000))
    assert near(middle(dark), (3, 3, 3), by=1)
    light = raw_png((64, 64), 16, 6, image_files.rows(64, 64, struct.pack(">4H", 262, 262, 262, 40_000)), gama(100_000))
    assert near(middle(light), (13, 13, 13, 155), by=1)


def nclx(data: bytes, primaries: int, transfer: int) -> bytes:
    """A HEIC whose pixels are of other colours."""
    told = b"nclx" + struct.pack(">HH", 1, 13)
    assert told in data
    return data.replace(told, b"nclx" + struct.pack(">HH", primaries, transfer))


@pytest.mark.parametrize(
    ("codes", "shown"),
    [
        ((1, 13), image_files.RED),
        ((2, 2), image_files.RED),
        ((1, 1), image_files.RED),  # phones name the curve of video and mean sRGB's
        ((12, 13), (219, 0, 6)),
    ],
)
def test_the_codes_of_a_heic_count(codes: tuple[int, int], shown: tuple[int, ...]) -> None:
    assert near(middle(nclx(heic_files.HEIC, *codes)), shown, by=6)


@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_of_a_heic_is_that_of_a_png(transfer: int) -> None:
    """A PNG of its pixels with the same codes is compared with Chromium above."""
    pixels = image_files.open_image(ingest_picture(heic_files.HEIC).full.data)
    data = with_chunks(image_files.png(pixels), cicp(9, transfer))
    assert near(middle(nclx(heic_files.HEIC, 9, transfer)), middle(data), by=5)


def test_a_heic_of_ten_bits_is_tone_mapped() -> None:
    assert near(middle(heic_files.HEIC_HDR), (255, 0, 0))
    gentle = heic_files.HEIC_HDR.replace(b"nclx\0\x09\0\x10", b"nclx\0\x09\0\x12")
    assert near(middle(gentle), (232, 0, 39))


def exif(color_space: int, index: bytes) -> bytes:
    """An EXIF block with a colour space and an interoperability index, as cameras write them."""
    pointer = struct.pack(">HHHII I", 1, 0x8769, 4, 1, 26, 0)
    space = struct.pack(">HHHIHH HHII I", 2, 0xA001, 3, 1, color_space, 0, 0xA005, 4, 1, 56, 0)
    return b"MM\0*\0\0\0\x08" + pointer + space + struct.pack(">HHHI4s I", 1, 1, 2, 4, index.ljust(4, b"\0"), 0)


@pytest.mark.parametrize(
    ("color_space", "index", "is_wide"),
    [(0xFFFF, b"R03", True), (2, b"R03", True), (2, b"R98", True), (0xFFFF, b"R98", False), (1, b"R03", False)],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_adobe_rgb_of_a_camera_is_converted(kind: str, color_space: int, index: bytes, *, is_wide: bool) -> None:
    flat = Image.new("RGB", (64, 64), RED)
    options = {"lossless": True} if kind == "WEBP" else {}
    data = image_files.encode(flat, kind, exif=b"Exif\0\0" + exif(color_space, index), **options)
    by_numbers = image_files.png(flat)
    wanted = middle(with_chunks(by_numbers, gama(45_471), chrm(ADOBE))) if is_wide else RED
    assert near(middle(data), wanted, by=3)


def test_a_profile_counts_more_than_exif() -> None:
    flat, out = Image.new("RGB", (64, 64), RED), io.BytesIO()
    flat.save(out, "JPEG", quality=95, exif=b"Exif\0\0" + exif(2, b"R03"), icc_profile=icc_profiles.screen_profile())
    assert near(middle(out.getvalue()), icc_profiles.srgb_from_screen(RED), by=3)


def test_p3_is_wider_than_srgb() -> None:
    assert near(middle(with_chunks(image_files.png(Image.new("RGB", (64, 64), RED)), cicp(12, 13))), RED_OF_P3)
    assert near(middle(with_chunks(image_files.png(Image.new("RGB", (64, 64), RED)), cicp(12, 13, matrix=1))), RED)
