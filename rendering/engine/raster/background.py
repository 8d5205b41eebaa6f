"""Backgrounds: a colour, a gradient, or nothing."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.color.srgb import RGB, parse_hex
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.schema import Background, LinearGradient, RadialGradient, Solid, Stop

Float32Array = NDArray[np.float32]
StepArray = NDArray[np.int32]
GRADIENT_STEPS = 2048  # of a gradient's colours: more than eight bits a channel can show
_MIN_LENGTH = 1e-300  # mm; what is shorter may be nothing


@dataclass(frozen=True, slots=True)
class PlacedBackground:
    """A background on a frame of `width` × `height` mm; `color` where it is one, and nothing at all is transparent."""

    width: float
    height: float
    color: RGB | None = None
    gradient: LinearGradient | RadialGradient | None = None

    @property
    def is_transparent(self) -> bool:
        """Tell whether nothing is there."""
        return self.color is None and self.gradient is None


def place_background(background: Background, width: float, height: float) -> PlacedBackground:
    """Return a background on a frame, mm."""
    if isinstance(background, Solid):
        return PlacedBackground(width, height, parse_hex(background.color))
    gradient = background if isinstance(background, LinearGradient | RadialGradient) else None
    return PlacedBackground(width, height, None, gradient)


def sample_color(background: PlacedBackground, x: float, y: float) -> RGB | None:
    """Return the colour at the point of the frame that is next to a place, mm; None where nothing is."""
    if background.gradient is None:
        return background.color
    xs, ys = np.array([min(max(x, 0), background.width)]), np.array([min(max(y, 0), background.height)])
    places = _gradient_steps(background, background.gradient, xs.astype(np.float32), ys.astype(np.float32), Transform())
    red, green, blue, _ = _gradient_colors(background.gradient.stops).take(places, mode="clip")[0, 0].tobytes()
    return red, green, blue


def paint_background(
    background: PlacedBackground,
    viewport: Viewport,
    transform: Transform = Transform(),  # noqa: B008  a frozen value
) -> Image.Image:
    """Return what is seen of a background in a view: RGBA where it is transparent, else RGB.

    `pose` takes the points of the background's frame, mm, to those of the view's. Outside its frame a background goes
    on as it ends. A view's rows are the same whatever view they are part of.
    """
    size = (viewport.width, viewport.height)
    if background.gradient is None:
        return Image.new("RGB" if background.color else "RGBA", size, background.color or 0)
    mm = np.float32(1 / viewport.zoom)
    xs = (np.arange(viewport.left, viewport.left + viewport.width, dtype=np.float32) + np.float32(0.5)) * mm
    ys = (np.arange(viewport.top, viewport.top + viewport.height, dtype=np.float32) + np.float32(0.5)) * mm
    places = _gradient_steps(background, background.gradient, xs, ys, transform)
    return Image.frombytes(
        "RGB", size, _gradient_colors(background.gradient.stops).take(places, mode="clip"), "raw", "RGBX"
    )


def _gradient_steps(
    background: PlacedBackground,
    gradient: LinearGradient | RadialGradient,
    xs: Float32Array,
    ys: Float32Array,
    transform: Transform,
) -> StepArray:
    """Return how far along the gradient the points of a grid are, in steps of STEPS; rows are ys, mm."""
    width, height = background.width, background.height
    if isinstance(gradient, RadialGradient):
        far_x, far_y = max(gradient.x, 1 - gradient.x) * width, max(gradient.y, 1 - gradient.y) * height
        x, y = transform.map_point(gradient.x * width, gradient.y * height)
        scale = np.float32(
            min((GRADIENT_STEPS - 1) / max(_MIN_LENGTH, math.hypot(far_x, far_y)), _steepest_rate(xs, ys, x, y))
        )
        across, down = (xs - np.float32(x)) * scale, (ys - np.float32(y)) * scale
        places = np.add.outer(down * down, across * across)
        np.sqrt(places, out=places)
    else:
        angle = math.radians(gradient.angle)
        sin, cos = math.sin(angle), math.cos(angle)
        # The line is as long as puts the corners that it points to and comes from at its ends (CSS Images 3, 3.1).
        x, y = transform.map_point(width / 2, height / 2)
        length = min(
            (GRADIENT_STEPS - 1) / max(_MIN_LENGTH, abs(width * sin) + abs(height * cos)), _steepest_rate(xs, ys, x, y)
        )
        to_x, to_y = sin * transform.cos + cos * transform.sin, sin * transform.sin - cos * transform.cos
        across, down = (xs - np.float32(x)) * np.float32(to_x * length), ys - np.float32(y)
        down *= np.float32(to_y * length)
        places = np.add.outer(np.float32((GRADIENT_STEPS - 1) / 2) + down, across)
    places += np.float32(0.5)
    return places.astype(np.int32)


def _steepest_rate(xs: Float32Array, ys: Float32Array, x: float, y: float) -> float:
    """Return the most steps a mm that take no point of a grid past what 32 bits can count from (x, y)."""
    return 5e8 / (1 + max(abs(float(value)) for value in (xs[0], xs[-1], ys[0], ys[-1], x, y)))


def _gradient_colors(stops: tuple[Stop, ...]) -> NDArray[np.uint32]:
    """Return STEPS colours from the gradient's beginning to its end, and one more for what rounding puts past it.

    Each is four bytes in a row: red, green, blue, none.
    """
    at = np.linspace(0, 1, GRADIENT_STEPS)
    offsets = [stop.offset for stop in stops]
    colors = np.array([parse_hex(stop.color) for stop in stops], dtype=float)
    steps = np.zeros((GRADIENT_STEPS + 1, 4), np.uint8)
    for channel in range(3):
        steps[:-1, channel] = np.rint(np.interp(at, offsets, colors[:, channel]))
    steps[-1] = steps[-2]
    return steps.view(np.uint32)[:, 0]
