"""Art that ends at the trim, mirrored into the bleed: a cut that is a little off shows no white edge then."""

from typing import NamedTuple

from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.objects import Ref
from rendering.engine.pdf.paths import Matrix, write_matrix, write_rect
from rendering.engine.preflight.position import REACH_MM

_TOLERANCE = 1e-3  # mm
_OVERLAP = 0.1  # mm that a mirror image reaches under the art: where they only met, renderers would show a light seam


class ShortEdges(NamedTuple):
    """Where art ends that reaches the trim but not the bleed, mm; None on sides where nothing is to be done."""

    left: float | None
    top: float | None
    right: float | None
    bottom: float | None


def find_short_edges(layer: PlacedLayer, layout: Layout, bounds: Rect | None = None) -> ShortEdges | None:
    """Return the sides on which a layer lacks bleed; None if there is none, or if people read the layer.

    `bounds` are those of what is drawn in its place.
    """
    bleed, bounds = layout.area.bleed_mm, bounds or layer.visible_bounds
    if not bleed or bounds is None or any(leaf.finest_detail is not None for leaf in layer.iter_leaves()):
        return None
    overhangs = (-bounds.left, -bounds.top, bounds.right - layout.width, bounds.bottom - layout.height)
    ends = (bounds.left, bounds.top, bounds.right, bounds.bottom)
    short = [
        end if -REACH_MM <= overhang < bleed - _TOLERANCE else None
        for overhang, end in zip(overhangs, ends, strict=True)
    ]
    return ShortEdges(*short) if any(end is not None for end in short) else None


def draw_mirrored(content: Content, form: Ref, edges: ShortEdges) -> None:
    """Draw a form over its mirror images beyond the edges; beyond a corner it is mirrored twice."""
    placed, room = content.place_object(form), content.room
    across = _list_mirrors(edges.left, edges.right, room.left, room.right)
    down = _list_mirrors(edges.top, edges.bottom, room.top, room.bottom)
    for x, left, right in across:
        for y, top, bottom in down:
            if x is not None or y is not None:
                clip = write_rect(Rect(left, top, right, bottom))
                content.draw(f"{clip} W n\n{write_matrix(_mirror(x, y))}\n{placed}")
    content.draw(placed)


def _list_mirrors(
    low: float | None, high: float | None, start: float, end: float
) -> list[tuple[float | None, float, float]]:
    """Return the axes of mirrors along one direction, None for none, and from where to where each image is shown."""
    mirrors: list[tuple[float | None, float, float]] = [(None, start, end)]
    if low is not None:
        mirrors.append((low + _OVERLAP / 2, start, low + _OVERLAP))
    if high is not None:
        mirrors.append((high - _OVERLAP / 2, high - _OVERLAP, end))
    return mirrors


def _mirror(x: float | None, y: float | None) -> Matrix:
    """Return the matrix that mirrors about a vertical and a horizontal line."""
    a, e = (1.0, 0.0) if x is None else (-1.0, 2 * x)
    d, f = (1.0, 0.0) if y is None else (-1.0, 2 * y)
    return a, 0.0, 0.0, d, e, f
