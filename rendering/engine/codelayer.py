"""A layer of one QR code (ISO/IEC 18004)."""

from dataclasses import dataclass

import pathops

from rendering.engine.codes import modules_of
from rendering.engine.colors import RGB, parse_hex
from rendering.engine.geometry import Box, Pose
from rendering.engine.outlines import glyph_of
from rendering.engine.raster import Spot, View
from rendering.engine.schema import Qr
from rendering.engine.shaping import GlyphRun


@dataclass(frozen=True)
class CodeLayer:
    """A placed QR code: `modules` are rows of dark (1) and light (0) ones, without the quiet zone."""

    index: int
    source: Qr
    pose: Pose
    box: Box
    modules: tuple[bytes, ...]
    dark: tuple[GlyphRun, ...]  # the dark modules, around the middle, of which an em is a mm; for codes that are turned

    @property
    def across(self) -> int:
        """How many modules there are from one side to the other, the quiet zone on both sides included."""
        return len(self.modules) + 2 * self.source.quiet

    @property
    def side(self) -> float:
        """The side of the square that the code and its quiet zone have in the box, mm."""
        return min(self.box.width, self.box.height)

    @property
    def square(self) -> Box:
        """That square, in the middle of the box; mm, y down."""
        x, y = self.box.center
        half = self.side / 2
        return Box(x - half, y - half, x + half, y + half)

    @property
    def spot(self) -> Spot:
        """Where its glyph stands."""
        return Spot(*self.box.center, 1.0, self.pose)

    @property
    def shown(self) -> Box | None:
        """Return a box around the turned square."""
        return self.pose.around(self.square)

    @property
    def solid(self) -> RGB | None:
        """The one colour that all of the layer has, None where it has others."""
        return parse_hex(self.source.color) if self.source.background is None else None

    def module_pixels(self, view: View) -> int:
        """Return the px of a module's side: whole, for edges that are sharp; 0 where there is no room for one."""
        return int(self.side * view.zoom / self.across + 1e-9)


def code_layer(index: int, layer: Qr, pose: Pose) -> CodeLayer:
    """Place a QR code; `pose` is that of the groups it is in."""
    given = layer.box
    box = Box(given.x, given.y, given.x + given.width, given.y + given.height)
    modules = modules_of(layer.value, layer.level)
    module = min(box.width, box.height) / (len(modules) + 2 * layer.quiet)
    dark, _ = glyph_of(_path(modules, module))
    return CodeLayer(index, layer, pose.after(Pose.about(box.center, layer.rotation)), box, modules, dark)


def _path(modules: tuple[bytes, ...], module: float) -> pathops.Path:
    """Return the dark modules as rectangles, those side by side in one: mm, y up, around the middle."""
    path, half = pathops.Path(), len(modules) * module / 2
    pen = path.getPen()
    for number, row in enumerate(modules):
        top = half - number * module
        for start, end in _runs(row):
            left, right = start * module - half, end * module - half
            pen.moveTo((left, top))
            for corner in ((right, top), (right, top - module), (left, top - module)):
                pen.lineTo(corner)
            pen.closePath()
    return path


def _runs(row: bytes) -> list[tuple[int, int]]:
    found, start = [], None
    for column, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            found.append((start, column))
            start = None
    return found
