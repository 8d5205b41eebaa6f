"""SVG of outlines, for laser engravers and vinyl cutters: the same paths as in the PDF, in mm, without fonts.

The module of a layer kind defines `outline_layer(layer)`, which yields the areas of a layer from bottom to top, and
raises PressError for what outlines cannot say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from rendering.engine.color.srgb import format_hex
from rendering.engine.kinds import load_kind_modules
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer, is_seen
from rendering.engine.pdf.artwork import find_room
from rendering.engine.pdf.background import find_axis
from rendering.engine.pdf.cutting import CutLine, trace_cut
from rendering.engine.pdf.objects import format_number
from rendering.engine.pdf.outlines import FilledPath, GradientPaint, Outlines
from rendering.engine.pdf.paths import IDENTITY, Matrix, format_significant, write_path, write_rect
from rendering.engine.schema import RadialGradient
from rendering.engine.schema.units import POINT_MM
from rendering.engine.values import PressError

_COMMANDS = {"m": "M", "l": "L", "c": "C", "h": "Z"}
_CUT_COLOR = "#FF00FF"  # cutters look for magenta, or for the line's id
_CUT_WIDTH = 0.25 * POINT_MM
_OUTLINERS: Mapping[str, Callable[[Any], Outlines]] = {
    kind: module.outline_layer for kind, module in load_kind_modules("pdf").items() if hasattr(module, "outline_layer")
}


def build_svg(layout: Layout, title: str = "", cut: CutLine | None = None) -> bytes:
    """Return a layout as SVG in its real size, in UTF-8.

    Raises PressError for what has no outlines: photos, soft shadows and colour glyphs.
    """
    drawing = _SvgDrawing()
    room = find_room(layout)
    background = layout.background
    if background.color:
        drawing.add(FilledPath(write_rect(room), background.color))
    elif background.gradient:
        drawing.add(
            FilledPath(write_rect(room), GradientPaint(background.gradient, background.width, background.height))
        )
    drawing.add_layers(layout.layers)
    if cut and (line := write_path(trace_cut(layout, cut, room))):
        style = f'fill="none" stroke="{_CUT_COLOR}" stroke-width="{format_number(_CUT_WIDTH)}"'
        drawing.parts.append(f'<path id="{cut.ink}" {style} d="{to_svg_path(line)}"/>')
    box = " ".join(map(format_number, (room.left, room.top, room.width, room.height)))
    definitions = [f"<defs>{''.join(drawing.definitions)}</defs>"] if drawing.definitions else []
    size = f'width="{format_number(room.width)}mm" height="{format_number(room.height)}mm"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" {size} viewBox="{box}">'
    names = [f"<title>{escape(title)}</title>"] if title else []
    return "\n".join([head, *names, *definitions, *drawing.parts, "</svg>", ""]).encode()


class _SvgDrawing:
    """Collects the elements of a drawing."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.definitions: list[str] = []

    def add_layers(self, layers: Sequence[PlacedLayer]) -> None:
        """Draw layers from bottom to top."""
        for layer in layers:
            if not is_seen(layer.source.opacity) or layer.visible_bounds is None:
                continue
            wrapped = list(_describe_mix(layer))
            self.parts += [f"<g {' '.join(wrapped)}>"] if wrapped else []
            if isinstance(layer, GroupLayer):
                self.add_layers(layer.layers)
            elif layer.source.kind in _OUTLINERS:
                for filled in _OUTLINERS[layer.source.kind](layer):
                    self.add(filled)
            else:
                raise PressError(f"a layer of the kind {layer.source.kind} has no outlines: remove it, or order a PDF")
            self.parts += ["</g>"] if wrapped else []

    def add(self, filled: FilledPath) -> None:
        """Draw an area."""
        if filled.path:
            paint = filled.paint
            fill = self._define(paint) if isinstance(paint, GradientPaint) else format_hex(paint)
            moved = "" if filled.matrix == IDENTITY else f' transform="{_write_matrix(filled.matrix)}"'
            self.parts.append(f'<path fill="{fill}"{moved} d="{to_svg_path(filled.path)}"/>')

    def _define(self, paint: GradientPaint) -> str:
        name, gradient = f"g{len(self.definitions)}", paint.gradient
        _, coords = find_axis(gradient, paint.width, paint.height)
        values = [format_number(value) for value in coords]
        if isinstance(gradient, RadialGradient):
            kind, where = "radialGradient", f'cx="{values[0]}" cy="{values[1]}" r="{values[5]}"'
        else:
            kind, where = "linearGradient", 'x1="{}" y1="{}" x2="{}" y2="{}"'.format(*values)
        onto = "" if paint.onto == IDENTITY else f' gradientTransform="{_write_matrix(paint.onto)}"'
        stops = "".join(
            f'<stop offset="{format_number(stop.offset)}" stop-color="{stop.color.upper()}"/>'
            for stop in gradient.stops
        )
        self.definitions.append(f'<{kind} id="{name}" gradientUnits="userSpaceOnUse" {where}{onto}>{stops}</{kind}>')
        return f"url(#{name})"


def _describe_mix(layer: PlacedLayer) -> Iterator[str]:
    """Yield the attributes of a group that mixes with what is beneath it."""
    if layer.source.opacity != 1:
        yield f'opacity="{format_number(layer.source.opacity)}"'
    if layer.source.blend != "normal":
        yield f'style="mix-blend-mode:{layer.source.blend}"'


def to_svg_path(operators: str) -> str:
    """Return a path's operators as SVG path data."""
    out: list[str] = []
    numbers: list[str] = []
    for word in operators.split():
        if word == "re":
            x, y, width, height = map(float, numbers)
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            out.append("M" + "L".join(f"{format_number(a)} {format_number(b)}" for a, b in corners) + "Z")
            numbers = []
        elif word in _COMMANDS:
            out.append(_COMMANDS[word] + " ".join(numbers))
            numbers = []
        else:
            numbers.append(word)
    return "".join(out)


def _write_matrix(matrix: Matrix) -> str:
    return f"matrix({' '.join(map(format_significant, matrix))})"
