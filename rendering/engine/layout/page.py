"""Where everything lies, in mm on the printed thing; every output is this, scaled."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rendering.engine.geometry.transform import Transform
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.image import place_image
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer
from rendering.engine.layout.qr import QrLayer, place_qr
from rendering.engine.layout.shape import place_shape
from rendering.engine.layout.text import FaceLoader, TextContext, place_text
from rendering.engine.raster.background import PlacedBackground, place_background
from rendering.engine.schema import AnyLayer, Group, Image, Qr, Shape
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Font, never_stop


@dataclass(frozen=True, slots=True)
class LayoutBuilder:
    """What layers are laid out with."""

    text_context: TextContext
    image_cache: ImageCache
    check_stop: Callable[[], None]

    def place_layer(self, index: int, layer: AnyLayer, transform: Transform) -> Iterator[PlacedLayer]:
        """Yield what comes of a layer; `index` is its own, or that of the outermost group it is in."""
        if layer.hidden:
            return
        self.check_stop()
        if isinstance(layer, Group):
            yield from self._place_group(index, layer, transform)
        elif isinstance(layer, Shape):
            yield place_shape(index, layer, transform)
        elif isinstance(layer, Qr):
            yield place_qr(index, layer, transform)
        elif isinstance(layer, Image):
            yield place_image(index, layer, self.text_context.spec, self.image_cache, transform)
        else:
            yield place_text(index, layer, self.text_context, transform)

    def _place_group(self, index: int, group: Group, transform: Transform) -> Iterator[PlacedLayer]:
        sheet = self.text_context.spec
        center = (group.center.x, group.center.y) if group.center else (sheet.width / 2, sheet.height / 2)
        inside = transform.compose_after(
            Transform.from_rotation(center, group.rotation).then_translate(group.x, group.y)
        )
        layers = [placed for layer in group.layers for placed in self.place_layer(index, layer, inside)]
        if group.opacity == 1 and group.blend == "normal":
            yield from layers
        elif layers:
            yield GroupLayer(index, group, tuple(layers))


def lay_out(
    spec: PlacementSpec,
    fonts: Mapping[str, Font],
    load_faces: FaceLoader,
    check_stop: Callable[[], None] = never_stop,
    image_cache: ImageCache | None = None,
) -> Layout:
    """Lay out a placement; `album` has the pictures that its image layers name.

    Raises FontError for a font file that cannot be used. `check_stop` is called before each layer.
    """
    ground = place_background(spec.content.background, spec.width, spec.height)
    laying = LayoutBuilder(TextContext(spec, ground, fonts, load_faces), image_cache or ImageCache({}), check_stop)
    layers = [
        placed
        for index, layer in enumerate(spec.content.layers)
        for placed in laying.place_layer(index, layer, Transform())
    ]
    return Layout(spec.placement, spec.width, spec.height, ground, _drop_qr_background(layers, ground), spec.min_dpi)


def _drop_qr_background(layers: Sequence[PlacedLayer], background: PlacedBackground) -> tuple[PlacedLayer, ...]:
    """Return the layers, the first without a background that is the ground's if it is a code: that is flat then."""
    if layers and isinstance(layers[0], QrLayer) and layers[0].source.blend == "normal":
        first = layers[0]
        return (replace(first, background=None) if first.background == background.color else first, *layers[1:])
    return tuple(layers)
