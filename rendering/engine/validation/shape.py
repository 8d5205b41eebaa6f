"""Checks of shape layers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rendering.engine.geometry.shape_paths import measure_edge
from rendering.engine.schema import Shape
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.fill import find_fill_conflicts
from rendering.engine.validation.problems import Problem
from rendering.engine.values import Area

CHARACTER_FIELDS = ()
TOTAL_DASHES_CEILING = 2_000  # of one stroke, and of all strokes of a placement together
_TOLERANCE = 1e-9  # mm; avoids a division by zero


def check_fields(
    layer: Mapping[str, Any],  # noqa: ARG001  all kinds share one signature
    pointer: str,  # noqa: ARG001
    bad: set[str],  # noqa: ARG001
    context: CheckContext,  # noqa: ARG001
    area: Area,  # noqa: ARG001
) -> Iterator[Problem]:
    """Yield nothing: no product rule applies to shapes."""
    yield from ()


def find_conflicts(layer: Shape, pointer: str) -> Iterator[Problem]:
    """Yield conflicts between fields, and strokes with too many dashes."""
    yield from find_fill_conflicts(layer.fill, f"{pointer}/fill")
    if layer.shape == "line" and layer.stroke is None:
        yield Problem(f"{pointer}/stroke", "required", "A line needs a stroke.")
    elif layer.fill is None and layer.stroke is None:
        yield Problem(pointer, "nothing_to_draw", "Give the shape a fill, a stroke, or both.")
    if layer.shape == "line" and layer.fill is not None:
        yield Problem(f"{pointer}/fill", "conflict", "A line cannot have a fill; remove it.")
    if _count_dashes(layer) > TOTAL_DASHES_CEILING:
        message = f"The stroke would have more than {TOTAL_DASHES_CEILING:,} dashes; make them longer."
        yield Problem(f"{pointer}/stroke/dash", "too_many", message)
    if layer.stroke and len(layer.stroke.dash) % 2:
        yield Problem(
            f"{pointer}/stroke/dash", "odd_number", "The number of values must be even: dashes and gaps alternate."
        )


def find_placement_conflicts(layers: Sequence[Shape], pointer: str) -> Iterator[Problem]:
    """Yield a problem if all shapes of a placement together have too many dashes."""
    counts = [_count_dashes(layer) for layer in layers]
    dashes = sum(counts)
    if dashes > TOTAL_DASHES_CEILING >= max(counts):
        message = (
            f"All strokes together have {dashes:,.0f} dashes; at most {TOTAL_DASHES_CEILING:,} are allowed: make them "
            "longer."
        )
        yield Problem(pointer, "too_many", message)


def _count_dashes(layer: Shape) -> float:
    dash = layer.stroke.dash if layer.stroke else ()
    return measure_edge(layer) / max(sum(dash), _TOLERANCE) * len(dash) / 2 if dash else 0
