"""Placed layers, and the layout of a placement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.qr import QrLayer
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.layout.text import BLUR_REACH, TextLayer
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.schema import Group


@dataclass(frozen=True)
class GroupLayer:
    """Layers that are faded or blended as one. Such as are only moved and turned together are laid out one by one."""

    index: int
    source: Group
    layers: "tuple[PlacedLayer, ...]"

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """Return a box around all that its layers show."""
        return bounding_rect([box for layer in self.layers if (box := _drawn_bounds(layer))])

    @property
    def solid_color(self) -> RGB | None:
        """A group is drawn as a picture of its own."""
        return None


PlacedLayer: TypeAlias = TextLayer | ShapeLayer | ImageLayer | QrLayer | GroupLayer


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid out placement: its frame in mm, its background, its visible layers from bottom to top."""

    placement: str
    width: float
    height: float
    background: PlacedBackground
    layers: tuple[PlacedLayer, ...]
    min_dpi: float = 0.0

    def iter_leaves(self) -> Iterator[PlacedLayer]:
        """Yield the layers, and those in groups instead of their groups."""
        yield from _iter_leaves(self.layers)


def _drawn_bounds(layer: PlacedLayer) -> Rect | None:
    """Return a box around all that is drawn of a layer, the outline and the shadow of a text too."""
    box = layer.visible_bounds
    if box is None or not isinstance(layer, TextLayer):
        return box
    outline, shadow = layer.source.outline, layer.source.shadow
    more = outline.width if outline else 0.0
    boxes = [Rect(box.left - more, box.top - more, box.right + more, box.bottom + more)]
    if shadow:
        more += BLUR_REACH * shadow.blur
        x, y = shadow.x, shadow.y
        boxes.append(Rect(box.left + x - more, box.top + y - more, box.right + x + more, box.bottom + y + more))
    return bounding_rect(boxes)


def _iter_leaves(layers: Sequence[PlacedLayer]) -> Iterator[PlacedLayer]:
    for layer in layers:
        if isinstance(layer, GroupLayer):
            yield from _iter_leaves(layer.layers)
        else:
            yield layer
