"""The result of layout, from which all later stages work: placed layers, and the layout of a placement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.schema import Group, Layer
from rendering.engine.values import NO_AREA, Area


class Part(NamedTuple):
    """What is drawn of a layer in one colour, one gradient (its stops), or colours of its own: a picture, emoji.

    `bounds` is the smallest upright rectangle around it, mm.
    """

    bounds: Rect
    colors: Sequence[RGB] = ()
    is_picture: bool = False
    has_color_glyphs: bool = False
    is_translucent: bool = False  # beside the opacity and blend mode of the layer


@dataclass(frozen=True)
class PlacedLayer:
    """The interface of a layer of any kind to the stages after layout.

    A kind adds fields of its own, and overrides properties with properties (not with fields).

    Lengths are in mm, y down, from the top left of the placement's frame. `path` is the position of the layer in its
    placement, or that of its outermost group followed by the positions in the groups.
    """

    path: tuple[int, ...]
    source: Layer

    @property
    def index(self) -> int:
        """The position of the layer in its placement, or that of its outermost group."""
        return self.path[0]

    @property
    def visible_bounds(self) -> Rect | None:
        """The smallest upright rectangle around the layer itself; None if nothing of it is visible."""
        raise NotImplementedError

    @property
    def drawn_bounds(self) -> Rect | None:
        """The smallest upright rectangle around all that is drawn, including outline and shadow."""
        return self.visible_bounds

    @property
    def solid_color(self) -> RGB | None:
        """The colour of the layer if it has only one, else None."""
        return None

    @property
    def parts(self) -> Sequence[Part]:
        """What is drawn for it, for prices; of one colour or none, unless the kind says more."""
        bounds, color = self.drawn_bounds, self.solid_color
        return [Part(bounds, (color,) if color else ())] if bounds else []

    @property
    def font_names(self) -> Sequence[str]:
        """Names of the fonts that it is drawn with, including fallbacks."""
        return ()

    @property
    def asset_ids(self) -> Sequence[str]:
        """Ids of the assets that it is drawn from."""
        return ()

    @property
    def finest_detail(self) -> float | None:
        """The size of what must be made out in it, mm; None for a layer that nobody reads, such as a picture."""
        return None

    @property
    def has_letters(self) -> bool:
        """Tell whether it is drawn as letters, which cover what is beneath them in spots and lines."""
        return False

    @property
    def hides_ground(self) -> bool:
        """Tell whether it looks the same on every ground, if it is opaque."""
        return False

    @property
    def chooses_color(self) -> bool:
        """Tell whether its colour depends on what is beneath it."""
        return False

    def recolor(self, color: RGB) -> Self:
        """Return the layer in a colour, if it chooses one."""
        del color
        return self

    def in_small(self, *, exact: bool) -> Self:
        """Return the layer as it should be drawn on a small picture by which it is judged.

        With `exact`, it must look the same whatever files are drawn beside that.
        """
        del exact
        return self

    def expect_size(self, zoom: float) -> None:
        """Prepare for drawing at `zoom` px per mm; called for every size before the first is drawn."""

    def place_on(self, background: PlacedBackground) -> Self:
        """Return the layer as it should be drawn if only the background is beneath it."""
        del background
        return self

    def iter_leaves(self) -> "Iterator[PlacedLayer]":
        """Yield the layer, or all layers in it if it is a group."""
        yield self


@dataclass(frozen=True)
class GroupLayer(PlacedLayer):
    """Layers with a common opacity or blend mode. Layout resolves groups that only move or rotate their layers."""

    source: Group
    layers: tuple[PlacedLayer, ...]

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """The smallest upright rectangle around all that is drawn for its layers."""
        return bounding_rect([bounds for layer in self.layers if (bounds := layer.drawn_bounds)])

    def iter_leaves(self) -> Iterator[PlacedLayer]:
        """Yield the layers in it, with each group replaced by its layers."""
        for layer in self.layers:
            yield from layer.iter_leaves()


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid-out placement: the size of its frame in mm, its background, its visible layers from bottom to top."""

    placement: str
    width: float
    height: float
    background: PlacedBackground
    layers: tuple[PlacedLayer, ...]
    area: Area = NO_AREA  # the print area that the frame lies on; its dpi is required of pictures
    product_color: RGB | None = None  # beneath a transparent background; None if unknown
    is_short_form: bool = False

    @property
    def min_dpi(self) -> float:
        """The resolution that pictures need; 0 for any."""
        return self.area.min_dpi

    @property
    def has_clear_inks(self) -> bool:
        """Tell whether inks are multiplied with the product's colour: they are clear, and no white is beneath."""
        technique = self.area.technique
        return technique.shows_product or not technique.white_ink

    def iter_leaves(self) -> Iterator[PlacedLayer]:
        """Yield the layers from bottom to top, with each group replaced by its layers."""
        for layer in self.layers:
            yield from layer.iter_leaves()


def is_seen(opacity: float) -> bool:
    """Tell whether anything of an opacity is drawn: files have 255 levels of it."""
    return round(255 * opacity) > 0
