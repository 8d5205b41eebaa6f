"""Preflight of a whole design."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rendering.engine.kinds import load_kind_modules
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.paint.sample import Sample
from rendering.engine.paint.sampler import SampledLayout
from rendering.engine.preflight.complete import complete_finding
from rendering.engine.preflight.covered import inspect_covered
from rendering.engine.preflight.ink import inspect_ground, inspect_ink
from rendering.engine.preflight.placement import inspect_placement, inspect_placements
from rendering.engine.values import Finding, Rules

_MODULES = load_kind_modules("preflight")
_INSPECTORS: Mapping[str, Callable[[Any, Layout], Iterator[Finding]]] = {
    kind: module.inspect_layer for kind, module in _MODULES.items()
}
_SAMPLE_INSPECTORS: Mapping[str, Callable[[Any, Layout, Sample | None], Iterator[Finding]]] = {
    kind: getattr(module, "inspect_sample", inspect_covered) for kind, module in _MODULES.items()
}


def inspect_layouts(layouts: Sequence[SampledLayout], rules: Rules | None = None) -> tuple[Finding, ...]:
    """Return the findings by placement, and within a placement by layer from bottom to top, then about all of it.

    `rules` are the product's: no fix breaks them.
    """
    plain = [sampled.layout for sampled in layouts]
    found = [complete_finding(finding, layout) for layout, finding in inspect_placements(plain)]
    for sampled in layouts:
        found += (
            complete_finding(finding, sampled.layout, layer, rules) for layer, finding in _inspect_layout(sampled)
        )
    return tuple(filter(None, found))


def _inspect_layout(sampled: SampledLayout) -> Iterator[tuple[PlacedLayer | None, Finding]]:
    layout = sampled.layout
    for layer, sample in zip(layout.iter_leaves(), sampled.samples, strict=True):
        for inspected in (
            _INSPECTORS[layer.source.kind](layer, layout),
            _SAMPLE_INSPECTORS[layer.source.kind](layer, layout, sample),
            inspect_ink(layer, layout),
        ):
            for finding in inspected:
                yield layer, finding
    yield from inspect_placement(layout)
    yield from inspect_ground(layout)
