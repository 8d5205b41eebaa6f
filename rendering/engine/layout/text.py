"""Placement of text layers: shaping, fitting into the box, alignment."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from rendering.engine.color.srgb import BLACK, RGB, choose_ink, parse_hex
from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.context import LayoutContext
from rendering.engine.layout.placed import Part, PlacedLayer, is_seen
from rendering.engine.raster.background import PlacedBackground, sample_color
from rendering.engine.raster.glyph_outlines import outline_glyphs
from rendering.engine.raster.glyphs import TextOrigin
from rendering.engine.raster.overlaps import separate_overlaps
from rendering.engine.schema import Text
from rendering.engine.schema.text import CirclePath
from rendering.engine.schema.units import POINT_MM, SQUARE_UNITS
from rendering.engine.text.anchor import Anchor
from rendering.engine.text.arc_fitting import CirclePlace, fit_arc, fit_circle, fit_radius
from rendering.engine.text.face import Face
from rendering.engine.text.fitting import FittedText, TextFrame, TextWrapper, fit_unwrapped
from rendering.engine.text.shaping import GlyphRun, Paragraph, ShapingStyle, shape_paragraphs
from rendering.engine.text.text_block import TextBlock
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Font

DEFAULT_MARGIN = SQUARE_UNITS * 0.05  # square units; margin on every side of a layer without a box
BLUR_REACH = 3.0  # standard deviations; beyond, a blur adds less than half of one of 255 levels


@dataclass(frozen=True)
class TextLayer(PlacedLayer):
    """A fitted text. Lengths in mm, y down from the frame's top left; `unit` is one unit of the source's size."""

    source: Text
    transform: Transform
    block: TextBlock
    requested_size: float
    size: float
    unit: float
    x: float  # of the block's origin
    y: float
    box: Rect
    color: RGB
    background: PlacedBackground
    product_color: RGB | None
    paragraphs: tuple[Paragraph, ...]
    cut_count: int  # characters that an ellipsis replaces
    cut_words: tuple[str, ...]  # words that the end of a line cuts

    @property
    def origin(self) -> TextOrigin:
        """Position, size and rotation of the block."""
        return TextOrigin(self.x, self.y, self.size, self.transform)

    @cached_property
    def letter_runs(self) -> tuple[GlyphRun, ...]:
        """What is drawn for the block's glyphs, found once for the files of all sizes."""
        return separate_overlaps(self.block.runs)

    @cached_property
    def outline_runs(self) -> tuple[GlyphRun, ...]:
        """The letters widened by the outline on every side, at the same positions; none without an outline."""
        outline = self.source.outline
        return outline_glyphs(self.block.runs, outline.width / self.size) if outline else ()

    @cached_property
    def background_color(self) -> RGB | None:
        """The colour of the background, or of the product, at the middle of the box; None if it is not known."""
        return sample_color(self.background, *self.transform.map_point(*self.box.center)) or self.product_color

    @cached_property
    def ink(self) -> Rect | None:
        """The smallest rectangle around the ink, before the layer's transform; None without ink."""
        ink, size = self.block.ink, self.size
        if ink is None:
            return None
        x, y = self.x, self.y
        return Rect(x + ink.left * size, y + ink.top * size, x + ink.right * size, y + ink.bottom * size)

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """The smallest upright rectangle around the rotated ink."""
        return self.transform.map_rect(self.ink) if self.ink else None

    @cached_property
    def drawn_bounds(self) -> Rect | None:
        """The smallest upright rectangle around letters, outline and shadow."""
        bounds, outline, shadow = self.visible_bounds, self.source.outline, self.source.shadow
        if bounds is None:
            return None
        margin = outline.width if outline else 0.0
        rects = [bounds.expand(margin)]
        if shadow:
            rects.append(bounds.move(shadow.x, shadow.y).expand(margin + BLUR_REACH * shadow.blur))
        return bounding_rect(rects)

    @property
    def parts(self) -> list[Part]:
        """Shadow, outline, letters and colour glyphs."""
        bounds, outline, shadow = self.visible_bounds, self.source.outline, self.source.shadow
        if bounds is None:
            return []
        parts = []
        margin = outline.width if outline else 0.0
        if shadow and is_seen(shadow.opacity):
            reach = bounds.move(shadow.x, shadow.y).expand(margin + BLUR_REACH * shadow.blur)
            is_translucent = shadow.opacity != 1 or shadow.blur > 0
            parts.append(Part(reach, (parse_hex(shadow.color),), is_translucent=is_translucent))
        if outline:
            parts.append(Part(bounds.expand(margin), (parse_hex(outline.color),)))
        kinds = {run.face.has_color_glyphs for run in self.block.runs if run.glyphs}
        parts.append(Part(bounds, (self.color,) if False in kinds else (), has_color_glyphs=True in kinds))
        return parts

    @property
    def finest_detail(self) -> float | None:
        """A fifth of its em size: letters with five px to the em can be told from what is around them."""
        return self.size / 5

    @property
    def has_letters(self) -> bool:
        """True of every text."""
        return True

    @property
    def chooses_color(self) -> bool:
        """Tell whether its colour is `auto`."""
        return self.source.color == "auto"

    def recolor(self, color: RGB) -> Self:
        """Return the text in another colour."""
        return replace(self, color=color)

    @property
    def font_names(self) -> list[str]:
        """Names of the fonts of its glyphs, one per run."""
        return [run.face.name for run in self.block.runs]

    @property
    def solid_color(self) -> RGB | None:
        """The text colour if there is no other: no outline, no shadow, no colour glyphs."""
        source = self.source
        if source.outline or source.shadow or any(run.face.has_color_glyphs for run in self.block.runs):
            return None
        return self.color


