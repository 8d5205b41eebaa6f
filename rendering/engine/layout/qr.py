"""Placement of QR code layers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.srgb import RGB, parse_hex
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout import image as image_layout
from rendering.engine.layout.context import LayoutContext
from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Part, PlacedLayer
from rendering.engine.layout.qr_symbol import Plate, Symbol, encode_symbol, inspect_plate, select_middle
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.schema import Image, Qr
from rendering.engine.schema.base import Box

_TURN_TOLERANCE = 1e-9  # of a sine or cosine; rounding of rotations by multiples of 90 degrees


@dataclass(frozen=True)
class QrLayer(PlacedLayer):
    """A placed QR code; its logo lies on a plate in its middle, where no modules are drawn."""

    source: Qr
    transform: Transform
    box: Rect  # the square of code and quiet zone, mm, before rotation
    symbol: Symbol
    background: RGB | None
    logo: ImageLayer | None = None

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
        """The colour of the modules, or None if the code has a background or a picture."""
        return self.color if self.background is None and self.logo is None else None

    @property
    def parts(self) -> list[Part]:
        """Background, modules and logo."""
        modules = self.box.expand(-self.source.quiet * self.module_size)
        parts = [Part(self.transform.map_rect(modules), (self.color,))]
        if self.background is not None:
            parts.append(Part(self.transform.map_rect(self.box), (self.background,)))
        return [*parts, *self.logo.parts] if self.logo else parts

    @property
    def asset_ids(self) -> Sequence[str]:
        """The asset of its logo."""
        return self.logo.asset_ids if self.logo else ()

    def in_small(self, *, exact: bool) -> Self:
        """Return the layer with its logo prepared for small pictures."""
        return replace(self, logo=self.logo.in_small(exact=exact)) if self.logo else self

    def expect_size(self, zoom: float) -> None:
        """Announce that its logo will be drawn at `zoom` px per mm."""
        if self.logo:
            self.logo.expect_size(zoom)

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
    def modules(self) -> tuple[bytes, ...]:
        """A row of dark (1) and light (0) modules per item, without the quiet zone, as if there were no logo."""
        return self.symbol.modules

    @cached_property
    def plate_modules(self) -> NDArray[np.bool_]:
        """Which modules are not drawn, because the plate of the logo is there: shape (n, n), without the quiet zone."""
        return select_middle(len(self.modules), self.symbol.plate)

    @cached_property
    def drawn_modules(self) -> NDArray[np.uint8]:
        """The dark modules (1) that are drawn: shape (n, n), without the quiet zone."""
        modules = np.array([list(row) for row in self.modules], np.uint8)
        return np.where(self.plate_modules, np.uint8(0), modules)

    @property
    def plate(self) -> Plate:
        """What the plate hides."""
        return inspect_plate((len(self.modules) - 17) // 4, self.symbol.level, self.symbol.plate)

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


def place_layer(path: tuple[int, ...], layer: Qr, context: LayoutContext, transform: Transform) -> QrLayer:
    """Encode a QR code and centre it in its box."""
    source_box, side = layer.box, min(layer.box.width, layer.box.height)
    x, y = source_box.x + source_box.width / 2, source_box.y + source_box.height / 2
    placed = QrLayer(
        path=path,
        source=layer,
        transform=transform.compose_after(Transform.from_rotation((x, y), layer.rotation)),
        box=Rect(x - side / 2, y - side / 2, x + side / 2, y + side / 2),
        symbol=encode_symbol(layer.value, layer.level, layer.logo),
        background=parse_hex(layer.background) if layer.background else None,
    )
    return replace(placed, logo=_place_logo(placed, context)) if layer.asset_ids else placed


def _place_logo(code: QrLayer, context: LayoutContext) -> ImageLayer | None:
    """Fit the picture of the logo into the middle of the code."""
    logo = code.source.logo
    if logo is None or logo.asset is None:
        return None
    side = logo.size * len(code.modules) * code.module_size
    (x, y) = code.box.center
    # Not validated: a box may lie farther out than its centre is allowed to.
    box = Box.model_construct(x=x - side / 2, y=y - side / 2, width=side, height=side)
    picture = Image.model_construct(type="image", asset=logo.asset, box=box, fit="contain")
    return image_layout.place_layer(code.path, picture, context, code.transform)
