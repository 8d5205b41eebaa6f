"""Layers that lie on the product itself: whether their colour can be told from it, and which colour can."""

from collections.abc import Callable, Iterator

from rendering.engine.color.difference import color_difference
from rendering.engine.color.srgb import BLACK, RGB, WHITE, contrast_ratio, format_hex
from rendering.engine.layout.placed import Layout, PlacedLayer
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.paint.surroundings import overlap
from rendering.engine.schema import Solid
from rendering.engine.values import Finding, Fix

SAME_MAX = 6.0  # CIEDE2000; art that differs from the product by no more is taken for a fault of printing
_MIXES = (0.25, 0.5, 0.75)  # of a colour with white or black


def lies_on_product(layer: PlacedLayer, layout: Layout) -> bool:
    """Tell whether nothing is printed beneath a layer: neither a background nor, in part, another layer."""
    background, bounds = layout.background, layer.visible_bounds
    is_bare = background.is_transparent or (layout.has_clear_inks and background.color == WHITE)
    if not is_bare or bounds is None:
        return False
    for other in layout.iter_leaves():
        if other is layer or other.path == layer.path:
            return True
        if overlap(other.drawn_bounds, bounds):
            return False
    return True


def show_on_product(color: RGB, opacity: float, layout: Layout) -> RGB:
    """Return what is seen of a colour on the product; the colour itself if the product is not known."""
    product = layout.product_color
    if product is None:
        return color
    inked = tuple(c * p / 255 for c, p in zip(color, product, strict=True)) if layout.has_clear_inks else color
    red, green, blue = (round(p + (c - p) * opacity) for c, p in zip(inked, product, strict=True))
    return red, green, blue


def suggest_color(color: RGB, is_good: Callable[[RGB], bool]) -> RGB | None:
    """Return the colour nearest to one, mixed with black or white, that is good; None if none is."""
    ends = [end for end in (BLACK, WHITE) if is_good(end)]
    for amount in _MIXES if ends else ():
        good = [mixed for mixed in (_mix_colors(color, end, amount) for end in ends) if is_good(mixed)]
        if good:
            return min(good, key=lambda mixed: contrast_ratio(mixed, color))
    return ends[0] if ends else None


def _mix_colors(color: RGB, end: RGB, amount: float) -> RGB:
    red, green, blue = (round(a + (b - a) * amount) for a, b in zip(color, end, strict=True))
    return red, green, blue


def describe_invisible(noun: str, seen: RGB, product: RGB) -> tuple[str, str, float]:
    """Return the sentences and the measured difference of something that cannot be told from the product."""
    difference = int(color_difference(seen, product) * 10) / 10
    message = f"The {noun} has nearly the same colour as the product, so nobody will see it. Choose another colour."
    operator = (
        f"The {noun} is seen as {format_hex(seen)} on {format_hex(product)}: CIEDE2000 is {difference:g}, "
        f"more than {SAME_MAX:g} is needed."
    )
    return message, operator, difference


def inspect_shape_on_product(layer: ShapeLayer, layout: Layout) -> Iterator[Finding]:
    """Yield a finding if no colour of a shape can be told from the product that it lies on."""
    product = layout.product_color
    colors = [color for part in layer.parts for color in part.colors]
    if product is None or not colors or not layer.source.opacity:
        return
    seen = [show_on_product(color, layer.source.opacity, layout) for color in colors]
    differences = [color_difference(each, product) for each in seen]
    if max(differences) > SAME_MAX or not lies_on_product(layer, layout) or _carries_layers(layer, layout):
        return
    message, operator, difference = describe_invisible("shape", seen[differences.index(max(differences))], product)
    yield Finding(
        "invisible_on_product",
        "warning",
        message,
        layer.index,
        difference,
        SAME_MAX,
        layout.placement,
        operator_message=operator,
        fix=_fix_shape(layer, layout, product),
    )


def _fix_shape(layer: ShapeLayer, layout: Layout, product: RGB) -> Fix | None:
    fill, opacity = layer.source.fill, layer.source.opacity
    path = "fill/color" if isinstance(fill, Solid) else "stroke/color" if layer.source.stroke and not fill else None
    if path is None:
        return None
    good = (
        color
        for color in (BLACK, WHITE)
        if color_difference(show_on_product(color, opacity, layout), product) > 5 * SAME_MAX
    )
    color = next(good, None)
    return Fix(path, format_hex(color)) if color is not None else None


def _carries_layers(layer: PlacedLayer, layout: Layout) -> bool:
    """Tell whether others lie on a layer: then it is their plate, and need not be seen itself."""
    bounds, is_above = layer.visible_bounds, False
    for other in layout.iter_leaves():
        if is_above and bounds and overlap(other.visible_bounds, bounds):
            return True
        is_above = is_above or other.path == layer.path
    return False
