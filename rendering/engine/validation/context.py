"""The values that a design is checked against."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from rendering.engine.values import DrawLimits, Font, Rules


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The values that a design is checked against."""

    rules: Rules
    fonts: Mapping[str, Font]
    limits: DrawLimits
    pictures: Container[str] = ()  # ids of the assets there are
