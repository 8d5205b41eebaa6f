"""Images made in code, as the engine gets them: JPEG q95 or PNG with transparency, and a working copy."""

import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.values import Area, Drawing, Picture
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, SQUARE

ASSET = "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80"
QUARTERS = ("#FF0000", "#00FF00", "#0000FF", "#FFFF00")  # from the top left, row by row


@dataclass
class StoredImage:
    """An image in memory that counts how often each copy is read."""

    image: Image.Image
    working_side: int = 1600
    reads: Counter[str] = field(default_factory=Counter)

    def picture(self, asset: str = ASSET) -> Picture:
        small = self.image.copy()
        small.thumbnail((self.working_side, self.working_side), Image.Resampling.LANCZOS)
        files = {"full": encode_image(self.image), "working": encode_image(small)}

        sha256 = hashlib.sha256(files["full"]).hexdigest()

        def read(copy: str) -> bytes:
            self.reads[copy] += 1
            return files[copy]

        return Picture(
            asset, *self.image.size, *small.size, sha256, full=lambda: read("full"), working=lambda: read("working")
        )


def encode_image(image: Image.Image) -> bytes:
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", compress_level=1)
    else:
        image.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def photo(width: int, height: int, seed: int = 1, noise: float = 4) -> Image.Image:
    """Draw hills under a sky with lights, and noise as of a camera."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(width, height)
    pixels = np.stack([110 + 90 * y, 150 + 40 * np.sin(4 * x), 230 - 130 * y], -1)
    for number in range(4):
        ridge = 0.25 + 0.14 * number + 0.06 * np.sin(x * (7 + 5 * number) + rng.uniform(0, 6))
        pixels[y > ridge] = rng.uniform(20, 180, 3)
    image = Image.fromarray(np.clip(pixels + rng.normal(0, noise, pixels.shape), 0, 255).astype(np.uint8))
    pen, unit = ImageDraw.Draw(image), max(width, height) / 100
    for _ in range(30):
        cx, cy, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.5, 6) * unit
        color = tuple(int(value) for value in rng.integers(0, 255, 3))
        pen.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=color)
    return image


def quarters(width: int = 400, height: int = 300) -> Image.Image:
    """Draw an image of four colours, one in each quarter."""
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    for number, color in enumerate(QUARTERS):
        x, y = number % 2 * width / 2, number // 2 * height / 2
        pen.rectangle((x, y, x + width / 2 - 1, y + height / 2 - 1), fill=color)
    return image


def sticker(side: int = 400) -> Image.Image:
    """Draw a white disc on transparent black."""
    alpha = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(alpha).ellipse((side // 2, side // 2, side * 4 - side // 2, side * 4 - side // 2), fill=255)
    alpha = alpha.resize((side, side), Image.Resampling.BOX)
    image = Image.new("RGBA", (side, side))
    image.paste((255, 255, 255), (0, 0), alpha.point([0] + [255] * 255))
    image.putalpha(alpha)
    return image


def image_layer(asset: str = ASSET, **more: Any) -> dict[str, Any]:
    return {"type": "image", "asset": asset, **more}


def box_data(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": x, "y": y, "width": width, "height": height}


def draw_with_pictures(
    data: dict[str, Any], *pictures: Picture, outputs: Sequence[str] = ("preview.png:600",), area: Area = SQUARE
) -> Drawing:
    by_id = {picture.asset: picture for picture in pictures}
    return draw(data, RULES, installed_fonts(), parse_outputs(outputs), areas=[area], pictures=by_id)


def draw_image_design(data: dict[str, Any], *pictures: Picture, size: int = 600, area: Area = SQUARE) -> Image.Image:
    """Draw and return the image, RGB or RGBA."""
    drawing = draw_with_pictures(data, *pictures, outputs=[f"preview.png:{size}"], area=area)
    with Image.open(io.BytesIO(drawing.files[0].data)) as found:
        return found.convert("RGBA" if found.has_transparency_data else "RGB")
