"""What a layer of a image is made of."""

from collections.abc import Iterator

from rendering.engine.brush import Stroke
from rendering.engine.imagelayer import ImageLayer
from rendering.engine.raster import View


def image_strokes(layer: ImageLayer, view: View) -> Iterator[Stroke]:
    """Yield a image's strokes from the bottom up."""
    del layer, view
    yield from ()
