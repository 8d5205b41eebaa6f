"""Backgrounds: a colour, a gradient, or nothing."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.colors import RGB, parse_hex
from rendering.engine.schema import Background, LinearGradient, RadialGradient, Solid, Stop

Floats = NDArray[np.floating[Any]]
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
    """Return the colour at a point of the frame, mm; None where nothing is."""
    if ground.gradient is None:
        return ground.color
    place = _places(ground, ground.gradient, np.array([x]), np.array([y]))
    red, green, blue = _colors(ground.gradient.stops)[_steps(place)][0, 0]
    return int(red), int(green), int(blue)


def painted(ground: Ground, width: int, height: int) -> Image.Image:
    """Return the background as a picture of so many px: RGBA where it is transparent, else RGB."""
    if ground.gradient is None:
        return (
            Image.new("RGBA", (width, height))
            if ground.color is None
            else Image.new("RGB", (width, height), ground.color)
        )
    xs = (np.arange(width) + 0.5) * (ground.width / width)
    ys = (np.arange(height) + 0.5) * (ground.height / height)
    return Image.fromarray(_colors(ground.gradient.stops)[_steps(_places(ground, ground.gradient, xs, ys))], "RGB")


def _places(ground: Ground, gradient: LinearGradient | RadialGradient, xs: Floats, ys: Floats) -> Floats:
    """Return how far along the gradient the points of a grid are: 0 is its beginning, 1 its end; rows are ys."""
    width, height = ground.width, ground.height
    if isinstance(gradient, RadialGradient):
        across, down = (xs - gradient.x * width) ** 2, (ys - gradient.y * height) ** 2
        far_x, far_y = max(gradient.x, 1 - gradient.x) * width, max(gradient.y, 1 - gradient.y) * height
        return np.sqrt(across[None, :] + down[:, None]) / math.hypot(far_x, far_y)
    angle = math.radians(gradient.angle)
    sin, cos = math.sin(angle), math.cos(angle)
    # The line is as long as puts the corners that it points to and comes from at its ends (CSS Images 3, 3.1).
    length = abs(width * sin) + abs(height * cos)
    return ((xs - width / 2) * sin / length)[None, :] - ((ys - height / 2) * cos / length)[:, None] + 0.5


def _steps(places: Floats) -> NDArray[np.intp]:
    return np.asarray(np.clip(places * (STEPS - 1) + 0.5, 0, STEPS - 1), dtype=np.intp)


def _colors(stops: tuple[Stop, ...]) -> NDArray[np.uint8]:
    """Return STEPS colours from the gradient's beginning to its end."""
    at = np.linspace(0, 1, STEPS)
    offsets = [stop.offset for stop in stops]
    colors = np.array([parse_hex(stop.color) for stop in stops], dtype=float)
    channels = [np.interp(at, offsets, colors[:, channel]) for channel in range(3)]
    return np.asarray(np.rint(np.stack(channels, axis=1)), dtype=np.uint8)
