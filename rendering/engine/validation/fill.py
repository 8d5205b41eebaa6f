"""Checks of backgrounds and fills."""

from collections.abc import Iterator

from rendering.engine.schema import Background, LinearGradient, RadialGradient
from rendering.engine.validation.problems import Problem


def find_fill_conflicts(fill: Background | None, pointer: str) -> Iterator[Problem]:
    """Yield a problem if the stops of a gradient are not sorted by offset."""
    if isinstance(fill, LinearGradient | RadialGradient):
        offsets = [stop.offset for stop in fill.stops]
        if offsets != sorted(offsets):
            yield Problem(f"{pointer}/stops", "out_of_order", "The stops must be sorted by offset.")
