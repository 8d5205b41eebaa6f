"""A picture drawn at once, for whoever is still editing. Nothing is stored but a copy in a cache, for a while."""

from designs.previews.asking import (
    FORMATS,
    WIDTH_LEAST,
    WIDTH_MOST,
    WIDTH_USUAL,
    Asked,
    UnusedPlacementError,
    Wanted,
    ask,
)
from designs.previews.showing import BusyError, Shown, show

__all__ = [
    "FORMATS",
    "WIDTH_LEAST",
    "WIDTH_MOST",
    "WIDTH_USUAL",
    "Asked",
    "BusyError",
    "Shown",
    "UnusedPlacementError",
    "Wanted",
    "ask",
    "show",
]
