"""Shape layers as paths; gradients as shadings clipped to them."""

from collections.abc import Iterator

from rendering.engine.color.srgb import parse_hex
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.pdf.background import write_shading
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.outlines import FilledPath, GradientPaint, Outlines
from rendering.engine.pdf.paths import to_matrix, write_matrix, write_path
from rendering.engine.schema import Solid


def write_layer(content: Content, layer: ShapeLayer) -> Iterator[str]:
    """Yield fill and stroke."""
    for path, paint, _ in outline_layer(layer):
        if isinstance(paint, GradientPaint):
            shading = write_shading(content, paint.gradient, paint.width, paint.height)
            yield f"{path}\nW n\n{write_matrix(paint.onto)}\n{shading}"
        else:
            yield f"{content.colors.write_fill(paint)}\n{path}\nf"


def outline_layer(layer: ShapeLayer) -> Outlines:
    """Yield fill and stroke."""
    fill, stroke, onto = layer.source.fill, layer.source.stroke, to_matrix(layer.frame_transform)
    if layer.fill and fill and (path := write_path(layer.fill, onto)):
        if isinstance(fill, Solid):
            yield FilledPath(path, parse_hex(fill.color))
        else:
            box = layer.box
            frame = to_matrix(layer.transform.compose_after(Transform().then_translate(box.left, box.top)))
            yield FilledPath(path, GradientPaint(fill, box.width, box.height, frame))
    if layer.stroke and stroke and (path := write_path(layer.stroke, onto)):
        yield FilledPath(path, parse_hex(stroke.color))
