"""Preflight of a whole design."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rendering.engine.kinds import load_kind_modules
from rendering.engine.layout.placed import Layout
from rendering.engine.values import Finding

_INSPECTORS: Mapping[str, Callable[[Any, Layout], Iterator[Finding]]] = {
    kind: module.inspect_layer for kind, module in load_kind_modules("preflight").items()
}


def inspect_layouts(layouts: Sequence[Layout]) -> tuple[Finding, ...]:
    """Return the findings by placement, and within a placement by layer from bottom to top."""
    return tuple(
        finding
        for layout in layouts
        for layer in layout.iter_leaves()
        for finding in _INSPECTORS[layer.source.kind](layer, layout)
    )
