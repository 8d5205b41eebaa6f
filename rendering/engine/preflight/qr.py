"""Findings about QR code layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.paint.sample import Sample
from rendering.engine.preflight.code_fixes import enlarge_code
from rendering.engine.preflight.ink_corners import list_rect_points
from rendering.engine.preflight.position import inspect_read
from rendering.engine.preflight.qr_contrast import inspect_code
from rendering.engine.preflight.qr_size import inspect_logo, inspect_preview_size
from rendering.engine.validation.problems import count_of
from rendering.engine.values import Finding, Fix

# mm; four dots at 12 dots per mm, as Denso Wave advises (qrcode.com, "Point for setting the module size").
MODULE_MIN = 0.33
QUIET_MIN = 4  # modules (ISO/IEC 18004)


def inspect_layer(layer: QrLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about the geometry of a QR code: whatever may make it unreadable."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    needed = max(MODULE_MIN, layout.area.technique.min_module_mm)
    if layer.module_size < needed * (1 - 1e-9):
        size = math.floor(layer.module_size * 1000) / 1000
        yield finding(
            "code_too_small",
            "warning",
            f"The squares of the QR code are {size:g} mm wide; {needed:g} mm are needed to print them well. Make the "
            "code larger or its content shorter.",
            measured=size,
            required=needed,
            operator_message=f"Modules of {size:g} mm; the technique needs {needed:g} mm.",
            fix=enlarge_code(layer, layout, needed),
        )
    quiet = layer.source.quiet
    if quiet < QUIET_MIN:
        narrower = layer.box.width / (len(layer.modules) + 2 * QUIET_MIN)
        yield finding(
            "quiet_zone",
            "warning",
            f"The margin around the QR code is {count_of(quiet, 'square')} wide instead of {QUIET_MIN}. Widen it.",
            measured=float(quiet),
            required=float(QUIET_MIN),
            operator_message=f"Quiet zone of {count_of(quiet, 'module')}; ISO/IEC 18004 requires {QUIET_MIN}.",
            fix=Fix("quiet", QUIET_MIN) if narrower >= needed or layer.module_size < needed else None,
        )
    corners = partial(list_rect_points, layer.box, layer.transform)
    yield from inspect_read(layer, layout, layer.transform.map_rect(layer.box), corners)
    yield from inspect_preview_size(layer, layout)
    yield from inspect_logo(layer, layout)


def inspect_sample(layer: QrLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield the findings about how a code looks among the other layers."""
    return inspect_code(layer, layout, sample)
