"""A layer of one QR code."""

from dataclasses import dataclass

from rendering.engine.colors import RGB, parse_hex
from rendering.engine.geometry import Box, Pose
from rendering.engine.schema import Qr


@dataclass(frozen=True)
class CodeLayer:
    """A placed QR code: `modules` are rows of dark (1) and light (0) ones, without the quiet zone."""

    index: int
    source: Qr
    pose: Pose
    box: Box
    modules: tuple[bytes, ...]

    @property
    def shown(self) -> Box | None:
        """Return a box around the turned box."""
        return self.pose.around(self.box)

    @property
    def solid(self) -> RGB | None:
        """The one colour that all of the layer has, None where it has others."""
        return parse_hex(self.source.color) if self.source.background is None else None


def code_layer(index: int, layer: Qr, pose: Pose) -> CodeLayer:
    """Place a QR code; `pose` is that of the groups it is in."""
    given = layer.box
    box = Box(given.x, given.y, given.x + given.width, given.y + given.height)
    return CodeLayer(index, layer, pose.after(Pose.about(box.center, layer.rotation)), box, ())
