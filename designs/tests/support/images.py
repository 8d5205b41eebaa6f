"""Images as shoppers upload them, made in code."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 30), (20, 40, 180)


def photo_bytes(
    width: int = 120, height: int = 80, file_format: str = "JPEG", mode: str = "RGB", **options: Any
) -> bytes:
    """Return an image file, its left half red, its right half blue."""
    picture = Image.new(mode, (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    out = io.BytesIO()
    picture.save(out, file_format, **options)
    return out.getvalue()


def sticker_bytes(side: int = 100) -> bytes:
    """Return a PNG of a blue square on a transparent background."""
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    picture.paste((*BLUE, 255), (side // 4, side // 4, side * 3 // 4, side * 3 // 4))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
