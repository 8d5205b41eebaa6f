"""A design that was parsed and found valid: what layout begins with."""

from collections.abc import Iterator
from dataclasses import dataclass

from rendering.engine.schema import AnyLayer, Placement, iter_leaves


@dataclass(frozen=True, slots=True)
class PlacementSpec:
    """One placement to be drawn: what is on it, its frame in mm, and how many mm are a unit of the square."""

    placement: str
    width: float
    height: float
    unit: float
    content: Placement
    min_dpi: float = 0.0  # of the pictures on it


@dataclass(frozen=True, slots=True)
class ParsedDesign:
    """A valid design: its placements in the order of the product's print areas, and what they are drawn from.

    Hidden layers count too: fonts, assets and texts are those of all layers, from the bottom, each once.
    """

    placements: tuple[PlacementSpec, ...]

    @property
    def fonts(self) -> tuple[str, ...]:
        """Names of the catalogue's fonts."""
        return tuple(dict.fromkeys(name for layer in self._iter_layers() for name in layer.font_names))

    @property
    def assets(self) -> tuple[str, ...]:
        """Ids of the assets."""
        return tuple(dict.fromkeys(asset for layer in self._iter_layers() for asset in layer.asset_ids))

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts, as often as they are shown."""
        return tuple(text for layer in self._iter_layers() for text in layer.texts)

    def find_placement(self, name: str) -> PlacementSpec | None:
        """Return the placement of a name, the first for ""; None where the design has nothing on it."""
        return next((spec for spec in self.placements if name in {spec.placement, ""}), None)

    def _iter_layers(self) -> Iterator[AnyLayer]:
        for spec in self.placements:
            yield from iter_leaves(spec.content.layers)
