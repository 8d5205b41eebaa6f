"""Findings about colours that process inks cannot print: of techniques with a maximum of ink."""

import math
from collections.abc import Iterator

import numpy as np

from rendering.engine.color.process_inks import Printable, find_printable
from rendering.engine.color.srgb import RGB, format_hex, parse_hex
from rendering.engine.images.content import read_content
from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.layout.qr import QrLayer
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.preflight.wording import name_layer
from rendering.engine.schema import LinearGradient, RadialGradient, Solid
from rendering.engine.values import Finding, Fix

DIFFERENCE_MAX = 10.0  # CIEDE2000: twice what ISO 12647-2 lets the solids of a press run deviate
SHARE_MAX = 0.25  # of a picture; bright spots in a photo are always printed duller
_QUANTUM = 32  # of 256 levels, to which the colours of pictures are rounded


def inspect_gamut(layer: PlacedLayer, layout: Layout) -> Iterator[Finding]:
    """Yield a finding if a layer has colours that will be printed as clearly different ones."""
    if not layout.area.technique.max_ink or not layer.source.opacity:
        return
    noun = name_layer(layer.source)
    if isinstance(layer, ImageLayer):
        yield from _inspect_picture(layer, layout)
    elif found := _judge_colors(list_colors(layer), noun, layout, layer.index):
        yield found


def inspect_background(layout: Layout) -> Iterator[Finding]:
    """Yield a finding if the background has colours that will be printed as clearly different ones."""
    background = layout.background
    if not layout.area.technique.max_ink or background.is_transparent:
        return
    fill = background.gradient
    colors = _list_stops(fill, "background") if fill else []
    if background.color:
        colors = [("background/color", background.color)]
    if found := _judge_colors(colors, "background", layout, None):
        yield found


def list_colors(layer: PlacedLayer) -> list[tuple[str, RGB]]:
    """Return the colours that a layer names, with the paths of their fields."""
    colors: list[tuple[str, RGB]] = []
    if isinstance(layer, TextLayer):
        colors.append(("color", layer.color))
        colors += [("outline/color", parse_hex(layer.source.outline.color))] if layer.source.outline else []
        colors += [("shadow/color", parse_hex(layer.source.shadow.color))] if layer.source.shadow else []
    elif isinstance(layer, ShapeLayer):
        fill, stroke = layer.source.fill, layer.source.stroke
        if isinstance(fill, Solid):
            colors.append(("fill/color", parse_hex(fill.color)))
        elif fill:
            colors += _list_stops(fill, "fill")
        colors += [("stroke/color", parse_hex(stroke.color))] if stroke else []
    elif isinstance(layer, QrLayer):
        colors.append(("color", layer.color))
        colors += [("background", layer.background)] if layer.background else []
    return colors


def _list_stops(fill: LinearGradient | RadialGradient, path: str) -> list[tuple[str, RGB]]:
    return [(f"{path}/stops/{number}/color", parse_hex(stop.color)) for number, stop in enumerate(fill.stops)]


def _judge_colors(colors: list[tuple[str, RGB]], noun: str, layout: Layout, index: int | None) -> Finding | None:
    """Return the finding about the colour that is farthest from print; it can be cured by a value if it is the only."""
    found: list[tuple[str, RGB, Printable]] = [(path, color, find_printable(color)) for path, color in colors]
    far = [each for each in found if each[2].difference > DIFFERENCE_MAX]
    if not far:
        return None
    path, color, printable = max(far, key=lambda each: each[2].difference)
    measured = math.ceil(printable.difference * 10) / 10
    message = (
        f"A colour of the {noun} is brighter than inks can be: print will look duller, about like "
        f"{format_hex(printable.color)}. Choose that one to see on screen what you will get."
    )
    operator = (
        f"{format_hex(color)} is outside the gamut of process inks on coated paper: CIEDE2000 is {measured:g} to "
        f"{format_hex(printable.color)}, at most {DIFFERENCE_MAX:g} is expected."
    )
    fix = Fix(path, format_hex(printable.color)) if len(far) == 1 else None
    return Finding(
        "color_out_of_gamut",
        "info",
        message,
        index,
        measured,
        DIFFERENCE_MAX,
        layout.placement,
        operator_message=operator,
        fix=fix,
    )


def _inspect_picture(layer: ImageLayer, layout: Layout) -> Iterator[Finding]:
    if layer.source.grayscale or layer.source.tint:
        return
    share = _measure_picture(layer)
    if share <= SHARE_MAX:
        return
    share = math.ceil(share * 1000) / 1000
    yield Finding(
        "color_out_of_gamut",
        "info",
        "Large parts of the picture are brighter than inks can be: print will look duller than the screen.",
        layer.index,
        share,
        SHARE_MAX,
        layout.placement,
        operator_message=(
            f"{share:.0%} of the picture is outside the gamut of process inks on coated paper by more than "
            f"{DIFFERENCE_MAX:g} (CIEDE2000)."
        ),
    )


def _measure_picture(layer: ImageLayer) -> float:
    """Return the share of a picture that inks print as clearly different colours."""
    colors = read_content(layer.picture.asset, layer.image_cache).colors
    if not len(colors):
        return 0.0
    rounded = np.minimum((colors.astype(np.int16) + _QUANTUM // 2) // _QUANTUM * _QUANTUM, 255)
    found, counts = np.unique(rounded.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1]), return_counts=True)
    far = sum(
        int(count)
        for code, count in zip(found.tolist(), counts, strict=True)
        if find_printable((code >> 16, code >> 8 & 255, code & 255)).difference > DIFFERENCE_MAX
    )
    return far / len(colors)
