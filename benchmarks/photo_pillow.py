"""Designs with photos drawn with Pillow only, as the original service did: from the upload, with default options."""

import io
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageOps

from benchmarks.photo_jobs import PhotoJob
from benchmarks.pillow import SIDE, WHITE, encode_pair, encode_standard, load_font

FONT, FONT_SIZE = "Bebas-Bold", 96
PRINT_SIZE = (4500, 5400)


def draw_pair(job: PhotoJob) -> list[bytes]:
    """Draw the preview from the upload, encode, reopen, shrink, encode again."""
    return _draw_and_encode(job.upload, job.text)


def draw_pair_from_full(job: PhotoJob) -> list[bytes]:
    """Do the same from the full copy, which the engine reads too."""
    return _draw_and_encode(job.full, job.text)


def _draw_and_encode(data: bytes, text: str) -> list[bytes]:
    return encode_pair(_draw_design(data, text, (SIDE, SIDE)))


def draw_standard(job: PhotoJob) -> list[bytes]:
    """Make the six standard files: draw once, shrink with LANCZOS, save."""
    return encode_standard(_draw_design(job.upload, job.text, (SIDE, SIDE)), _encode_image)


def draw_print_file(job: PhotoJob) -> list[bytes]:
    """Draw a print file."""
    return [_encode_image(_draw_design(job.upload, job.text, PRINT_SIZE), "PNG")]


def _draw_design(data: bytes, text: str, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(data)) as photo:
        image = ImageOps.fit(photo.convert("RGB"), size)
    font = load_font(FONT, round(FONT_SIZE * min(size) / SIDE))
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    pen.text((size[0] / 2 - (right + left) / 2, size[1] / 2 - (bottom + top) / 2), text, fill=WHITE, font=font)
    return image


def encode_png(image: Image.Image) -> list[bytes]:
    """Encode an image as PNG."""
    return [_encode_image(image, "PNG")]


def draw_previews(jobs: Iterable[PhotoJob]) -> list[Image.Image]:
    """Return the preview of each job as an image, not encoded."""
    return [_draw_design(job.working, job.text, (SIDE, SIDE)) for job in jobs]


def _encode_image(image: Image.Image, file_format: str) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format)
    return out.getvalue()
