"""Findings about QR code layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.color.srgb import RGB, relative_luminance
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.preflight.qr_size import inspect_logo, inspect_preview_size
from rendering.engine.raster.background import sample_color
from rendering.engine.values import Finding

# mm; four dots at 12 dots per mm, as Denso Wave advises (qrcode.com, "Point for setting the module size").
MODULE_MIN = 0.33
QUIET_MIN = 4  # modules (ISO/IEC 18004)
QR_CONTRAST_MIN = 0.4  # difference in reflectance; grade C of ISO/IEC 15415, below which many readers fail
_TOLERANCE = 1e-4  # of a length; rounding errors at an edge


def inspect_layer(layer: QrLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a QR code: whatever may make it unreadable."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if layer.module_size < MODULE_MIN * (1 - 1e-9):
        size = math.floor(layer.module_size * 1000) / 1000
        message = (
            f"The modules of the QR code are {size:g} mm wide; {MODULE_MIN:g} mm are needed to print them well. Make "
            "the code larger or its content shorter."
        )
        yield finding("module_too_small", "warning", message, measured=size, required=MODULE_MIN)
    quiet = layer.source.quiet
    if quiet < QUIET_MIN:
        message = f"The margin around the QR code is {quiet} modules wide; readers need {QUIET_MIN}."
        yield finding("quiet_zone", "warning", message, measured=float(quiet), required=float(QUIET_MIN))
    overhang = _measure_overhang(layer, layout)
    if overhang > _TOLERANCE * max(layout.width, layout.height):
        overhang = math.ceil(overhang * 100) / 100
        message = f"The QR code extends {overhang:g} mm beyond the edge and is cut off there."
        yield finding("off_canvas", "warning", message, measured=overhang, required=0.0)
    yield from inspect_preview_size(layer, layout)
    yield from inspect_logo(layer, layout)
    yield from _inspect_contrast(layer, layout, finding)


def _measure_overhang(layer: QrLayer, layout: Layout) -> float:
    box = layer.transform.map_rect(layer.box)
    return max(-box.left, -box.top, box.right - layout.width, box.bottom - layout.height)


def _inspect_contrast(layer: QrLayer, layout: Layout, finding: "partial[Finding]") -> Iterator[Finding]:
    background: RGB | None = layer.background or sample_color(
        layout.background, *layer.transform.map_point(*layer.box.center)
    )
    if background is None:
        return
    difference = relative_luminance(background) - relative_luminance(layer.color)
    if abs(difference) < QR_CONTRAST_MIN:
        ratio = math.floor(abs(difference) * 100) / 100
        message = (
            f"The QR code is hard to read on this background: their brightness differs by {ratio:.0%}; "
            f"{QR_CONTRAST_MIN:.0%} are needed."
        )
        yield finding("low_contrast", "warning", message, measured=ratio, required=QR_CONTRAST_MIN)
    elif difference < 0:
        yield finding(
            "light_on_dark", "warning", "The QR code is lighter than its background; many readers cannot read it."
        )
