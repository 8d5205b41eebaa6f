"""Layout of a placement: resolves groups and places every layer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rendering.engine.geometry.transform import Transform
from rendering.engine.images.decoded import ImageCache
from rendering.engine.kinds import load_kind_modules
from rendering.engine.layout.context import FaceLoader, LayoutContext
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer
from rendering.engine.raster.background import PlacedBackground, place_background
from rendering.engine.schema import AnyLayer, Group
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Font, never_stop

_PLACERS: Mapping[str, Callable[..., PlacedLayer]] = {
    kind: module.place_layer for kind, module in load_kind_modules("layout").items()
}


def lay_out(
    spec: PlacementSpec,
    fonts: Mapping[str, Font],
    load_faces: FaceLoader,
    check_stop: Callable[[], None] = never_stop,
    image_cache: ImageCache | None = None,
) -> Layout:
    """Lay out a placement; `image_cache` provides the pictures of its image layers.

    Raises FontError for a font file that cannot be used. `check_stop` is called before each layer.
    """
    background = place_background(spec.content.background, spec.width, spec.height)
    context = LayoutContext(spec, background, fonts, load_faces, image_cache or ImageCache({}))
    builder = LayoutBuilder(context, check_stop)
    layers = [
        placed
        for index, layer in enumerate(spec.content.layers)
        for placed in builder.place_layer((index,), layer, Transform())
    ]
    return Layout(
        spec.placement,
        spec.width,
        spec.height,
        background,
        _place_on_background(layers, background),
        spec.area,
        spec.product_color,
        spec.is_short_form,
    )


@dataclass(frozen=True, slots=True)
class LayoutBuilder:
    """Places the layers of one placement and resolves its groups."""

    context: LayoutContext
    check_stop: Callable[[], None]

    def place_layer(self, path: tuple[int, ...], layer: AnyLayer, transform: Transform) -> Iterator[PlacedLayer]:
        """Yield the placed layers of a layer: none if it is hidden, any number if it is a group."""
        if layer.hidden:
            return
        self.check_stop()
        if isinstance(layer, Group):
            yield from self._place_group(path, layer, transform)
        else:
            yield _PLACERS[layer.kind](path, layer, self.context, transform)

    def _place_group(self, path: tuple[int, ...], group: Group, transform: Transform) -> Iterator[PlacedLayer]:
        spec = self.context.spec
        center = (group.center.x, group.center.y) if group.center else (spec.width / 2, spec.height / 2)
        group_transform = Transform.from_rotation(center, group.rotation).then_translate(group.x, group.y)
        combined = transform.compose_after(group_transform)
        layers = [
            placed
            for index, layer in enumerate(group.layers)
            for placed in self.place_layer((*path, index), layer, combined)
        ]
        if group.opacity == 1 and group.blend == "normal":
            yield from layers
        elif layers:
            yield GroupLayer(path, group, tuple(layers))


def _place_on_background(layers: Sequence[PlacedLayer], background: PlacedBackground) -> tuple[PlacedLayer, ...]:
    """Let the bottom layer drop what looks like the background, so that the canvas may be flat."""
    return (layers[0].place_on(background), *layers[1:]) if layers else ()
