"""Findings about QR code layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.paint.sample import Sample
from rendering.engine.preflight.position import inspect_read
from rendering.engine.preflight.qr_contrast import inspect_code
from rendering.engine.preflight.qr_size import inspect_logo, inspect_preview_size
from rendering.engine.validation.problems import count_of
from rendering.engine.values import Finding

# mm; four dots at 12 dots per mm, as Denso Wave advises (qrcode.com, "Point for setting the module size").
MODULE_MIN = 0.33
QUIET_MIN = 4  # modules (ISO/IEC 18004)


def inspect_layer(layer: QrLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about the geometry of a QR code: whatever may make it unreadable."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if layer.module_size < MODULE_MIN * (1 - 1e-9):
        size = math.floor(layer.module_size * 1000) / 1000
        message = (
            f"The modules of the QR code are {size:g} mm wide; {MODULE_MIN:g} mm are needed to print them well. Make "
            "the code larger or its content shorter."
        )
        yield finding("code_too_small", "warning", message, measured=size, required=MODULE_MIN)
    quiet = layer.source.quiet
    if quiet < QUIET_MIN:
        width = count_of(quiet, "module")
        message = f"The margin around the QR code is {width} wide; readers need {QUIET_MIN}. Set `quiet` to that."
        yield finding("quiet_zone", "warning", message, measured=float(quiet), required=float(QUIET_MIN))
    yield from inspect_read(layer, layout, layer.transform.map_rect(layer.box))
    yield from inspect_preview_size(layer, layout)
    yield from inspect_logo(layer, layout)


def inspect_sample(layer: QrLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield the findings about how a code looks among the other layers."""
    return inspect_code(layer, layout, sample)
