"""Values that cure findings about QR codes: a larger box, another colour."""

from dataclasses import replace

from rendering.engine.geometry.rect import Rect
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.values import Fix

_DIGITS = 3  # of lengths in mm
_MARGIN = 1.001  # rounding must not leave a code too small


def enlarge_code(layer: QrLayer, layout: Layout, module_size: float) -> Fix | None:
    """Return the box with which modules have a size, mm; None if the code would not fit in the safe zone."""
    side = layer.modules_per_side * module_size * _MARGIN
    center_x, center_y = layer.box.center
    if layer.transform.is_unrotated and len(layer.path) == 1:
        safe = layout.area.safe_mm
        spaces = layout.width - 2 * safe, layout.height - 2 * safe
        if side > min(spaces):
            return None
        center_x = min(max(center_x, safe + side / 2), layout.width - safe - side / 2)
        center_y = min(max(center_y, safe + side / 2), layout.height - safe - side / 2)
    half = side / 2
    box = Rect(center_x - half, center_y - half, center_x + half, center_y + half)
    if not _lies_inside(replace(layer, box=box), layout):
        return None
    return Fix(
        "box",
        {
            "x": round(box.left, _DIGITS),
            "y": round(box.top, _DIGITS),
            "width": round(side, _DIGITS),
            "height": round(side, _DIGITS),
        },
    )


def _lies_inside(layer: QrLayer, layout: Layout) -> bool:
    around, safe = layer.transform.map_rect(layer.box), layout.area.safe_mm - 0.01
    is_right = around.right <= layout.width - safe and around.bottom <= layout.height - safe
    return around.left >= safe and around.top >= safe and is_right
