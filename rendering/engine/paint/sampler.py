"""Samples every layer of a layout that has something around it, on one small picture of the placement.

The picture's size depends on the layout alone, so that all files of a design get the same colours and findings. Only
layers around a sampled one are drawn. A layer alone on one colour needs no picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PIL import Image

from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer
from rendering.engine.paint.auto_color import choose_text_color
from rendering.engine.paint.blend_map import BlendMap, premultiply_paint
from rendering.engine.paint.fragment import Fragment, fade_mask
from rendering.engine.paint.layer import composite_paint, draw_ink, prepare_fragments
from rendering.engine.paint.sample import Sample, SampleLevel, sample_uniform
from rendering.engine.paint.surroundings import Place, choose_viewport, find_places, find_regions, is_plain, overlap
from rendering.engine.raster.background import paint_background


@dataclass(frozen=True, slots=True)
class SampledLayout:
    """A layout in which every colour is chosen, and a sample for each of its leaves.

    The sample is None for a layer that is opaque, in no group, and alone on one colour.
    """

    layout: Layout
    samples: tuple[Sample | None, ...]


def sample_layout(layout: Layout) -> SampledLayout:
    """Sample the layers of a layout, and choose the colours that depend on what is beneath.

    Raises PictureError for a picture that cannot be used.
    """
    if _is_one_layer(layout):
        return SampledLayout(layout, (None,))
    places = find_places(layout)
    regions = find_regions(places, layout)
    samples = [None if is_plain(place) else sample_uniform(place.layer, place.groups, layout) for place in places]
    if not regions:
        return SampledLayout(layout, tuple(samples))
    viewport = choose_viewport(places, regions, layout)
    is_exact = any(places[number].layer.chooses_color for number in regions)
    sampler = _Sampler(layout, places, regions, viewport, samples, is_exact)
    return SampledLayout(replace(layout, layers=sampler.draw_placement()), tuple(sampler.samples))


def _is_one_layer(layout: Layout) -> bool:
    """Tell whether there is only one opaque layer, on one colour: most designs."""
    if len(layout.layers) != 1 or layout.background.gradient is not None:
        return False
    (layer,) = layout.layers
    return not isinstance(layer, GroupLayer) and layer.source.opacity == 1 and layer.source.blend == "normal"


@dataclass(slots=True)
class _Entry:
    """What is drawn for a layer or a group, and the numbers of the first sample in it and the one after the last."""

    layer: PlacedLayer
    fragments: Sequence[Fragment]
    first: int
    last: int


@dataclass(slots=True)
class _Sampler:
    """Draws a placement in small, from bottom to top, and samples the layers with a region on the way."""

    layout: Layout
    places: Sequence[Place]
    regions: dict[int, Rect]
    viewport: Viewport
    samples: list[Sample | None]
    is_exact: bool  # whether a colour is chosen by the picture, which then must not depend on the files
    number: int = 0  # of the next leaf
    stack: list[tuple[Image.Image, PlacedLayer]] = field(default_factory=list)  # open pictures, and what comes on them

    def draw_placement(self) -> tuple[PlacedLayer, ...]:
        """Draw all layers; return them with the colours that were chosen."""
        return self._draw_level(self.layout.layers, paint_background(self.layout.background, self.viewport))

    def _draw_level(self, layers: Sequence[PlacedLayer], picture: Image.Image) -> tuple[PlacedLayer, ...]:
        finished, entries = [], []
        for layer in layers:
            first = self.number
            self.stack.append((picture, layer))
            drawn, fragments = self._draw_group(layer) if isinstance(layer, GroupLayer) else self._draw_leaf(layer)
            self.stack.pop()
            for paint, mask, part in fragments:
                position = (part.left - self.viewport.left, part.top - self.viewport.top)
                composite_paint(picture, paint, mask, position, layer.source.blend)
            finished.append(drawn)
            entries.append(_Entry(layer, fragments, first, self.number))
        self._map_layers_above(entries)
        return tuple(finished)

    def _draw_group(self, group: GroupLayer) -> tuple[PlacedLayer, Sequence[Fragment]]:
        picture = Image.new("RGBA", (self.viewport.width, self.viewport.height))
        drawn = replace(group, layers=self._draw_level(group.layers, picture))
        mask = fade_mask(picture.getchannel("A"), group.source.opacity)
        return drawn, [(picture.convert("RGB"), mask, self.viewport)] if mask.getbbox() else []

    def _draw_leaf(self, leaf: PlacedLayer) -> tuple[PlacedLayer, Sequence[Fragment]]:
        number, self.number = self.number, self.number + 1
        if number in self.regions and (part := self.viewport.crop_to_rect(self.regions[number])):
            sample = self._sample_beneath(leaf, part)
            if leaf.chooses_color:
                leaf = leaf.recolor(choose_text_color(sample, draw_ink(leaf, part)))
            self.samples[number] = replace(sample, layer=leaf)
        drawn = self.places[number].drawn
        others = (region for other, region in self.regions.items() if other != number)
        if not drawn or not any(overlap(drawn, region) for region in others):
            return leaf, []
        return leaf, prepare_fragments(leaf.in_small(exact=self.is_exact), self.viewport)

    def _sample_beneath(self, leaf: PlacedLayer, part: Viewport) -> Sample:
        left, top = part.left - self.viewport.left, part.top - self.viewport.top
        box = (left, top, left + part.width, top + part.height)
        levels = (
            SampleLevel(picture.crop(box), item.source.opacity, item.source.blend) for picture, item in self.stack
        )
        return Sample(leaf, tuple(levels), self.layout.product_color, part, self.layout.has_clear_inks)

    def _map_layers_above(self, entries: Sequence[_Entry]) -> None:
        """Give the samples of one level the map of what is drawn over them on that level."""
        above: BlendMap | None = None
        depth, view = len(self.stack), self.viewport
        for position in range(len(entries) - 1, -1, -1):
            entry = entries[position]
            for sample in self.samples[entry.first : entry.last] if above else ():
                if above and sample and sample.part:
                    part = sample.part
                    sample.levels[depth].above = above.crop(
                        part.top - view.top, part.left - view.left, part.height, part.width
                    )
            for paint, mask, part in reversed(entry.fragments):
                if self._has_samples_beneath(entries[:position], part):
                    above = above or BlendMap.identity(view.height, view.width)
                    top, left, source = part.top - view.top, part.left - view.left, entry.layer.source
                    if entry.layer.has_letters and source.opacity == 1 and source.blend == "normal":
                        above.cover(mask, top, left)
                    else:
                        above.put_beneath(premultiply_paint(paint, mask), top, left, source.blend)

    def _has_samples_beneath(self, entries: Sequence[_Entry], part: Viewport) -> bool:
        samples = self.samples[entries[0].first : entries[-1].last] if entries else ()
        return any(sample and sample.part and sample.part.intersect_with(part) for sample in samples)
