"""The points by which it is judged how near ink comes to an edge: those of each letter, not of the box around all."""

from collections.abc import Iterator

import numpy as np

from rendering.engine.geometry.bezier import FloatArray
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.text import TextLayer


def list_rect_points(rect: Rect, transform: Transform | None = None) -> FloatArray:
    """Return the corners of a rectangle and the middles of its sides, shape (8, 2), transformed."""
    x, y = rect.center
    points = [(rect.left, rect.top), (x, rect.top), (rect.right, rect.top), (rect.left, y), (rect.right, y)]
    points += [(rect.left, rect.bottom), (x, rect.bottom), (rect.right, rect.bottom)]
    return _transform(np.array(points), transform)


def list_text_corners(layer: TextLayer) -> FloatArray:
    """Return the corners of the boxes around the letters with their outline, mm, shape (n, 2).

    A box is turned with its letter. Of lines that are wider than one letter the corners of the text's box may be empty,
    most of all those of a text on a circle.
    """
    boxes = list(_list_boxes(layer))
    return _transform(np.concatenate(boxes) if boxes else np.empty((0, 2)), layer.transform)


def bound_points(points: FloatArray) -> Rect:
    """Return the smallest upright rectangle around points."""
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Rect(left, top, right, bottom)


def _list_boxes(layer: TextLayer) -> Iterator[FloatArray]:
    size, margin = layer.size, layer.source.outline.width if layer.source.outline else 0.0
    for run in layer.block.runs:
        for glyph, x, y, cos, sin in run.glyphs:
            ink = run.face.measure_ink(glyph)
            if ink is None:
                continue
            unit = size * run.scale
            box = Rect(ink.left * unit, ink.top * unit, ink.right * unit, ink.bottom * unit).expand(margin)
            corners = np.array(
                [(box.left, box.top), (box.right, box.top), (box.left, box.bottom), (box.right, box.bottom)]
            )
            yield _transform(corners, Transform(cos, sin, layer.x + x * size, layer.y - y * size))


def _transform(points: FloatArray, transform: Transform | None) -> FloatArray:
    if transform is None:
        return points
    xs, ys = points[:, 0], points[:, 1]
    return np.stack(transform.map_point(xs, ys), axis=1)  # type: ignore[arg-type]  # it works on arrays, too
