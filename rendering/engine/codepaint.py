"""What a layer of a QR code is made of: its ground, and its dark modules."""

from collections.abc import Iterator

from PIL import Image

from rendering.engine.brush import Stroke
from rendering.engine.codelayer import CodeLayer
from rendering.engine.colors import parse_hex
from rendering.engine.geometry import Box
from rendering.engine.outlines import rectangle
from rendering.engine.raster import Spot, View, coverage


def code_strokes(layer: CodeLayer, view: View) -> Iterator[Stroke]:
    """Yield a code's strokes from the bottom up.

    Upright, its modules are whole pixels, snapped to the picture's. Turned, or too small for that, they are drawn as
    exactly as any outline.
    """
    module = layer.module_pixels(view) if layer.pose.upright else 0
    yield from _whole(layer, view, module) if module else _exact(layer, view)


def _whole(layer: CodeLayer, view: View, module: int) -> Iterator[Stroke]:
    x, y = layer.pose.apply(*layer.box.center)
    side = layer.across * module
    left, top = round(x * view.zoom - side / 2), round(y * view.zoom - side / 2)
    frame = View(view.zoom, left, top, side, side)
    part = frame.within(view)
    if part is None:
        return
    if layer.source.background:
        yield parse_hex(layer.source.background), Image.new("L", (part.width, part.height), 255), part
    rows = [bytes(value * 255 for value in row) for row in layer.modules]
    code = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    quiet = layer.source.quiet * module
    mask = Image.new("L", (part.width, part.height))
    size = (len(rows) * module, len(rows) * module)
    mask.paste(code.resize(size, Image.Resampling.NEAREST), (left + quiet - part.left, top + quiet - part.top))
    yield parse_hex(layer.source.color), mask, part


def _exact(layer: CodeLayer, view: View) -> Iterator[Stroke]:
    part = view.around(layer.shown) if layer.shown else None
    if part is None:
        return
    if layer.source.background:
        half = layer.side / 2
        square = rectangle(Box(-half, -half, half, half))
        spot = Spot(*layer.box.center, 1.0, layer.pose)
        yield parse_hex(layer.source.background), coverage(spot, square, part), part
    yield parse_hex(layer.source.color), coverage(layer.spot, layer.dark, part), part
