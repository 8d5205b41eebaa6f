"""What every check of a layer may need."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from rendering.engine.values import DrawLimits, Font, Rules


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a design is checked against, beside the schema."""

    rules: Rules
    fonts: Mapping[str, Font]
    limits: DrawLimits
    pictures: Container[str] = ()  # ids of the caller's assets
