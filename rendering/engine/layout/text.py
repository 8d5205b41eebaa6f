"""A layer of text: shaped, fitted into its box, and placed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from rendering.engine.color.srgb import BLACK, RGB, ink_on, parse_hex
from rendering.engine.geometry.rect import Box, Pose
from rendering.engine.raster.background import Ground, color_at
from rendering.engine.raster.glyph_outlines import outlined
from rendering.engine.raster.glyphs import Spot
from rendering.engine.schema import Text
from rendering.engine.text.fitting import Fitted, Frame, Wrapping, bent, unwrapped
from rendering.engine.text.fonts import Faces
from rendering.engine.text.shaping import GlyphRun, Paragraph, Style, shape
from rendering.engine.text.text_block import Block
from rendering.engine.validation.parse import Sheet
from rendering.engine.validation.rules import POINT, SQUARE
from rendering.engine.values import Font

MARGIN = SQUARE * 0.05  # units of the square, kept free on every side where a layer names no box

FacesOf = Callable[[Font], Faces]


@dataclass(frozen=True)
class TextLayer:
    """A fitted text. Lengths in mm, y down from the frame's top left; `unit` mm are one unit of the asked size."""

    index: int  # in the placement
    source: Text
    transform: Pose
    block: Block
    outline_runs: tuple[GlyphRun, ...]  # the lines around the block's glyphs, in the same places
    requested_size: float
    size: float
    unit: float
    x: float  # where the block's origin lies
    y: float
    box: Box
    color: RGB
    background_color: RGB | None
    paragraphs: tuple[Paragraph, ...]
    cut_count: int

    @property
    def origin(self) -> Spot:
        """Where the block's glyphs stand."""
        return Spot(self.x, self.y, self.size, self.transform)

    @cached_property
    def ink(self) -> Box | None:
        """Return the ink box, not yet turned; y down, so `bottom` is its upper edge."""
        ink, size = self.block.ink, self.size
        if ink is None:
            return None
        x, y = self.x, self.y
        return Box(x + ink.left * size, y - ink.bottom * size, x + ink.right * size, y - ink.top * size)

    @cached_property
    def visible_bounds(self) -> Box | None:
        """Return a box around the turned ink."""
        return self.transform.map_rect(self.ink) if self.ink else None

    @property
    def solid_color(self) -> RGB | None:
        """The one colour that all of the layer has, None where it has others."""
        source = self.source
        if source.outline or source.shadow or any(run.face.has_color_glyphs for run in self.block.runs):
            return None
        return self.color


@dataclass(frozen=True, slots=True)
class Setting:
    """What texts are set on and with. `faces_of` gives a font's face and those that stand in for what it lacks."""

    spec: Sheet
    background: Ground
    fonts: Mapping[str, Font]
    load_faces: FacesOf


def text_layer(index: int, layer: Text, context: Setting, transform: Pose) -> TextLayer:
    """Fit a text; `pose` is that of the groups it is in. Raises FontError for a font file that cannot be used."""
    sheet, ground = context.spec, context.background
    faces = context.load_faces(_placed(context.fonts[layer.font], layer))
    box, unit = _box(layer, sheet), {"mm": 1.0, "pt": POINT, "square": sheet.unit}[layer.unit]
    style = Style(layer.features, layer.letter_spacing)
    paragraphs = tuple(shape(faces, line, layer.direction, style) for line in layer.text.split("\n"))
    inner = _inside(box, layer.outline.width if layer.outline else 0.0)
    room = Frame(inner.width, inner.height, layer.size * unit, layer.min_size * unit, layer.align, layer.line_height)
    fitted = _fitted(layer, paragraphs, room)
    x, y = _origin(fitted, inner, layer)
    under = color_at(ground, *transform.map_point(*box.center))
    color = parse_hex(layer.color) if layer.color != "auto" else BLACK if under is None else ink_on(under)
    return TextLayer(
        index=index,
        source=layer,
        transform=transform.compose_after(Pose.from_rotation(box.center, layer.rotation)),
        block=fitted.block,
        outline_runs=outlined(fitted.block.runs, layer.outline.width / fitted.size) if layer.outline else (),
        requested_size=layer.size * unit,
        size=fitted.size,
        unit=unit,
        x=x,
        y=y,
        box=box,
        color=color,
        background_color=under,
        paragraphs=paragraphs,
        cut_count=fitted.cut_count,
    )


def _placed(font: Font, layer: Text) -> Font:
    """Return a font at the layer's place on its axes."""
    return replace(font, axes=tuple(sorted({**dict(font.axes), **layer.axes}.items()))) if layer.axes else font


def _box(layer: Text, spec: Sheet) -> Box:
    if layer.box is None:
        margin = MARGIN * spec.unit
        return Box(margin, margin, spec.width - margin, spec.height - margin)
    given = layer.box
    return Box(given.x, given.y, given.x + given.width, given.y + given.height)


def _inside(box: Box, margin: float) -> Box:
    """Return the box less a margin on every side, of which at least a hair is left."""
    across, down = min(margin, box.width * 0.499), min(margin, box.height * 0.499)
    return Box(box.left + across, box.top + down, box.right - across, box.bottom - down)


def _fitted(layer: Text, paragraphs: tuple[Paragraph, ...], frame: Frame) -> Fitted:
    if layer.arc:
        return bent(paragraphs[0], frame, layer.arc, shrink=layer.fit == "shrink")
    if layer.fit in {"none", "shrink"}:
        return unwrapped(paragraphs, frame, shrink=layer.fit == "shrink")
    wrapping = Wrapping(paragraphs, frame)
    modes = {"wrap": wrapping.wrap_lines, "wrap_shrink": wrapping.wrap_and_shrink, "ellipsis": wrapping.wrap_with_ellipsis}
    return modes[layer.fit]()


def _origin(fitted: Fitted, box: Box, layer: Text) -> tuple[float, float]:
    """Return where the block's origin lies for its ink to be aligned in the box."""
    ink, size = fitted.block.ink, fitted.size
    if ink is None:
        return box.center
    (cx, cy), (ix, iy) = box.center, ink.center
    x = {"left": box.left - ink.left * size, "center": cx - ix * size, "right": box.right - ink.right * size}
    y = {"top": box.top + ink.bottom * size, "middle": cy + iy * size, "bottom": box.bottom + ink.top * size}
    return x[layer.align], y[layer.valign]
