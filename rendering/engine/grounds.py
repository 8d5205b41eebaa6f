"""Backgrounds: a colour, a gradient, or nothing."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.colors import RGB, parse_hex
from rendering.engine.schema import Background, LinearGradient, RadialGradient, Solid, Stop

Floats = NDArray[np.float32]
Steps = NDArray[np.int32]
STEPS = 2048  # of a gradient's colours: more than eight bits a channel can show


@dataclass(frozen=True, slots=True)
class Ground:
    """A background on a frame of `width` × `height` mm; `color` where it is one, and nothing at all is transparent."""

    width: float
    height: float
    color: RGB | None = None
    gradient: LinearGradient | RadialGradient | None = None

    @property
    def transparent(self) -> bool:
        """Tell whether nothing is there."""
        return self.color is None and self.gradient is None


def ground_of(background: Background, width: float, height: float) -> Ground:
    """Return a background on a frame, mm."""
    if isinstance(background, Solid):
        return Ground(width, height, parse_hex(background.color))
    gradient = background if isinstance(background, LinearGradient | RadialGradient) else None
    return Ground(width, height, None, gradient)


def color_at(ground: Ground, x: float, y: float) -> RGB | None:
    """Return the colour at the point of the frame that is next to a place, mm; None where nothing is."""
    if ground.gradient is None:
        return ground.color
    xs, ys = np.array([min(max(x, 0), ground.width)]), np.array([min(max(y, 0), ground.height)])
    places = _places(ground, ground.gradient, xs.astype(np.float32), ys.astype(np.float32))
    red, green, blue, _ = _colors(ground.gradient.stops)[places][0, 0].tobytes()
    return red, green, blue


def painted(ground: Ground, width: int, height: int) -> Image.Image:
    """Return the background as a picture of so many px: RGBA where it is transparent, else RGB."""
    if ground.gradient is None:
        mode = "RGB" if ground.color else "RGBA"
        return Image.new(mode, (width, height), ground.color or 0)
    xs = (np.arange(width, dtype=np.float32) + np.float32(0.5)) * np.float32(ground.width / width)
    ys = (np.arange(height, dtype=np.float32) + np.float32(0.5)) * np.float32(ground.height / height)
    pixels = _colors(ground.gradient.stops)[_places(ground, ground.gradient, xs, ys)]
    return Image.frombytes("RGB", (width, height), pixels, "raw", "RGBX")


def _places(ground: Ground, gradient: LinearGradient | RadialGradient, xs: Floats, ys: Floats) -> Steps:
    """Return how far along the gradient the points of a grid are, in steps of STEPS; rows are ys, mm."""
    width, height = ground.width, ground.height
    if isinstance(gradient, RadialGradient):
        far_x, far_y = max(gradient.x, 1 - gradient.x) * width, max(gradient.y, 1 - gradient.y) * height
        scale = np.float32((STEPS - 1) / math.hypot(far_x, far_y))
        across, down = (xs - np.float32(gradient.x * width)) * scale, (ys - np.float32(gradient.y * height)) * scale
        places = np.add.outer(down * down, across * across)
        np.sqrt(places, out=places)
    else:
        angle = math.radians(gradient.angle)
        sin, cos = math.sin(angle), math.cos(angle)
        # The line is as long as puts the corners that it points to and comes from at its ends (CSS Images 3, 3.1).
        length = (STEPS - 1) / (abs(width * sin) + abs(height * cos))
        across, down = (xs - np.float32(width / 2)) * np.float32(sin * length), ys - np.float32(height / 2)
        down *= np.float32(cos * length)
        places = np.add.outer(np.float32((STEPS - 1) / 2) - down, across)
    places += np.float32(0.5)
    return places.astype(np.int32)


def _colors(stops: tuple[Stop, ...]) -> NDArray[np.uint32]:
    """Return STEPS colours from the gradient's beginning to its end, and one more for what rounding puts past it.

    Each is four bytes in a row: red, green, blue, none.
    """
    at = np.linspace(0, 1, STEPS)
    offsets = [stop.offset for stop in stops]
    colors = np.array([parse_hex(stop.color) for stop in stops], dtype=float)
    steps = np.zeros((STEPS + 1, 4), np.uint8)
    for channel in range(3):
        steps[:-1, channel] = np.rint(np.interp(at, offsets, colors[:, channel]))
    steps[-1] = steps[-2]
    return steps.view(np.uint32)[:, 0]
