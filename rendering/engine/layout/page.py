"""Where everything lies, in mm on the printed thing; every output is this, scaled."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.rect import Box, Pose, around
from rendering.engine.images.decoded import Album
from rendering.engine.layout.image import ImageLayer, image_layer
from rendering.engine.layout.qr import CodeLayer, code_layer
from rendering.engine.layout.shape import ShapeLayer, shape_layer
from rendering.engine.layout.text import FacesOf, Setting, TextLayer, text_layer
from rendering.engine.paint.shadow import REACH
from rendering.engine.raster.background import Ground, ground_of
from rendering.engine.schema import AnyLayer, Group, Image, Qr, Shape
from rendering.engine.validation.parse import Sheet
from rendering.engine.values import Font


def never() -> None:
    """Let the drawing go on."""


@dataclass(frozen=True)
class GroupLayer:
    """Layers that are faded or blended as one. Such as are only moved and turned together are laid out one by one."""

    index: int
    source: Group
    layers: "tuple[PlacedLayer, ...]"

    @cached_property
    def visible_bounds(self) -> Box | None:
        """Return a box around all that its layers show."""
        return around([box for layer in self.layers if (box := _reach(layer))])

    @property
    def solid_color(self) -> RGB | None:
        """A group is drawn as a picture of its own."""
        return None


PlacedLayer: TypeAlias = TextLayer | ShapeLayer | ImageLayer | CodeLayer | GroupLayer


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid out placement: its frame in mm, its background, its visible layers from bottom to top."""

    placement: str
    width: float
    height: float
    background: Ground
    layers: tuple[PlacedLayer, ...]
    min_dpi: float = 0.0

    def iter_leaves(self) -> Iterator[PlacedLayer]:
        """Yield the layers, and those in groups instead of their groups."""
        yield from _every(self.layers)


def _reach(layer: PlacedLayer) -> Box | None:
    """Return a box around all that is drawn of a layer, the outline and the shadow of a text too."""
    box = layer.visible_bounds
    if box is None or not isinstance(layer, TextLayer):
        return box
    outline, shadow = layer.source.outline, layer.source.shadow
    more = outline.width if outline else 0.0
    boxes = [Box(box.left - more, box.top - more, box.right + more, box.bottom + more)]
    if shadow:
        more += REACH * shadow.blur
        x, y = shadow.x, shadow.y
        boxes.append(Box(box.left + x - more, box.top + y - more, box.right + x + more, box.bottom + y + more))
    return around(boxes)


def _every(layers: Sequence[PlacedLayer]) -> Iterator[PlacedLayer]:
    for layer in layers:
        if isinstance(layer, GroupLayer):
            yield from _every(layer.layers)
        else:
            yield layer


@dataclass(frozen=True, slots=True)
class Laying:
    """What layers are laid out with."""

    text_context: Setting
    image_cache: Album
    check_stop: Callable[[], None]

    def place_layer(self, index: int, layer: AnyLayer, transform: Pose) -> Iterator[PlacedLayer]:
        """Yield what comes of a layer; `index` is its own, or that of the outermost group it is in."""
        if layer.hidden:
            return
        self.check_stop()
        if isinstance(layer, Group):
            yield from self._place_group(index, layer, transform)
        elif isinstance(layer, Shape):
            yield shape_layer(index, layer, transform)
        elif isinstance(layer, Qr):
            yield code_layer(index, layer, transform)
        elif isinstance(layer, Image):
            yield image_layer(index, layer, self.text_context.spec, self.image_cache, transform)
        else:
            yield text_layer(index, layer, self.text_context, transform)

    def _place_group(self, index: int, group: Group, transform: Pose) -> Iterator[PlacedLayer]:
        sheet = self.text_context.spec
        center = (group.center.x, group.center.y) if group.center else (sheet.width / 2, sheet.height / 2)
        inside = transform.compose_after(Pose.from_rotation(center, group.rotation).then_translate(group.x, group.y))
        layers = [placed for layer in group.layers for placed in self.place_layer(index, layer, inside)]
        if group.opacity == 1 and group.blend == "normal":
            yield from layers
        elif layers:
            yield GroupLayer(index, group, tuple(layers))


def lay_out(
    spec: Sheet,
    fonts: Mapping[str, Font],
    load_faces: FacesOf,
    check_stop: Callable[[], None] = never,
    image_cache: Album | None = None,
) -> Layout:
    """Lay out a placement; `album` has the pictures that its image layers name.

    Raises FontError for a font file that cannot be used. `check_stop` is called before each layer.
    """
    ground = ground_of(spec.content.background, spec.width, spec.height)
    laying = Laying(Setting(spec, ground, fonts, load_faces), image_cache or Album({}), check_stop)
    layers = [
        placed for index, layer in enumerate(spec.content.layers) for placed in laying.place_layer(index, layer, Pose())
    ]
    return Layout(spec.placement, spec.width, spec.height, ground, _bared(layers, ground), spec.min_dpi)


def _bared(layers: Sequence[PlacedLayer], background: Ground) -> tuple[PlacedLayer, ...]:
    """Return the layers, the first without a background that is the ground's if it is a code: that is flat then."""
    if layers and isinstance(layers[0], CodeLayer) and layers[0].source.blend == "normal":
        first = layers[0]
        return (replace(first, background=None) if first.background == background.color else first, *layers[1:])
    return tuple(layers)
