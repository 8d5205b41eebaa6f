"""Pictures of fine patterns, which are falsified by a filter that is not fine enough (moiré)."""

import math

import numpy as np
from PIL import Image


def zone_plate(width: int, height: int) -> Image.Image:
    """Draw rings that become finer towards the edges, up to one period in 2 px."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    phase = math.pi / max(width, height) * ((x - width / 2) ** 2 + (y - height / 2) ** 2)
    return _draw_waves(np.cos(phase))


def stripes(width: int, height: int, frequency: float, angle: float = 0) -> Image.Image:
    """Draw stripes of so many periods per px; `angle` in degrees."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    across = x * math.cos(math.radians(angle)) + y * math.sin(math.radians(angle))
    return _draw_waves(np.cos(2 * math.pi * frequency * across))


def _draw_waves(waves: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> Image.Image:
    return Image.fromarray(np.rint(127.5 + 127.5 * waves).astype(np.uint8)).convert("RGB")
