"""A valid design: the result of validation and the input of layout."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rendering.engine.color.srgb import RGB
from rendering.engine.schema import AnyLayer, Group, Placement, iter_leaves
from rendering.engine.values import NO_AREA, Area


@dataclass(frozen=True, slots=True)
class PlacementSpec:
    """One placement to draw: its content, the width and height of its frame in mm, and `unit`, mm per square unit."""

    placement: str
    width: float
    height: float
    unit: float
    content: Placement
    area: Area = NO_AREA  # the print area that the frame lies on
    language: str = ""  # of texts that name none; BCP 47
    product_color: RGB | None = None  # beneath a transparent background; None if unknown
    is_short_form: bool = False


@dataclass(frozen=True, slots=True)
class DesignContents:
    """What a design holds, by placement; "" stands for the product's default placement, which the short form means.

    Fonts, assets and texts are those of all layers from bottom to top, including hidden ones.
    """

    by_placement: Mapping[str, Placement]

    @property
    def fonts(self) -> tuple[str, ...]:
        """Names of the catalogue fonts, without duplicates."""
        return tuple(dict.fromkeys(name for layer in self._iter_layers() for name in layer.font_names))

    @property
    def assets(self) -> tuple[str, ...]:
        """Ids of the assets, without duplicates."""
        return tuple(dict.fromkeys(asset for layer in self._iter_layers() for asset in layer.asset_ids))

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts, including duplicates."""
        return tuple(text for layer in self._iter_layers() for text in layer.texts)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to print on any placement: no background, and no layer that can be seen."""
        return all(
            content.background.type == "transparent" and not any(map(_is_visible, content.layers))
            for content in self.by_placement.values()
        )

    def uses(self, placement: str, *, is_default: bool) -> bool:
        """Return whether the design has anything on a product's placement."""
        return placement in self.by_placement or (is_default and "" in self.by_placement)

    def _iter_layers(self) -> Iterator[AnyLayer]:
        for content in self.by_placement.values():
            yield from iter_leaves(content.layers)


def _is_visible(layer: AnyLayer) -> bool:
    if layer.hidden or not layer.opacity:
        return False
    return any(map(_is_visible, layer.layers)) if isinstance(layer, Group) else True


@dataclass(frozen=True, slots=True)
class ParsedDesign:
    """A valid design: what it holds, and its placements in the order of the product's print areas."""

    contents: DesignContents
    placements: tuple[PlacementSpec, ...]

    def find_placement(self, name: str) -> PlacementSpec | None:
        """Return the placement with a name, or the first for ""; None if the design does not use it."""
        return next((spec for spec in self.placements if name in {spec.placement, ""}), None)
