"""What is around each layer of a layout: which layers need a small picture, of which part, and at which zoom."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer

_PIXELS, _PIXELS_CEILING = 128**2, 384**2  # px of the picture: usually, and where it has small details
_FRAME_PX_CEILING = 20_000  # px of the longer side of the whole frame, of which a region may be a speck
_DETAIL_PX, _DETAIL_PX_MIN = 1.6, 1.0  # px of a detail: wanted, and worth a larger picture
_HIDING_OPACITY = 0.9  # of layers that may hide others
_TOLERANCE = 1e-3  # mm; rounding errors at an edge


class Place(NamedTuple):
    """A layer without layers of its own, and the groups around it.

    `opacity` is that of all together, `drawn` the rectangle around what is drawn of it within the frame, mm.
    """

    layer: PlacedLayer
    groups: tuple[GroupLayer, ...]
    opacity: float
    drawn: Rect | None


def find_places(layout: Layout) -> list[Place]:
    """Return the leaves of a layout from bottom to top."""
    frame = Rect(0, 0, layout.width, layout.height)
    return [_find_place(leaf, groups, frame) for leaf, groups in _iter_leaves(layout.layers)]


def find_regions(places: Sequence[Place], layout: Layout) -> dict[int, Rect]:
    """Return what is visible of each leaf, by its number, that looks as it does because of what is around it, mm."""
    frame = Rect(0, 0, layout.width, layout.height)
    visible = {number: _clip_rect(place.layer.visible_bounds, frame) for number, place in enumerate(places)}
    return {
        number: region
        for number, region in visible.items()
        if region and _has_surroundings(number, region, places, layout)
    }


def _iter_leaves(
    layers: Sequence[PlacedLayer], groups: tuple[GroupLayer, ...] = ()
) -> Iterator[tuple[PlacedLayer, tuple[GroupLayer, ...]]]:
    for layer in layers:
        if isinstance(layer, GroupLayer):
            yield from _iter_leaves(layer.layers, (*groups, layer))
        else:
            yield layer, groups


def _find_place(leaf: PlacedLayer, groups: tuple[GroupLayer, ...], frame: Rect) -> Place:
    opacity = math.prod(item.source.opacity for item in (leaf, *groups))
    return Place(leaf, groups, opacity, _clip_rect(leaf.drawn_bounds, frame) if opacity else None)


def _clip_rect(rect: Rect | None, frame: Rect) -> Rect | None:
    if rect is None:
        return None
    left, top = max(rect.left, frame.left), max(rect.top, frame.top)
    right, bottom = min(rect.right, frame.right), min(rect.bottom, frame.bottom)
    return Rect(left, top, right, bottom) if left < right and top < bottom else None


def overlap(a: Rect | None, b: Rect) -> bool:
    """Tell whether two rectangles have more than an edge in common."""
    return a is not None and a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


def is_plain(place: Place) -> bool:
    """Tell whether a leaf is opaque and in no group."""
    source = place.layer.source
    return not place.groups and source.opacity == 1 and source.blend == "normal"


def _has_surroundings(number: int, region: Rect, places: Sequence[Place], layout: Layout) -> bool:
    """Tell whether how a layer looks depends on more than its own colours and a ground of one colour.

    A layer that nobody reads is of interest only where it may be hidden completely.
    """
    place = places[number]
    above = [other for other in places[number + 1 :] if overlap(other.drawn, region)]
    if place.layer.finest_detail is None:
        hiding = bounding_rect([other.drawn for other in above if other.drawn and other.opacity >= _HIDING_OPACITY])
        return bool(hiding and _clip_rect(hiding.expand(_TOLERANCE), region) == region)
    if above or (place.layer.hides_ground and is_plain(place)):
        return bool(above)
    has_gradient = layout.background.gradient is not None
    return has_gradient or any(overlap(other.drawn, region) for other in places[:number])


def choose_viewport(places: Sequence[Place], regions: Mapping[int, Rect], layout: Layout) -> Viewport:
    """Return the part of the frame around all regions, at a zoom that shows the finest detail if it can."""
    frame, layers = Rect(0, 0, layout.width, layout.height), [places[number].layer for number in regions]
    around = bounding_rect(list(regions.values())) or frame
    area = around.width * around.height
    detail = min([layer.finest_detail for layer in layers if layer.finest_detail], default=math.inf)
    least, wanted = _DETAIL_PX_MIN / detail, _DETAIL_PX / detail
    zoom = math.sqrt(_PIXELS / area)
    if wanted:
        zoom = max(min(wanted, zoom), min(least, math.sqrt(_PIXELS_CEILING / area)))
    zoom = min(zoom, _FRAME_PX_CEILING / max(frame.width, frame.height))
    left, top = math.floor(around.left * zoom), math.floor(around.top * zoom)
    right, bottom = math.ceil(around.right * zoom), math.ceil(around.bottom * zoom)
    return Viewport(zoom, left, top, max(1, right - left), max(1, bottom - top))
