"""What a person should know about a design before it is shown or printed."""

from collections.abc import Iterator, Sequence

from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.layout.qr import QrLayer
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.preflight.image import inspect_image
from rendering.engine.preflight.qr import inspect_qr
from rendering.engine.preflight.shape import inspect_shape
from rendering.engine.preflight.text import inspect_text
from rendering.engine.values import Finding


def inspect_layouts(layouts: Sequence[Layout]) -> tuple[Finding, ...]:
    """Return the findings about a laid out design, placement by placement, layer by layer from the bottom."""
    return tuple(
        finding for layout in layouts for layer in layout.iter_leaves() for finding in _inspect_layer(layer, layout)
    )


def _inspect_layer(layer: PlacedLayer, layout: Layout) -> Iterator[Finding]:
    if isinstance(layer, TextLayer):
        yield from inspect_text(layer, layout)
    elif isinstance(layer, ImageLayer):
        yield from inspect_image(layer, layout)
    elif isinstance(layer, ShapeLayer):
        yield from inspect_shape(layer, layout)
    elif isinstance(layer, QrLayer):
        yield from inspect_qr(layer, layout)
