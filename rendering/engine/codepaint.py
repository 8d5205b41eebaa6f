"""What a layer of a code is made of."""

from collections.abc import Iterator

from rendering.engine.brush import Stroke
from rendering.engine.codelayer import CodeLayer
from rendering.engine.raster import View


def code_strokes(layer: CodeLayer, view: View) -> Iterator[Stroke]:
    """Yield a code's strokes from the bottom up."""
    del layer, view
    yield from ()
