"""Findings about QR code layers."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.color.srgb import RGB, relative_luminance
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.raster.background import sample_color
from rendering.engine.values import Finding

# mm; four dots of a printer of 12 dots a mm, as the inventors advise (qrcode.com, "Point for setting the module size").
MODULE_MIN = 0.33
QUIET_MIN = 4  # modules (ISO/IEC 18004)
QR_CONTRAST_MIN = 0.4  # of the light reflected: grade C of ISO/IEC 15415, below which many readers fail
_TOLERANCE = 1e-4  # of a length: what arithmetic puts over an edge


def inspect_layer(layer: QrLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a layer of a code: what may keep it from being read."""
    found = partial(Finding, layer=layer.index, placement=layout.placement)
    if layer.module_size < MODULE_MIN * (1 - 1e-9):
        size = math.floor(layer.module_size * 1000) / 1000
        message = (
            f"The code's modules are {size:g} mm wide; {MODULE_MIN:g} mm are needed for them to be printed well. "
            "Make the code larger, or say less with it."
        )
        yield found("module_too_small", "warning", message, measured=size, required=MODULE_MIN)
    quiet = layer.source.quiet
    if quiet < QUIET_MIN:
        message = f"Around the code {quiet} modules are kept free; readers need {QUIET_MIN}."
        yield found("quiet_zone", "warning", message, measured=float(quiet), required=float(QUIET_MIN))
    out = _measure_overhang(layer, layout)
    if out > _TOLERANCE * max(layout.width, layout.height):
        out = math.ceil(out * 100) / 100
        message = f"The code reaches {out:g} mm over the edge and is cut off there."
        yield found("off_canvas", "warning", message, measured=out, required=0.0)
    yield from _inspect_contrast(layer, layout, found)


def _measure_overhang(layer: QrLayer, layout: Layout) -> float:
    box = layer.transform.map_rect(layer.box)
    return max(-box.left, -box.top, box.right - layout.width, box.bottom - layout.height)


def _inspect_contrast(layer: QrLayer, layout: Layout, found: "partial[Finding]") -> Iterator[Finding]:
    behind: RGB | None = layer.background or sample_color(
        layout.background, *layer.transform.map_point(*layer.box.center)
    )
    if behind is None:
        return
    more = relative_luminance(behind) - relative_luminance(layer.color)
    if abs(more) < QR_CONTRAST_MIN:
        ratio = math.floor(abs(more) * 100) / 100
        message = (
            f"The code is hard to read on this colour: they differ by {ratio:.0%} of full brightness, "
            f"and {QR_CONTRAST_MIN:.0%} are needed."
        )
        yield found("low_contrast", "warning", message, measured=ratio, required=QR_CONTRAST_MIN)
    elif more < 0:
        yield found("light_on_dark", "warning", "The code is lighter than what is behind it; many readers fail then.")
