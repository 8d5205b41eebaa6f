"""What layout makes and all later stages draw from: placed layers, and the layout of a placement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.schema import Group, Layer


@dataclass(frozen=True)
class PlacedLayer:
    """What every stage after layout may ask of a layer of any kind.

    A kind adds fields of its own, and overrides with properties (not with fields) what differs for it.

    Lengths in mm, y down, from the top left of the placement's frame. `index` is the number of the layer in its
    placement, or that of the outermost group it is in.
    """

    index: int
    source: Layer

    @property
    def visible_bounds(self) -> Rect | None:
        """Return the smallest upright rectangle around the layer itself; None if it shows nothing."""
        raise NotImplementedError

    @property
    def drawn_bounds(self) -> Rect | None:
        """Return the same around all that is drawn for it: outlines and shadows too."""
        return self.visible_bounds

    @property
    def solid_color(self) -> RGB | None:
        """The one colour that all of the layer has; None where it has others."""
        return None

    @property
    def font_names(self) -> Sequence[str]:
        """Return the names of the fonts it is drawn with, fallbacks included."""
        return ()

    @property
    def asset_ids(self) -> Sequence[str]:
        """Return the assets it is drawn from."""
        return ()

    def expect_size(self, zoom: float) -> None:
        """Prepare for being drawn at `zoom` px a mm; called for every size before the first is drawn."""

    def place_on(self, background: PlacedBackground) -> Self:
        """Return the layer as it is drawn if nothing but the background is beneath it."""
        del background
        return self

    def iter_leaves(self) -> "Iterator[PlacedLayer]":
        """Yield the layer, or the layers in it if it is a group."""
        yield self


@dataclass(frozen=True)
class GroupLayer(PlacedLayer):
    """Layers faded or blended as one. Groups that only move or rotate their layers are resolved by layout."""

    source: Group
    layers: tuple[PlacedLayer, ...]

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """Return the smallest upright rectangle around all that is drawn for its layers."""
        return bounding_rect([bounds for layer in self.layers if (bounds := layer.drawn_bounds)])

    def iter_leaves(self) -> Iterator[PlacedLayer]:
        """Yield the layers in it, and those in groups in place of their groups."""
        for layer in self.layers:
            yield from layer.iter_leaves()


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
        """Yield the layers from the bottom, and those in groups in place of their groups."""
        for layer in self.layers:
            yield from layer.iter_leaves()
