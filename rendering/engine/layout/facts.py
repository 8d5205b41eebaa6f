"""The facts of a placement that a shop prices by: what is printed on it. They follow from its layout; nothing is drawn.

Every render and preview states them, so they are found in one pass over the parts of layers.
"""

from collections.abc import Iterator, Sequence

from rendering.engine.color.srgb import RGB, format_hex, parse_hex
from rendering.engine.geometry.rect import Rect, bounding_rect
from rendering.engine.kinds import LAYER_KINDS
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer, is_seen
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.values import PlacementFacts

_DIGITS = 3  # of lengths in mm


def find_facts(layout: Layout) -> PlacementFacts:
    """Return the facts of a placement in whose layout every colour is chosen.

    What lies outside the frame or has no opacity counts for nothing; what other layers cover counts.
    """
    counts = dict.fromkeys(LAYER_KINDS, 0)
    photos = glyphs = mixes = False
    ground = _background_colors(layout.background)
    colors = set(ground)
    gradients = len(colors) > 1
    rects: list[Rect] = []
    for layer, is_mixed in _iter_seen(layout.layers, is_mixed=False):
        inside = False
        for bounds, part_colors, is_picture, has_color_glyphs, is_translucent in layer.parts:
            if bounds.left < layout.width and bounds.right > 0 and bounds.top < layout.height and bounds.bottom > 0:
                inside = True
                rects.append(bounds)
                colors.update(part_colors)
                gradients = gradients or (len(part_colors) > 1 and len(set(part_colors)) > 1)
                photos, glyphs = photos or is_picture, glyphs or has_color_glyphs
                mixes = mixes or is_mixed or is_translucent
        if inside:
            counts[layer.source.kind] += 1
    names = tuple(sorted([format_hex(color) for color in colors]))
    around = (0.0, 0.0, layout.width, layout.height) if ground else _clip(bounding_rect(rects), layout)
    return PlacementFacts(layout.placement, counts, names, photos, glyphs, gradients, mixes, around)


def _background_colors(background: PlacedBackground) -> Sequence[RGB]:
    if background.gradient is not None:
        return [parse_hex(stop.color) for stop in background.gradient.stops]
    return () if background.color is None else (background.color,)


def _iter_seen(layers: Sequence[PlacedLayer], *, is_mixed: bool) -> Iterator[tuple[PlacedLayer, bool]]:
    """Yield each leaf with some opacity, and whether it or a group around it mixes with what is beneath."""
    for layer in layers:
        opacity, blend = layer.source.opacity, layer.source.blend
        mixes = is_mixed or opacity != 1 or blend != "normal"
        if isinstance(layer, GroupLayer):
            yield from _iter_seen(layer.layers, is_mixed=mixes) if is_seen(opacity) else ()
        elif is_seen(opacity):
            yield layer, mixes


def _clip(bounds: Rect | None, layout: Layout) -> tuple[float, float, float, float] | None:
    """Return x, y, width and height of what a rectangle and the frame share, mm."""
    if bounds is None:
        return None
    left, top = max(bounds.left, 0.0), max(bounds.top, 0.0)
    width, height = min(bounds.right, layout.width) - left, min(bounds.bottom, layout.height) - top
    return round(left, _DIGITS), round(top, _DIGITS), round(width, _DIGITS), round(height, _DIGITS)
