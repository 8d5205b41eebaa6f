"""Designs of photos by Pillow alone, as the original service did it: everything from the upload, at its default."""

import io
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageOps

from benchmarks.pictures import Shot
from benchmarks.pillow import SIDE, WHITE, font_file, pair_of, standard_of

FONT, EM = "Bebas-Bold", 96
PRINT = (4500, 5400)


def pair(shot: Shot) -> list[bytes]:
    """Draw the preview from the upload, encode, re-open, shrink, encode again."""
    return _pair(shot.upload, shot.text)


def pair_of_full(shot: Shot) -> list[bytes]:
    """Do the same from the copy that ours gets too."""
    return _pair(shot.full, shot.text)


def _pair(data: bytes, text: str) -> list[bytes]:
    return pair_of(_design(data, text, (SIDE, SIDE)))


def standard(shot: Shot) -> list[bytes]:
    """Make the standard six: draw once, shrink by LANCZOS, save."""
    return standard_of(_design(shot.upload, shot.text, (SIDE, SIDE)), _saved)


def print_file(shot: Shot) -> list[bytes]:
    """Draw a print file."""
    return [_saved(_design(shot.upload, shot.text, PRINT), "PNG")]


def _design(data: bytes, text: str, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(data)) as photo:
        image = ImageOps.fit(photo.convert("RGB"), size)
    font = font_file(FONT, round(EM * min(size) / SIDE))
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    pen.text((size[0] / 2 - (right + left) / 2, size[1] / 2 - (bottom + top) / 2), text, fill=WHITE, font=font)
    return image


def encoded(image: Image.Image) -> list[bytes]:
    """Encode a picture as PNG."""
    return [_saved(image, "PNG")]


def previews(shots: Iterable[Shot]) -> list[Image.Image]:
    """Return the pictures of previews."""
    return [_design(shot.working, shot.text, (SIDE, SIDE)) for shot in shots]


def _saved(image: Image.Image, file_format: str) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format)
    return out.getvalue()