def place_layer(path: tuple[int, ...], layer: Text, context: LayoutContext, transform: Transform) -> TextLayer:
    """Shape a text, fit it into its box and align it. Raises FontError for a font file that cannot be used."""
    faces = context.load_faces(_apply_axes(context.fonts[layer.font], layer))
    box = _layer_rect(layer, context.spec)
    unit = {"mm": 1.0, "pt": POINT_MM, "square": context.spec.unit}[layer.unit]
    style = ShapingStyle(layer.features, layer.letter_spacing, layer.language or context.spec.language, layer.emoji)
    paragraphs = shape_paragraphs(faces, layer.text, layer.direction, style)
    inner = _inset_rect(box, layer.outline.width if layer.outline else 0.0)
    frame = _build_frame(layer, inner, unit, faces[0])
    fitted = _fit_text(layer, paragraphs, frame)
    x, y = _align_block(fitted, inner, layer, frame.anchor)
    return TextLayer(
        path=path,
        source=layer,
        transform=transform.compose_after(Transform.from_rotation(box.center, layer.rotation)),
        block=fitted.block,
        requested_size=layer.size * unit,
        size=fitted.size,
        unit=unit,
        x=x,
        y=y,
        box=box,
        color=_resolve_color(layer, context, transform.map_point(*box.center)),
        background=context.background,
        product_color=context.spec.product_color,
        paragraphs=paragraphs,
        cut_count=fitted.cut_count,
        cut_words=fitted.cut_words,
    )


def _resolve_color(layer: Text, context: LayoutContext, center: tuple[float, float]) -> RGB:
    if layer.color != "auto":
        return parse_hex(layer.color)
    beneath = sample_color(context.background, *center) or context.spec.product_color
    return choose_ink(beneath) if beneath else BLACK


def _build_frame(layer: Text, room: Rect, unit: float, face: Face) -> TextFrame:
    size, valign = layer.size * unit, layer.valign
    anchor = Anchor(valign, face.letter_extents, size, room.height) if valign in {"baseline", "cap"} else None
    line_height = None if layer.line_height == "auto" else layer.line_height
    return TextFrame(room.width, room.height, size, layer.min_size * unit, layer.align, line_height, anchor)


def _apply_axes(font: Font, layer: Text) -> Font:
    """Return the font with the layer's values on its variation axes."""
    return replace(font, axes=tuple(sorted({**dict(font.axes), **layer.axes}.items()))) if layer.axes else font


def _layer_rect(layer: Text, spec: PlacementSpec) -> Rect:
    if layer.box is None:
        margin = DEFAULT_MARGIN * spec.unit
        return Rect(margin, margin, spec.width - margin, spec.height - margin)
    source_box = layer.box
    return Rect(source_box.x, source_box.y, source_box.x + source_box.width, source_box.y + source_box.height)


def _inset_rect(box: Rect, margin: float) -> Rect:
    """Return the box less a margin on every side; its width and height stay above zero."""
    across, down = min(margin, box.width * 0.499), min(margin, box.height * 0.499)
    return Rect(box.left + across, box.top + down, box.right - across, box.bottom - down)


def _fit_text(layer: Text, paragraphs: tuple[Paragraph, ...], frame: TextFrame) -> FittedText:
    if layer.is_bent:
        return _fit_bent(layer, paragraphs[0], frame)
    if layer.fit in {"none", "shrink"}:
        return fit_unwrapped(paragraphs, frame, shrink=layer.fit == "shrink")
    wrapping = TextWrapper(paragraphs, frame)
    modes = {
        "wrap": wrapping.wrap_lines,
        "wrap_shrink": wrapping.wrap_and_shrink,
        "ellipsis": wrapping.wrap_with_ellipsis,
    }
    return modes[layer.fit]()


def _fit_bent(layer: Text, paragraph: Paragraph, frame: TextFrame) -> FittedText:
    shrink = layer.fit == "shrink"
    if layer.path:
        radius = _signed_radius(layer.path)
        angle = layer.path.angle if layer.path.angle is not None else (0.0 if radius > 0 else 180.0)
        return fit_circle(paragraph, frame, CirclePlace(radius, angle, layer.path.span), shrink=shrink)
    if layer.radius:
        return fit_radius(paragraph, frame, layer.radius, shrink=shrink)
    return fit_arc(paragraph, frame, layer.arc, shrink=shrink)


def _signed_radius(path: CirclePath) -> float:
    return path.radius if path.side == "outside" else -path.radius


def _align_block(fitted: FittedText, box: Rect, layer: Text, anchor: Anchor | None) -> tuple[float, float]:
    """Return the origin of the block at which its ink, or its first baseline, is aligned in the box, mm."""
    block, ink, size = fitted.block, fitted.block.ink, fitted.size
    if ink is None:
        return box.center
    if layer.path:  # the block's origin is the top of its circle, or the bottom
        return box.center[0], box.center[1] - _signed_radius(layer.path)
    (cx, cy), (ix, iy) = box.center, ink.center
    x = {"left": box.left - ink.left * size, "center": cx - ix * size, "right": box.right - ink.right * size}
    if anchor:
        baseline = anchor.place_baseline(size, block.baseline_span)
        return x[layer.align], box.top + baseline - block.first_baseline * size
    y = {"top": box.top - ink.top * size, "middle": cy - iy * size, "bottom": box.bottom - ink.bottom * size}
    return x[layer.align], y[layer.valign]
