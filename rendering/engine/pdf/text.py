"""Text layers as outlines: one path for all letters of a face, so that where they overlap nothing shows twice."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rendering.engine.color.srgb import BLACK, RGB, parse_hex
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import is_seen
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.shadow import cast_shadow
from rendering.engine.pdf.content import SOFT_DPI, Content
from rendering.engine.pdf.outlines import FilledPath, Outlines
from rendering.engine.pdf.paths import Matrix, write_path
from rendering.engine.raster.glyphs import rasterize_color_glyphs
from rendering.engine.schema import Shadow
from rendering.engine.schema.units import INCH_MM
from rendering.engine.text.outlines import get_curves
from rendering.engine.text.shaping import GlyphRun
from rendering.engine.values import PressError

_BLUR_STEPS = 8.0  # px to the standard deviation of a blur: more cannot be seen


def write_layer(content: Content, layer: TextLayer) -> Iterator[str]:
    """Yield shadow, outline, letters and colour glyphs."""
    if layer.visible_bounds is None:
        return
    source = layer.source
    plain, colored = split_runs(layer.block.runs)
    if source.shadow:
        yield from _write_shadow(content, layer, source.shadow)
    if source.outline:
        yield from _write_letters(content, layer, layer.outline_runs, parse_hex(source.outline.color))
    yield from _write_letters(content, layer, plain, layer.color)
    viewport = content.soft_viewport().crop_to_rect(layer.visible_bounds)
    if colored and viewport:
        picture = rasterize_color_glyphs(layer.origin, colored, viewport)
        yield content.write_picture(picture.convert("RGB"), picture.getchannel("A"), viewport)


def outline_layer(layer: TextLayer) -> Outlines:
    """Yield a hard shadow, outline and letters. Raises PressError for soft shadows and colour glyphs."""
    plain, colored = split_runs(layer.block.runs)
    shadow, outline = layer.source.shadow, layer.source.outline
    if colored:
        raise PressError("emoji in colour have no outlines: show them as text, or order a PDF")
    if shadow and is_seen(shadow.opacity):
        if shadow.blur or shadow.opacity != 1:
            raise PressError("a soft shadow has no outlines: remove it, or make it hard and opaque")
        yield from _fill_glyphs(layer, layer.outline_runs or plain, parse_hex(shadow.color), (shadow.x, shadow.y))
    if outline:
        yield from _fill_glyphs(layer, layer.outline_runs, parse_hex(outline.color))
    yield from _fill_glyphs(layer, plain, layer.color)


def _fill_glyphs(
    layer: TextLayer, runs: Sequence[GlyphRun], color: RGB, offset: tuple[float, float] = (0.0, 0.0)
) -> Outlines:
    """Yield an area for each face: contours of two faces may run in opposite directions, and cancel out."""
    for _, group in groupby(runs, key=lambda run: id(run.face)):
        if paths := [path for path in write_glyphs(layer, list(group), offset) if path]:
            yield FilledPath("\n".join(paths), color)


def split_runs(runs: Sequence[GlyphRun]) -> tuple[list[GlyphRun], list[GlyphRun]]:
    """Return the runs of plain letters, and those of fonts with colour glyphs."""
    return (
        [run for run in runs if not run.face.has_color_glyphs],
        [run for run in runs if run.face.has_color_glyphs],
    )


def write_glyphs(layer: TextLayer, runs: Sequence[GlyphRun], offset: tuple[float, float] = (0.0, 0.0)) -> list[str]:
    """Return the outlines of glyphs as paths, mm; `offset` moves them."""
    origin, (turn_cos, turn_sin, _, _) = layer.origin, layer.origin.transform
    x0, y0 = origin.transform.map_point(origin.x, origin.y)
    x0, y0, paths = x0 + offset[0], y0 + offset[1], []
    for run in runs:
        unit = origin.em * run.scale
        for glyph, x, y, cos, sin in run.glyphs:
            across, up = x * origin.em, y * origin.em
            dx, dy = across * turn_cos + up * turn_sin, across * turn_sin - up * turn_cos
            c, s = cos * turn_cos - sin * turn_sin, sin * turn_cos + cos * turn_sin
            matrix: Matrix = (unit * c, unit * s, unit * s, -unit * c, x0 + dx, y0 + dy)
            paths.append(write_path(get_curves(run.face, glyph), matrix))
    return paths


def _write_letters(
    content: Content,
    layer: TextLayer,
    runs: Sequence[GlyphRun],
    color: RGB,
    offset: tuple[float, float] = (0.0, 0.0),
) -> Iterator[str]:
    """Yield the fills of glyphs."""
    over = ""
    if color == BLACK and layer.path in content.overprinted:
        over = content.write_state(OP=True, op=True, OPM=1)
    for filled in _fill_glyphs(layer, runs, color, offset):
        yield f"{over}{content.colors.write_fill(color)}\n{filled.path}\nf"


def _write_shadow(content: Content, layer: TextLayer, shadow: Shadow) -> Iterator[str]:
    """Yield a shadow: letters where it is hard and opaque, else a picture."""
    plain, colored = split_runs(layer.block.runs)
    color = parse_hex(shadow.color)
    if shadow.blur == 0 and shadow.opacity == 1 and not colored:
        offset = (shadow.x, shadow.y)
        yield from _write_letters(content, layer, layer.outline_runs or plain, color, offset)
        return
    viewport = _choose_viewport(content, shadow)
    if found := cast_shadow(layer, shadow, viewport):
        mask, part = found
        yield content.write_tint(color, mask, part)


def _choose_viewport(content: Content, shadow: Shadow) -> Viewport:
    """Return px that are as fine as the blur needs, at most SOFT_DPI."""
    finest = SOFT_DPI / INCH_MM
    return content.soft_viewport(min(finest, _BLUR_STEPS / shadow.blur) if shadow.blur else finest)
