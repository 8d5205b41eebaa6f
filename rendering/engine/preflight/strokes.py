"""Findings about lines, gaps and letters that are finer than the technique can print."""

import math
import statistics
from collections.abc import Iterator

from rendering.engine.layout.placed import Layout
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.preflight.position import to_box_value
from rendering.engine.preflight.stems import measure_strokes
from rendering.engine.schema import Solid, Text
from rendering.engine.values import Finding, Fix, Technique

_TOLERANCE = 1e-6  # of a length
_CAPITAL_TO_X = 0.7  # usual height of an x over that of a capital


def inspect_letters(layer: TextLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about thin stems, narrow gaps and low letters of a text."""
    technique = layout.area.technique
    if layer.ink is None:
        return
    outline = layer.source.outline
    if outline and outline.width < technique.min_line_mm * (1 - _TOLERANCE):
        message = f"The outline of this text is too thin to print. Make it {technique.min_line_mm:g} mm wide or more."
        fix: Fix | None = Fix("outline/width", technique.min_line_mm)
        yield _finding("thin_line", layer, layout, message, outline.width, technique.min_line_mm, fix)
    if technique.min_line_mm or technique.min_gap_mm:
        yield from _inspect_stems(layer, layout, technique)
    if technique.min_text_mm:
        height = measure_x_height(layer)
        if height < technique.min_text_mm * (1 - _TOLERANCE):
            message = (
                f"These letters are too small to print: a small x is {_floor(height):g} mm high, "
                f"{technique.min_text_mm:g} mm are needed. Make the text larger."
            )
            fix = _enlarge(layer, technique.min_text_mm / height)
            yield _finding("small_text", layer, layout, message, _floor(height), technique.min_text_mm, fix)


def measure_x_height(layer: TextLayer) -> float:
    """Return the height of a lower-case x in the printed size, mm.

    In a text without lower-case letters it is what goes with the height of its letters, as in capitals.
    """
    heights: list[float] = []
    has_small = any(char.islower() for char in layer.source.text)
    for run in layer.block.runs:
        face, unit = run.face, layer.size * run.scale
        if has_small and (x := face.hb_font.get_nominal_glyph(ord("x"))) and (ink := face.measure_ink(x)):
            heights.append(ink.height * unit)
        else:
            inks = [ink.height for glyph in run.glyphs if (ink := face.measure_ink(glyph[0]))]
            heights += [statistics.median(inks) * unit * _CAPITAL_TO_X] if inks else []
    return min(heights, default=math.inf)


def _inspect_stems(layer: TextLayer, layout: Layout, technique: Technique) -> Iterator[Finding]:
    stem = gap = math.inf
    for run in layer.block.runs:
        em = layer.size * run.scale * run.face.upem
        for glyph in {glyph[0] for glyph in run.glyphs}:
            strokes = measure_strokes(run.face, glyph)
            stem, gap = min(stem, strokes.stem * em), min(gap, strokes.gap * em)
    spread = _measure_spread(layer.source)
    stem, gap = stem + 2 * spread, gap - 2 * spread
    if stem < technique.min_line_mm * (1 - _TOLERANCE):
        message = (
            f"The thinnest lines of these letters are {_floor(stem):g} mm wide; {technique.min_line_mm:g} mm can be "
            "printed. Make the text larger, or choose a bolder font."
        )
        fix = None if spread else _enlarge(layer, technique.min_line_mm / stem)
        yield _finding("thin_line", layer, layout, message, _floor(stem), technique.min_line_mm, fix)
    if gap < technique.min_gap_mm * (1 - _TOLERANCE):
        gap = max(gap, 0.0)
        message = (
            f"The gaps in these letters are {_floor(gap):g} mm wide and may fill with ink; {technique.min_gap_mm:g} mm "
            "stay open. Make the text larger, or choose a lighter font."
        )
        fix = _enlarge(layer, technique.min_gap_mm / gap) if gap and not spread else None
        yield _finding("thin_gap", layer, layout, message, _floor(gap), technique.min_gap_mm, fix)


def _measure_spread(source: Text) -> float:
    """Return by how much an outline makes letters bolder, mm: 0 in another colour, which the letters lie on."""
    outline = source.outline
    return outline.width if outline and outline.color.upper() == source.color.upper() else 0.0


def inspect_shape(layer: ShapeLayer, layout: Layout) -> Iterator[Finding]:
    """Yield the findings about strokes and areas of a shape that are too thin, and gaps between its dashes."""
    technique, source, box = layout.area.technique, layer.source, layer.box
    least = technique.min_line_mm * (1 - _TOLERANCE)
    stroke = source.stroke
    if stroke and stroke.width < least:
        message = (
            f"This line is {_floor(stroke.width):g} mm wide; {technique.min_line_mm:g} mm can be printed. "
            "Make it wider."
        )
        fix: Fix | None = Fix("stroke/width", technique.min_line_mm)
        yield _finding("thin_line", layer, layout, message, _floor(stroke.width), technique.min_line_mm, fix)
    thinnest = min(box.width, box.height)
    if source.fill and source.shape != "line" and thinnest < least:
        message = (
            f"This shape is {_floor(thinnest):g} mm wide; {technique.min_line_mm:g} mm can be printed. Make it wider."
        )
        grown = box.expand((technique.min_line_mm - thinnest) / 2)
        wider = grown._replace(left=box.left, right=box.right) if box.height < box.width else grown
        taller = grown._replace(top=box.top, bottom=box.bottom) if box.width < box.height else wider
        fix = Fix("box", to_box_value(taller)) if isinstance(source.fill, Solid) else None
        yield _finding("thin_line", layer, layout, message, _floor(thinnest), technique.min_line_mm, fix)
    gaps = stroke.dash[1::2] if stroke else ()
    if stroke and gaps and min(gaps) < technique.min_gap_mm * (1 - _TOLERANCE):
        message = (
            f"The gaps between these dashes are {_floor(min(gaps)):g} mm long; {technique.min_gap_mm:g} mm stay open. "
            "Make them longer."
        )
        dash = [
            max(length, technique.min_gap_mm) if number % 2 else length for number, length in enumerate(stroke.dash)
        ]
        fix = Fix("stroke/dash", dash)
        yield _finding("thin_gap", layer, layout, message, _floor(min(gaps)), technique.min_gap_mm, fix)


def _finding(  # noqa: PLR0917  all that a finding about a measure has
    code: str,
    layer: TextLayer | ShapeLayer,
    layout: Layout,
    message: str,
    measured: float,
    required: float,
    fix: Fix | None,
) -> Finding:
    return Finding(code, "warning", message, layer.index, measured, required, layout.placement, fix=fix)


def _enlarge(layer: TextLayer, factor: float) -> Fix | None:
    """Return the size by which a text is `factor` times as large; None where its box has no room for that."""
    ink, box, source = layer.ink, layer.box, layer.source
    if ink is None or source.is_bent or layer.size < layer.requested_size:
        return None
    if ink.width * factor > box.width or ink.height * factor > box.height:
        return None
    return Fix("size", math.ceil(source.size * factor * 100 + _TOLERANCE) / 100)


def _floor(value: float) -> float:
    """Round down to two decimals: 0.349 must not read as the 0.35 that is required."""
    return math.floor(value * 100 + _TOLERANCE) / 100
