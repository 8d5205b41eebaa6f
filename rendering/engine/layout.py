"""Where everything lies, in units of the design's square; every output is this, scaled."""

from dataclasses import dataclass

from rendering.engine.colors import RGB, ink_on, parse_hex
from rendering.engine.fonts import Face, Faces
from rendering.engine.geometry import Box
from rendering.engine.shaping import Line, shape
from rendering.engine.spec import ShortForm

SQUARE = 600.0  # units a side
MARGIN = SQUARE * 0.05  # kept free of ink on every side
ROOM = SQUARE - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class TextLayer:
    """One line of text: `size` is its em in units; (x, y) its pen origin in units, y down from the top left."""

    line: Line
    color: RGB
    asked_size: float
    size: float
    x: float
    y: float

    @property
    def face(self) -> Face:
        """Return the face that the line is set in."""
        return self.line.face

    @property
    def ink(self) -> Box | None:
        """Return the ink box in units, y down (so `bottom` is its upper edge)."""
        box, k = self.line.ink, self.size / self.face.upem
        if box is None:
            return None
        return Box(self.x + box.left * k, self.y - box.top * k, self.x + box.right * k, self.y - box.bottom * k)


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid out design: a square of `side` units, its background, its layers from bottom to top."""

    side: float
    background: RGB
    layers: tuple[TextLayer, ...]


def lay_out(spec: ShortForm, faces: Faces) -> Layout:
    """Lay out the short form: one line centred by its ink on both axes, no larger than the square less its margin.

    The first face is the one that was asked for, the others draw what it lacks.
    """
    background = parse_hex(spec.color)
    line = shape(faces, spec.text)
    size, x, y = fit(line, spec.fontSize)
    return Layout(SQUARE, background, (TextLayer(line, ink_on(background), spec.fontSize, size, x, y),))


def fit(line: Line, asked: float) -> tuple[float, float, float]:
    """Return (em size, x, y of the pen origin, y down), in units: `asked`, or the largest size whose ink fits."""
    if line.ink is None:
        return asked, SQUARE / 2, SQUARE / 2
    upem = line.face.upem
    size = min(asked, ROOM * upem / line.ink.width, ROOM * upem / line.ink.height)
    (cx, cy), k = line.ink.center, size / upem
    return size, SQUARE / 2 - cx * k, SQUARE / 2 + cy * k
