"""Findings about layers of which nothing is seen: they are transparent, or hidden by layers above."""

from collections.abc import Iterator

import numpy as np

from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.paint.layer import draw_ink
from rendering.engine.paint.sample import Sample
from rendering.engine.values import Finding

# The hidden part of a text, and of other layers: of a shape, a thin edge that still shows may be meant.
TEXT_HIDDEN_MAX, HIDDEN_MAX = 0.95, 0.995


def inspect_covered(layer: PlacedLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield a finding if nothing is seen of a picture or a shape."""
    if sample is None:
        return
    name = {"image": "picture"}.get(layer.source.kind, layer.source.kind)
    if not sample.opacity:
        message = f"The {name} is not visible: its opacity is 0."
        yield Finding("not_visible", "warning", message, layer=layer.index, placement=layout.placement)
    elif (hidden := measure_hidden(sample)) >= HIDDEN_MAX:
        yield report_covered(layer, layout, name, hidden, HIDDEN_MAX)


def measure_hidden(sample: Sample) -> float:
    """Return the part of a layer's ink within the frame, 0 to 1, that layers above hide; 0 if there is no ink."""
    if not sample.has_layers_above or sample.part is None:
        return 0.0
    ink = np.asarray(draw_ink(sample.layer, sample.part), np.int64)
    visible = np.rint(sample.measure_visible() * np.float32(255)).astype(np.int64)
    total = int(ink.sum())
    return 1 - int((ink * visible).sum()) / (255 * total) if total else 0.0


def report_covered(layer: PlacedLayer, layout: Layout, name: str, hidden: float, limit: float) -> Finding:
    """Return the finding that a layer is covered."""
    share = int(hidden * 1000) / 1000
    message = f"The {name} is covered: {share:.1%} of it lies beneath other layers. Move it up, or remove it."
    return Finding(
        "covered", "warning", message, layer=layer.index, measured=share, required=limit, placement=layout.placement
    )
