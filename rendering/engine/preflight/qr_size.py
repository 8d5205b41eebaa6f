"""Findings about a QR code as a whole: too small in a preview, or with too large a logo."""

import math
from collections.abc import Iterator
from functools import partial

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.layout.qr_symbol import DAMAGE_MAX
from rendering.engine.preflight import image as image_preflight
from rendering.engine.values import Finding

PREVIEW_SIZE = 250  # px of the longer side: the size of thumbnails in lists
# px per module that zbar needs to read all but a few in ten thousand codes, upright and rotated (decision 37).
MODULE_PX_MIN, ROTATED_MODULE_PX_MIN = 3.0, 4.0


def inspect_preview_size(layer: QrLayer, layout: Layout) -> Iterator[Finding]:
    """Yield a finding if a code cannot be read in a small preview; in print, it may be large enough."""
    module_px = layer.module_size * PREVIEW_SIZE / max(layout.width, layout.height)
    required = MODULE_PX_MIN if layer.quarter_turns is not None else ROTATED_MODULE_PX_MIN
    if module_px < required * (1 - 1e-9):
        module_px = math.floor(module_px * 100) / 100
        message = (
            "The QR code is too small to be scanned from a small picture on a screen. To try it, scan a large preview, "
            "or make the code larger."
        )
        yield Finding(
            "code_small_in_preview",
            "info",
            message,
            layer.index,
            module_px,
            required,
            layout.placement,
            operator_message=f"Modules of {module_px:g} px in a preview of {PREVIEW_SIZE} px; print is not affected.",
        )


def inspect_logo(layer: QrLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about a logo: it hides too much of the code, or its picture has too low a resolution."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if layer.source.logo is None:
        return
    if not layer.plate.is_readable:
        advice = "Make the logo smaller, or the content of the code shorter."
        if layer.plate.damage > DAMAGE_MAX:
            share = math.ceil(min(layer.plate.damage, 9.99) * 100) / 100
            message = (
                f"The logo hides too much of the QR code: {share:.0%} of what readers can make up for, at most "
                f"{DAMAGE_MAX:.0%} is safe. {advice}"
            )
            operator = f"The plate hides {share:.0%} of what error correction repairs; {DAMAGE_MAX:.0%} is safe."
            yield finding(
                "logo_too_large",
                "warning",
                message,
                measured=share,
                required=DAMAGE_MAX,
                operator_message=operator,
            )
        else:
            message = f"The logo hides a pattern that some readers need to find their way in the QR code. {advice}"
            operator = "The plate hides the centre of an alignment pattern."
            yield finding("logo_too_large", "warning", message, operator_message=operator)
    if layer.logo:
        yield from image_preflight.inspect_picture(layer.logo, layout, "logo")
