"""Findings about what is printed for a layer of any kind: its colours, its transparency, the pixels of pictures."""

from collections.abc import Iterator

from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.preflight.gamut import inspect_background, inspect_gamut
from rendering.engine.preflight.photo import inspect_photo
from rendering.engine.preflight.product_ground import inspect_shape_on_product
from rendering.engine.preflight.transparency import inspect_groups, inspect_transparency
from rendering.engine.values import Finding


def inspect_ink(layer: PlacedLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about the ink of a layer that is no group."""
    if isinstance(layer, ImageLayer):
        yield from inspect_photo(layer, layout)
    elif isinstance(layer, ShapeLayer):
        yield from inspect_shape_on_product(layer, layout)
    yield from inspect_transparency(layer, layout)
    yield from inspect_gamut(layer, layout)


def inspect_ground(layout: Layout) -> Iterator[tuple[PlacedLayer | None, Finding]]:
    """Yield the findings about what is no layer of its own, with the group that they are about, if it is one."""
    yield from ((None, finding) for finding in inspect_background(layout))
    yield from inspect_groups(layout)
