"""A design that was parsed and found valid: what layout begins with."""

from dataclasses import dataclass

from rendering.engine.schema import Placement


@dataclass(frozen=True, slots=True)
class PlacementSpec:
    """One placement to be drawn: what is on it, its frame in mm, and how many mm are a unit of the square."""

    placement: str
    width: float
    height: float
    unit: float
    content: Placement
    min_dpi: float = 0.0  # of the pictures on it
