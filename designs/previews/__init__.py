"""A picture drawn at once, for whoever is still editing. Nothing is stored but a copy in a cache, for a while."""

from designs.previews.render import BusyError, Shown, show
from designs.previews.request import (
    FORMATS,
    WIDTH_LEAST,
    WIDTH_MOST,
    WIDTH_USUAL,
    Asked,
    UnusedPlacementError,
    Wanted,
    ask,
)

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
