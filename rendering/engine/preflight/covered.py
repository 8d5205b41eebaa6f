"""Findings about layers of which nothing is seen: they are transparent, or hidden by layers above."""

from collections.abc import Iterator

import numpy as np

from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.paint.layer import draw_ink
from rendering.engine.paint.sample import Sample
from rendering.engine.preflight.wording import name_layer
from rendering.engine.values import Finding, Fix

# The hidden part of a text, and of other layers: of a shape, a thin edge that still shows may be meant.
TEXT_HIDDEN_MAX, HIDDEN_MAX = 0.95, 0.995


def inspect_covered(layer: PlacedLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield a finding if nothing is seen of a picture or a shape."""
    if sample is None:
        return
    name = name_layer(layer.source)
    if not sample.opacity:
        yield Finding(
            "empty_layer",
            "warning",
            f"The {name} is not visible: its opacity is 0.",
            layer=layer.index,
            placement=layout.placement,
            operator_message="Opacity is 0: nothing is printed.",
            fix=None if layer.source.opacity else Fix("opacity", 1),
        )
    else:
        yield from report_covered(sample, layout, name, HIDDEN_MAX)


def report_covered(sample: Sample, layout: Layout, name: str, limit: float) -> Iterator[Finding]:
    """Yield a finding if layers above hide at least this part of a layer's ink within the frame, 0 to 1."""
    if not sample.has_layers_above or sample.part is None:
        return
    visible = sample.measure_visible()
    if float(visible.min()) > 1 - limit:
        return
    ink = np.asarray(draw_ink(sample.layer, sample.part), np.int64)
    total = 255 * int(ink.sum())
    shown = int((ink * np.rint(visible * np.float32(255)).astype(np.int64)).sum())
    if not total or shown > (1 - limit) * total:
        return
    hidden = (1000 * (total - shown) // total) / 1000
    message = f"The {name} is covered: {hidden:.1%} of it lies beneath other layers. Move it up, or remove it."
    yield Finding(
        "covered",
        "warning",
        message,
        layer=sample.layer.index,
        measured=hidden,
        required=limit,
        placement=layout.placement,
        operator_message=f"Layers above hide {hidden:.1%} of the {name}; at most {limit:.1%} is expected.",
    )
