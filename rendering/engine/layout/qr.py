"""A layer of one QR code."""

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
_TURN_TOLERANCE = 1e-9  # of a sine: what is turned by quarters may be off by so much


@dataclass(frozen=True)
class QrLayer(PlacedLayer):
    """A placed QR code: `modules` are rows of dark (1) and light (0) ones, without the quiet zone."""

    source: Qr
    transform: Transform
    box: Rect  # the square that the code and its quiet zone are in
    modules: tuple[bytes, ...]
    background: RGB | None

    @property
    def color(self) -> RGB:
        """Return the modules' colour."""
        return parse_hex(self.source.color)

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """Return a box around the turned square."""
        return self.transform.map_rect(self.box)

    @property
    def solid_color(self) -> RGB | None:
        """The one colour that all of the layer has, None where it has others."""
        return self.color if self.background is None else None

    def place_on(self, background: PlacedBackground) -> Self:
        """Return the code without its own background where that is the colour beneath it: two colours are left."""
        hides_nothing = self.source.blend == "normal" and self.background == background.color
        return replace(self, background=None) if hides_nothing else self

    @property
    def modules_per_side(self) -> int:
        """Return how many modules a side has, the quiet zone's too."""
        return len(self.modules) + 2 * self.source.quiet

    @property
    def module_size(self) -> float:
        """Return how wide a module is, mm."""
        return self.box.width / self.modules_per_side

    @property
    def quarter_turns(self) -> int | None:
        """Return by how many quarters the code is turned, clockwise; None if by no whole number of them."""
        cos, sin = self.transform.cos, self.transform.sin
        if min(abs(cos), abs(sin)) > _TURN_TOLERANCE:
            return None
        return round(math.atan2(sin, cos) / (math.pi / 2)) % 4

    def snap_to_pixels(self, zoom: float) -> Viewport | None:
        """Return where the square lies if a module is a whole number of px; None if that cannot be.

        It is the largest such square that fits, as near to the middle of the box as whole px allow.
        """
        pixels = math.floor(self.module_size * zoom + _TURN_TOLERANCE)
        if self.quarter_turns is None or not pixels:
            return None
        x, y = self.transform.map_point(*self.box.center)
        length = pixels * self.modules_per_side
        left, top = math.floor(x * zoom - length / 2 + 0.5), math.floor(y * zoom - length / 2 + 0.5)
        return Viewport(zoom, left, top, length, length)


def place_layer(
    index: int,
    layer: Qr,
    context: LayoutContext,  # noqa: ARG001  every kind is called alike
    transform: Transform,
) -> QrLayer:
    """Encode a QR code and place it in the middle of its box."""
    given, side = layer.box, min(layer.box.width, layer.box.height)
    x, y = given.x + given.width / 2, given.y + given.height / 2
    return QrLayer(
        index=index,
        source=layer,
        transform=transform.compose_after(Transform.from_rotation((x, y), layer.rotation)),
        box=Rect(x - side / 2, y - side / 2, x + side / 2, y + side / 2),
        modules=_encode_modules(layer.value, layer.level),
        background=parse_hex(layer.background) if layer.background else None,
    )


@lru_cache(_CODES_CACHED)  # a code of a thousand characters takes 80 ms
def _encode_modules(value: str, level: str) -> tuple[bytes, ...]:
    """Return the rows of the smallest code that says so, of that level or of a better one where it is no larger.

    What is not ASCII is UTF-8. No ECI says so: readers guess it right, and some do not know ECI.
    """
    return tuple(bytes(row) for row in segno.make_qr(value, error=level, encoding="utf-8").matrix)
