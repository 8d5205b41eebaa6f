"""Backgrounds: a colour, a gradient, or transparency. Gradients mix in sRGB (decision 19)."""

import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.color.srgb import RGB, parse_hex
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.trigonometry import cos_sin
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.array_image import ArrayImage, pack_color
from rendering.engine.raster.dither import DitherTable, build_table, dither_entries, is_slow, plain_table
from rendering.engine.schema import Background, LinearGradient, RadialGradient, Solid, Stop

Float32Array = NDArray[np.float32]
StepArray = NDArray[np.int64]
GRADIENT_STEPS = 2048  # colours of a gradient: more than eight bits a channel can show
_BLOCK_PIXELS = 1 << 16  # of which the steps are computed at once
_POSITIONS = np.linspace(0, 1, GRADIENT_STEPS)
_SLANT = 0.05  # the sine from which a gradient runs slantwise
_MIN_LENGTH = 1e-300  # mm; a gradient's length may be 0


@dataclass(frozen=True, slots=True)
class PlacedBackground:
    """A background on a frame of `width` × `height` mm: a colour or a gradient; with neither, it is transparent."""

    width: float
    height: float
    color: RGB | None = None
    gradient: LinearGradient | RadialGradient | None = None

    @property
    def is_transparent(self) -> bool:
        """Tell whether there is neither a colour nor a gradient."""
        return self.color is None and self.gradient is None


def place_background(background: Background, width: float, height: float) -> PlacedBackground:
    """Place a background on a frame of `width` × `height` mm."""
    if isinstance(background, Solid):
        return PlacedBackground(width, height, parse_hex(background.color))
    gradient = background if isinstance(background, LinearGradient | RadialGradient) else None
    return PlacedBackground(width, height, None, gradient)


def sample_color(background: PlacedBackground, x: float, y: float) -> RGB | None:
    """Return the colour at (x, y) mm, or at the nearest point of the frame; None if transparent."""
    if background.gradient is None:
        return background.color
    xs, ys = np.array([min(max(x, 0), background.width)]), np.array([min(max(y, 0), background.height)])
    axes = _find_axes(background, background.gradient, xs.astype(np.float32), ys.astype(np.float32), Transform())
    steps = _combine_axes(background.gradient, *axes)
    red, green, blue, _ = _gradient_colors(background.gradient.stops).colors.take(steps, mode="clip")[0, 0].tobytes()
    return red, green, blue


