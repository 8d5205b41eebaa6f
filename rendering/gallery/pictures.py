"""Images for the gallery, drawn in code: a landscape, and a badge on a transparent background."""

import io
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from rendering.engine.values import Picture

LANDSCAPE = "00000000-0000-4000-8000-000000000001"
BADGE = "00000000-0000-4000-8000-000000000002"
_SUPERSAMPLING = 4  # the badge is drawn this many times larger, then reduced


def make_pictures() -> dict[str, Picture]:
    """Return the images by asset id; their bytes are made when they are first read."""
    return {
        LANDSCAPE: Picture(LANDSCAPE, 1200, 900, 1200, 900, "0" * 64, full=_draw_landscape, working=_draw_landscape),
        BADGE: Picture(BADGE, 400, 400, 400, 400, "1" * 64, full=_draw_badge, working=_draw_badge),
    }


@cache
def _draw_landscape() -> bytes:
    """Draw hills in mist under an evening sky, with a sun and grain (random, seeded)."""
    rng = np.random.default_rng(20261125)
    y, x = np.mgrid[0:900, 0:1200].astype(np.float32) / 900
    sky = np.stack([70 + 185 * y, 90 + 110 * y, 160 - 20 * y], -1)
    sun = np.clip(1.25 - np.hypot(x - 0.88, y - 0.38) / 0.085, 0, 1)[..., None]
    glow = np.exp(-np.hypot(x - 0.88, y - 0.38) * 3)[..., None]
    pixels = sky + glow * np.array([70, 50, 0]) + sun * np.array([90, 90, 40])
    for number in range(5):
        steep, shift = 3.1 + 2.3 * number, rng.uniform(0, 6)
        ridge = 0.48 + 0.1 * number + 0.05 * np.sin(steep * x + shift) + 0.02 * np.sin(3.7 * steep * x + 2 * shift)
        mist = np.clip((y - ridge) * 2.2, 0, 1)[..., None]
        far = np.array([96, 88, 120]) * (1 - number / 5) + np.array([18, 40, 44]) * (number / 5)
        pixels = np.where((y > ridge)[..., None], far + mist * np.array([50, 44, 36]), pixels)
    pixels += rng.normal(0, 3, pixels.shape)
    return _encode_image(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))


@cache
def _draw_badge() -> bytes:
    """Draw a round badge with a mountain on a transparent background."""
    side = 400 * _SUPERSAMPLING
    badge = Image.new("RGBA", (side, side))
    pen, unit = ImageDraw.Draw(badge), side / 100
    for radius, color in ((48, "#FFF3DC"), (45, "#D1495B"), (41, "#FFF3DC")):
        pen.ellipse(
            [(50 - radius) * unit, (50 - radius) * unit, (50 + radius) * unit, (50 + radius) * unit], fill=color
        )
    pen.polygon([(at * unit) for at in (20, 66, 42, 30, 53, 48, 60, 38, 80, 66)], fill="#1F3A5F")
    pen.polygon([(at * unit) for at in (42, 30, 36.5, 39, 41, 42, 44, 38, 47, 40)], fill="#FFFFFF")
    pen.rectangle([20 * unit, 70 * unit, 80 * unit, 73 * unit], fill="#D1495B")
    return _encode_image(badge.resize((400, 400), Image.Resampling.BOX))


def _encode_image(image: Image.Image) -> bytes:
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()
