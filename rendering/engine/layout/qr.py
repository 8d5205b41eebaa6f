"""Placement of QR code layers."""

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Self

import segno

from rendering.engine.color.srgb import RGB, parse_hex
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.context import LayoutContext
from rendering.engine.layout.placed import PlacedLayer
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.schema import Qr

_CODES_CACHED = 128
_TURN_TOLERANCE = 1e-9  # of a sine or cosine; rounding of rotations by multiples of 90 degrees


@dataclass(frozen=True)
class QrLayer(PlacedLayer):
    """A placed QR code: `modules` has a row of dark (1) and light (0) modules per item, without the quiet zone."""

    source: Qr
    transform: Transform
    box: Rect  # the square of code and quiet zone, mm, before rotation
    modules: tuple[bytes, ...]
    background: RGB | None

    @property
    def color(self) -> RGB:
        """Colour of the modules."""
        return parse_hex(self.source.color)

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """The smallest upright rectangle around the rotated square, mm."""
        return self.transform.map_rect(self.box)

    @property
    def solid_color(self) -> RGB | None:
        """The colour of the modules, or None if the code has a background."""
        return self.color if self.background is None else None

    def place_on(self, background: PlacedBackground) -> Self:
        """Drop the code's background if it has the colour of the placement's: only one colour is left to draw."""
        hides_nothing = self.source.blend == "normal" and self.background == background.color
        return replace(self, background=None) if hides_nothing else self

    @property
    def finest_detail(self) -> float | None:
        """The size of a module."""
        return self.module_size

    @property
    def hides_ground(self) -> bool:
        """Tell whether it has a background."""
        return self.background is not None

    @property
    def modules_per_side(self) -> int:
        """Number of modules along a side, including the quiet zone."""
        return len(self.modules) + 2 * self.source.quiet

    @property
    def module_size(self) -> float:
        """Width of a module, mm."""
        return self.box.width / self.modules_per_side

    @property
    def quarter_turns(self) -> int | None:
        """Number of clockwise quarter turns, 0 to 3; None if the rotation is not a multiple of 90 degrees."""
        cos, sin = self.transform.cos, self.transform.sin
        if min(abs(cos), abs(sin)) > _TURN_TOLERANCE:
            return None
        return round(math.atan2(sin, cos) / (math.pi / 2)) % 4

    def snap_to_pixels(self, zoom: float) -> Viewport | None:
        """Return the largest square in the box whose modules are a whole number of px, centred to the nearest px.

        None if a module would be smaller than 1 px, or if the rotation is not a multiple of 90 degrees.
        """
        module_px = math.floor(self.module_size * zoom + _TURN_TOLERANCE)
        if self.quarter_turns is None or not module_px:
            return None
        x, y = self.transform.map_point(*self.box.center)
        side = module_px * self.modules_per_side
        left, top = math.floor(x * zoom - side / 2 + 0.5), math.floor(y * zoom - side / 2 + 0.5)
        return Viewport(zoom, left, top, side, side)


def place_layer(
    index: int,
    layer: Qr,
    context: LayoutContext,  # noqa: ARG001  all kinds share one signature
    transform: Transform,
) -> QrLayer:
    """Encode a QR code and centre it in its box."""
    source_box, side = layer.box, min(layer.box.width, layer.box.height)
    x, y = source_box.x + source_box.width / 2, source_box.y + source_box.height / 2
    return QrLayer(
        index=index,
        source=layer,
        transform=transform.compose_after(Transform.from_rotation((x, y), layer.rotation)),
        box=Rect(x - side / 2, y - side / 2, x + side / 2, y + side / 2),
        modules=_encode_modules(layer.value, layer.level),
        background=parse_hex(layer.background) if layer.background else None,
    )


@lru_cache(_CODES_CACHED)  # encoding a thousand characters takes 80 ms
def _encode_modules(value: str, level: str) -> tuple[bytes, ...]:
    """Return the rows of the smallest code for the value, at a higher level if that makes it no larger.

    Text that is not ASCII is UTF-8 without an ECI header: readers detect UTF-8, and some do not support ECI.
    """
    return tuple(bytes(row) for row in segno.make_qr(value, error=level, encoding="utf-8").matrix)