def paint_background(
    background: PlacedBackground,
    viewport: Viewport,
    transform: Transform = Transform(),  # noqa: B008  a frozen value
) -> Image.Image:
    """Return a background's pixels in a viewport: RGBA if it is transparent, else RGB.

    `transform` maps the background's frame to the viewport's, mm. Outside its frame, a gradient continues with the
    colours of its ends. A row has the same pixels in every viewport that it is part of.
    """
    if background.color:
        return ArrayImage.wrap(np.full((viewport.height, viewport.width), pack_color(background.color)), "RGB")
    if background.gradient is None:
        return ArrayImage.create(viewport.width, viewport.height)
    gradient, mm = background.gradient, np.float32(1 / viewport.zoom)
    xs = (np.arange(viewport.left, viewport.left + viewport.width, dtype=np.float32) + np.float32(0.5)) * mm
    ys = (np.arange(viewport.top, viewport.top + viewport.height, dtype=np.float32) + np.float32(0.5)) * mm
    colors = _gradient_colors(gradient.stops, _find_rate(background, gradient) / viewport.zoom)
    by_rows, pixels = _suits_rows(gradient, transform), np.empty((viewport.height, viewport.width), np.uint32)
    across, down = _find_axes(background, gradient, xs, ys, transform)
    step = max(1, _BLOCK_PIXELS // viewport.width)
    for top in range(0, viewport.height, step):  # so that all of a block stays in the processor's cache
        steps = _combine_axes(gradient, across, down[top : top + step])
        part = Viewport(viewport.zoom, viewport.left, viewport.top + top, viewport.width, len(steps))
        dither_entries(steps, colors, part, pixels[top : top + step], by_rows=by_rows)
    return ArrayImage.wrap(pixels, "RGB")


def list_gradient_colors(stops: tuple[Stop, ...]) -> NDArray[np.uint8]:
    """Return the colours of a gradient from beginning to end, evenly spread: shape (GRADIENT_STEPS, 3)."""
    colors = _gradient_colors(stops).colors[:GRADIENT_STEPS]
    return np.ascontiguousarray(colors).view(np.uint8).reshape(-1, 4)[:, :3]


def _find_axes(
    background: PlacedBackground,
    gradient: LinearGradient | RadialGradient,
    xs: Float32Array,
    ys: Float32Array,
    transform: Transform,
) -> tuple[Float32Array, Float32Array]:
    """Return what each column and each row of a grid adds to the number of a point's gradient step.

    `xs` and `ys` are mm in the viewport's frame.
    """
    width, height = background.width, background.height
    if isinstance(gradient, RadialGradient):
        x, y = transform.map_point(gradient.x * width, gradient.y * height)
        scale = np.float32(min(_find_rate(background, gradient), _steepest_rate(xs, ys, x, y)))
        across, down = (xs - np.float32(x)) * scale, (ys - np.float32(y)) * scale
        return across * across, down * down
    cos, sin = cos_sin(math.radians(gradient.angle))
    x, y = transform.map_point(width / 2, height / 2)
    length = min(_find_rate(background, gradient), _steepest_rate(xs, ys, x, y))
    to_x, to_y = sin * transform.cos + cos * transform.sin, sin * transform.sin - cos * transform.cos
    across, down = (xs - np.float32(x)) * np.float32(to_x * length), ys - np.float32(y)
    down *= np.float32(to_y * length)
    return across, np.float32((GRADIENT_STEPS - 1) / 2) + down


def _combine_axes(gradient: LinearGradient | RadialGradient, across: Float32Array, down: Float32Array) -> StepArray:
    """Return the number of the gradient step at each point of a grid, shape (rows, columns).

    Outside the gradient, steps are below 0 or above GRADIENT_STEPS.
    """
    places = np.add.outer(down, across)
    if isinstance(gradient, RadialGradient):
        np.sqrt(places, out=places)
    places += np.float32(0.5)
    return places.astype(np.int64)


def _find_rate(background: PlacedBackground, gradient: LinearGradient | RadialGradient) -> float:
    """Return the steps per mm along a gradient, from its beginning to its end."""
    width, height = background.width, background.height
    if isinstance(gradient, RadialGradient):
        length = math.hypot(max(gradient.x, 1 - gradient.x) * width, max(gradient.y, 1 - gradient.y) * height)
    else:
        # The gradient line is so long that the corners in its direction get its end colours (CSS Images 3, 3.1).
        cos, sin = cos_sin(math.radians(gradient.angle))
        length = abs(width * sin) + abs(height * cos)
    return (GRADIENT_STEPS - 1) / max(_MIN_LENGTH, length)


def _suits_rows(gradient: LinearGradient | RadialGradient, transform: Transform) -> bool:
    """Tell whether the pattern that makes the smaller PNG is one of rows: not of gradients that run slantwise."""
    if isinstance(gradient, RadialGradient):
        return True
    cos, sin = cos_sin(math.radians(gradient.angle))
    across = sin * transform.cos + cos * transform.sin
    return not _SLANT < abs(across) < 1 - _SLANT


def _steepest_rate(xs: Float32Array, ys: Float32Array, x: float, y: float) -> float:
    """Return the most steps per mm from (x, y) that keep every point of a grid within 32 bits."""
    return 5e8 / (1 + max(abs(float(value)) for value in (xs[0], xs[-1], ys[0], ys[-1], x, y)))


def _gradient_colors(stops: tuple[Stop, ...], steps_per_px: float = 1e9) -> DitherTable:
    """Return GRADIENT_STEPS colours from beginning to end, and one more for positions that round past the end.

    Each is a pixel: red, green, blue, 255.
    """
    mixed = _mix_stops(stops)
    # Of most gradients, and of small pictures, no step is wide enough to be seen.
    return _dither_stops(stops, steps_per_px) if is_slow(mixed.slowest, steps_per_px) else mixed.plain


@functools.lru_cache(maxsize=64)
def _dither_stops(stops: tuple[Stop, ...], steps_per_px: float) -> DitherTable:
    return build_table(_mix_stops(stops).values, steps_per_px)


class _MixedStops(NamedTuple):
    """The colours of a gradient as levels, shape (entries, 4), and rounded.

    `slowest` is the least change between two stops that differ, levels per entry; infinite if there are none.
    """

    values: NDArray[np.float64]
    plain: DitherTable
    slowest: float


@functools.lru_cache(maxsize=64)
def _mix_stops(stops: tuple[Stop, ...]) -> _MixedStops:
    offsets = [stop.offset for stop in stops]
    colors = np.array([parse_hex(stop.color) for stop in stops], dtype=float)
    values = np.full((GRADIENT_STEPS + 1, 4), 255.0)
    for channel in range(3):
        values[:-1, channel] = np.interp(_POSITIONS, offsets, colors[:, channel])
    values[-1] = values[-2]
    levels = np.abs(np.diff(colors, axis=0)).max(axis=1)  # between two stops
    rates = levels / np.maximum(np.diff(offsets) * (GRADIENT_STEPS - 1), 1)
    return _MixedStops(values, plain_table(values), float(rates[levels > 0].min(initial=math.inf)))
