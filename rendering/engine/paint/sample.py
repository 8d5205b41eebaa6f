"""The surroundings of a layer in small: what its colours look like once everything around it is drawn."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.color.srgb import BLACK, RGB, WHITE
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer
from rendering.engine.paint.blend_map import BlendMap, Float32Array, blend_pixels, premultiply_image

Uint8Array = NDArray[np.uint8]
IntArray = NDArray[np.int64]

_MIN_OPACITY = 0.5 / 255  # less rounds to nothing in every pixel
_SAME_LEVELS = 1  # of 255; colours so near differ by rounding only


@dataclass
class SampleLevel:
    """What surrounds a layer, or a group around it, among the layers of one group or of the placement.

    `picture` (RGB or RGBA) shows what is drawn before it, in one px where it has one colour. `opacity` and `blend` are
    its own; `above` is what is drawn over it.
    """

    picture: Image.Image
    opacity: float
    blend: str
    above: BlendMap | None = None

    @cached_property
    def beneath(self) -> Float32Array:
        """The premultiplied pixels of the picture, shape (h, w, 4)."""
        return premultiply_image(self.picture)


@dataclass(frozen=True)
class Sample:
    """A layer and what surrounds it, on the px of `part`, or the same everywhere if that is None.

    `levels` are the placement's and those of the groups around the layer, outermost first. `product` is the colour
    beneath a transparent placement, None if unknown. `has_clear_inks` tells that it shows through all that is printed.
    """

    layer: PlacedLayer
    levels: tuple[SampleLevel, ...]
    product: RGB | None
    part: Viewport | None = None
    has_clear_inks: bool = False

    @cached_property
    def products(self) -> tuple[RGB, ...]:
        """The colours that the product may have: an unknown one is judged as white and as black."""
        if self.product:
            return (self.product,)
        picture = self.levels[0].picture
        is_opaque = picture.mode == "RGB" or picture.getchannel("A").getextrema() == (255, 255)
        return (WHITE,) if is_opaque else (WHITE, BLACK)

    @cached_property
    def _is_simple(self) -> bool:
        """Tell whether nothing but what is beneath it changes its colours: it is in no group, and below no layer."""
        return len(self.levels) == 1 and not self.levels[0].above

    @property
    def opacity(self) -> float:
        """Opacity of the layer and the groups around it together; 0 if nothing of it is drawn."""
        opacity = math.prod(level.opacity for level in self.levels)
        return opacity if opacity >= _MIN_OPACITY else 0.0

    @property
    def has_layers_above(self) -> bool:
        """Tell whether another layer is drawn over a part of it."""
        return any(level.above for level in self.levels)

    def show_ground(self, product: RGB) -> Uint8Array:
        """Return the pixels that are seen without the layer, (h, w, 3), on a product of some colour."""
        if self._is_simple and self.levels[0].picture.mode == "RGB" and not self.has_clear_inks:
            return np.asarray(self.levels[0].picture)
        return self._finish(self.levels[-1].beneath, product)

    def show_color(self, color: RGB, product: RGB, alpha: Float32Array | None = None) -> Uint8Array:
        """Return the pixels that are seen where the layer has a colour, with an alpha for each pixel (1 by default)."""
        level = self.levels[-1]
        is_whole = alpha is None and level.opacity == 1 and level.blend == "normal"
        if self._is_simple and is_whole and not self.has_clear_inks:
            return np.array([[color]], np.uint8)
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
                visible = visible * level.above.measure_visible()
        return visible

    def measure_uncovered(self) -> Float32Array:
        """Return how much of each pixel opaque letters above leave free, 0 to 1: (h, w), or (1, 1)."""
        uncovered = np.ones((1, 1), np.float32)
        for level in self.levels:
            if level.above:
                uncovered = uncovered * level.above.uncovered[..., 0]
        return uncovered

    def enlarge(self, factor: int) -> "Sample":
        """Return the sample with each px repeated `factor` times across and down."""
        part = self.part
        if part is None or factor == 1:
            return self
        size = part.width * factor, part.height * factor
        levels = (
            SampleLevel(
                level.picture.resize(size, Image.Resampling.NEAREST),
                level.opacity,
                level.blend,
                level.above and level.above.enlarge(factor),
            )
            for level in self.levels
        )
        larger = Viewport(part.zoom * factor, part.left * factor, part.top * factor, *size)
        return Sample(self.layer, tuple(levels), self.product, larger, self.has_clear_inks)

    def pick(self, rows: IntArray, columns: IntArray) -> "Sample":
        """Return the sample of some px only: those of rows and columns that broadcast to a shape (h, w)."""

        def pick_pixels(picture: Image.Image) -> Image.Image:
            return Image.fromarray(np.asarray(picture)[rows, columns]) if picture.size != (1, 1) else picture

        levels = (
            SampleLevel(
                pick_pixels(level.picture), level.opacity, level.blend, level.above and level.above.pick(rows, columns)
            )
            for level in self.levels
        )
        picked = Sample(self.layer, tuple(levels), self.product, has_clear_inks=self.has_clear_inks)
        picked.__dict__["products"] = self.products  # by all px
        return picked

    def _finish(self, pixels: Float32Array, product: RGB) -> Uint8Array:
        """Return what is seen of the innermost level's pixels: all around them drawn, on a product."""
        *outer, innermost = self.levels
        pixels = innermost.above.apply(pixels) if innermost.above else pixels
        for level in reversed(outer):
            pixels = blend_pixels(level.beneath, pixels * np.float32(level.opacity), level.blend)
            pixels = level.above.apply(pixels) if level.above else pixels
        surface = np.array(product, np.float32) / np.float32(255)
        clear = np.float32(1) - pixels[..., 3:]
        seen = (pixels[..., :3] + clear) * surface if self.has_clear_inks else pixels[..., :3] + clear * surface
        rounded: Uint8Array = np.rint(np.clip(seen, 0, 1) * np.float32(255)).astype(np.uint8)
        return rounded


def sample_uniform(layer: PlacedLayer, groups: tuple[GroupLayer, ...], layout: Layout) -> Sample:
    """Return the sample of a layer on a ground of one colour, with nothing around it but the groups that it is in."""
    color = layout.background.color
    ground, empty = Image.new("RGB" if color else "RGBA", (1, 1), color or 0), Image.new("RGBA", (1, 1))
    levels = tuple(
        SampleLevel(empty if number else ground, item.source.opacity, item.source.blend)
        for number, item in enumerate((*groups, layer))
    )
    return Sample(layer, levels, layout.product_color, has_clear_inks=layout.has_clear_inks)
