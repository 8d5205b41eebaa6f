"""Art that ends at the trim, mirrored into the bleed: a cut that is a little off shows no white edge then."""

from typing import NamedTuple

from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.objects import Ref
from rendering.engine.pdf.paths import Matrix, write_matrix, write_rect

REACH_MM = 0.1  # from the trim: art that ends so near to it is meant to reach it
_TOLERANCE = 1e-3  # mm


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
    """Draw a form, and its mirror images beyond the edges; beyond a corner it is mirrored twice."""
    placed, room = content.place_object(form), content.room
    content.draw(placed)
    across = [(None, room.left, room.right)]
    across += [(edges.left, room.left, edges.left)] if edges.left is not None else []
    across += [(edges.right, edges.right, room.right)] if edges.right is not None else []
    down = [(None, room.top, room.bottom)]
    down += [(edges.top, room.top, edges.top)] if edges.top is not None else []
    down += [(edges.bottom, edges.bottom, room.bottom)] if edges.bottom is not None else []
    for x, left, right in across:
        for y, top, bottom in down:
            if x is not None or y is not None:
                clip = write_rect(Rect(left, top, right, bottom))
                content.draw(f"{clip} W n\n{write_matrix(_mirror(x, y))}\n{placed}")


def _mirror(x: float | None, y: float | None) -> Matrix:
    """Return the matrix that mirrors about a vertical and a horizontal line."""
    a, e = (1.0, 0.0) if x is None else (-1.0, 2 * x)
    d, f = (1.0, 0.0) if y is None else (-1.0, 2 * y)
    return a, 0.0, 0.0, d, e, f
