"""A layer of one picture."""

from dataclasses import dataclass

from rendering.engine.colors import RGB
from rendering.engine.geometry import Box, Pose
from rendering.engine.schema import Image
from rendering.engine.spec import Sheet
from rendering.engine.values import Picture


@dataclass(frozen=True)
class ImageLayer:
    """A placed picture: what is used of it (fractions), and the box that this fills, mm."""

    index: int
    source: Image
    pose: Pose
    box: Box
    picture: Picture
    used: Box  # fractions of the picture, y down
    filled: Box  # mm

    @property
    def shown(self) -> Box | None:
        """Return a box around what is seen of it."""
        return self.pose.around(self.filled)

    @property
    def solid(self) -> RGB | None:
        """A picture has many colours."""
        return None


def image_layer(index: int, layer: Image, sheet: Sheet, picture: Picture, pose: Pose) -> ImageLayer:
    """Place a picture; `pose` is that of the groups it is in."""
    given, box = layer.box, Box(0, 0, sheet.width, sheet.height)
    if given:
        box = Box(given.x, given.y, given.x + given.width, given.y + given.height)
    turned = pose.after(Pose.about(box.center, layer.rotation))
    return ImageLayer(index, layer, turned, box, picture, Box(0, 0, 1, 1), box)
