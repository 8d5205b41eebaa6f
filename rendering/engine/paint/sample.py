"""The surroundings of a layer in small: what its colours look like once everything around it is drawn."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.srgb import BLACK, RGB, WHITE
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer
from rendering.engine.paint.blend_map import BlendMap, Float32Array, blend_pixels

Uint8Array = NDArray[np.uint8]

_MIN_OPACITY = 0.5 / 255  # less rounds to nothing in every pixel
_OPAQUE = 1 - 0.5 / 255
_SAME_LEVELS = 1  # of 255; colours so near differ by rounding only


@dataclass(slots=True)
class SampleLevel:
    """What surrounds a layer, or a group around it, among the layers of one group or of the placement.

    `beneath` is what is drawn before it, premultiplied, shape (h, w, 4), or (1, 1, 4) where it has one colour.
    `opacity` and `blend` are its own; `above` is what is drawn over it.
    """

    beneath: Float32Array
    opacity: float
    blend: str
    above: BlendMap | None = None


@dataclass(frozen=True)
class Sample:
    """A layer and what surrounds it, on the px of `part`, or the same everywhere if that is None.

    `levels` are the placement's and those of the groups around the layer, outermost first. `product` is the colour
    beneath a transparent placement, None if unknown.
    """

    layer: PlacedLayer
    levels: tuple[SampleLevel, ...]
    product: RGB | None
    part: Viewport | None = None

    @cached_property
    def products(self) -> tuple[RGB, ...]:
        """The colours that the product may have: an unknown one is judged as white and as black."""
        if self.product:
            return (self.product,)
        return (WHITE,) if self.levels[0].beneath[..., 3].min() > _OPAQUE else (WHITE, BLACK)

    @property
    def opacity(self) -> float:
        """Opacity of the layer and the groups around it together; 0 if nothing of it is drawn."""
        opacity = float(np.prod([level.opacity for level in self.levels]))
        return opacity if opacity >= _MIN_OPACITY else 0.0

    @property
    def has_layers_above(self) -> bool:
        """Tell whether another layer is drawn over a part of it."""
        return any(level.above for level in self.levels)

    def show_ground(self, product: RGB) -> Uint8Array:
        """Return the pixels that are seen without the layer, (h, w, 3), on a product of some colour."""
        return self._finish(self.levels[-1].beneath, product)

    def show_color(self, color: RGB, product: RGB, alpha: Float32Array | None = None) -> Uint8Array:
        """Return the pixels that are seen where the layer has a colour, with an alpha for each pixel (1 by default)."""
        level = self.levels[-1]
        strength = np.float32(level.opacity) * (np.ones((1, 1, 1), np.float32) if alpha is None else alpha[..., None])
        source = np.concatenate([np.array(color, np.float32) / np.float32(255) * strength, strength], axis=2)
        return self._finish(blend_pixels(level.beneath, source, level.blend), product)

    def is_without_effect(self, color: RGB) -> bool:
        """Tell whether a colour leaves every pixel as it is, because of the layer's opacity or blend mode."""
        if not self.opacity:
            return True
        if all(level.blend == "normal" for level in self.levels):
            return False
        pairs = ((self.show_color(color, product), self.show_ground(product)) for product in self.products)
        return all(int(np.abs(seen.astype(int) - ground).max()) <= _SAME_LEVELS for seen, ground in pairs)

    def measure_visible(self) -> Float32Array:
        """Return how much of the layer the ones above let through, 0 to 1, of each pixel: (h, w), or (1, 1)."""
        visible = np.ones((1, 1), np.float32)
        for level in self.levels:
            if level.above:
                visible = visible * level.above.keep.max(axis=2)
        return visible

    def _finish(self, pixels: Float32Array, product: RGB) -> Uint8Array:
        """Return what is seen of the innermost level's pixels: all around them drawn, on a product."""
        *outer, innermost = self.levels
        pixels = innermost.above.apply(pixels) if innermost.above else pixels
        for level in reversed(outer):
            pixels = blend_pixels(level.beneath, pixels * np.float32(level.opacity), level.blend)
            pixels = level.above.apply(pixels) if level.above else pixels
        seen = pixels[..., :3] + (np.float32(1) - pixels[..., 3:]) * (np.array(product, np.float32) / np.float32(255))
        rounded: Uint8Array = np.rint(np.clip(seen, 0, 1) * np.float32(255)).astype(np.uint8)
        return rounded


def sample_uniform(layer: PlacedLayer, groups: tuple[GroupLayer, ...], layout: Layout) -> Sample:
    """Return the sample of a layer on a ground of one colour, with nothing around it but the groups that it is in."""
    color = layout.background.color
    ground = np.zeros((1, 1, 4), np.float32)
    if color:
        ground[0, 0] = (*(np.array(color, np.float32) / np.float32(255)), 1)
    empty = np.zeros((1, 1, 4), np.float32)
    levels = tuple(
        SampleLevel(empty if number else ground, item.source.opacity, item.source.blend)
        for number, item in enumerate((*groups, layer))
    )
    return Sample(layer, levels, layout.product_color)
