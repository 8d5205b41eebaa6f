"""Findings about a placement as a whole: empty ones, layers that are there twice, and colours."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rendering.engine.color.srgb import RGB, format_hex, parse_hex
from rendering.engine.layout.facts import find_facts
from rendering.engine.layout.placed import Layout, PlacedLayer, is_seen
from rendering.engine.preflight.wording import name_layer
from rendering.engine.schema import Image, Layer, Qr, Shape, Solid, Text
from rendering.engine.validation.problems import count_of
from rendering.engine.values import Finding, Fix

_COLORS_LISTED = 8


def inspect_placements(layouts: Sequence[Layout]) -> Iterator[tuple[Layout, Finding]]:
    """Yield the findings about placements on which nothing is drawn."""
    empty = [layout for layout in layouts if is_empty(layout)]
    if layouts and len(empty) == len(layouts):
        message = "There is nothing to print yet. Add a text or a picture."
        yield layouts[0], _about("blank_design", "error", message, layouts[0])
        return
    for layout in empty:
        message = f"Nothing is on {layout.placement!r}, so it stays blank. Add something, or remove this side."
        yield layout, _about("empty_placement", "warning", message, layout)


def is_empty(layout: Layout) -> bool:
    """Tell whether a placement has neither a background nor a layer of which anything is seen."""
    leaves = (layer for layer in layout.iter_leaves() if layer.visible_bounds and is_seen(layer.source.opacity))
    return layout.background.is_transparent and next(leaves, None) is None


def inspect_placement(layout: Layout) -> Iterator[tuple[PlacedLayer | None, Finding]]:
    """Yield the findings about a placement and what its layers share, each with its layer if it has one."""
    yield from _find_duplicates(layout)
    technique, area = layout.area.technique, layout.area
    if area.colors or area.max_colors or technique.max_colors:
        yield from _inspect_colors(layout)
    if not technique.gradients:
        yield from _inspect_gradients(layout)


def _find_duplicates(layout: Layout) -> Iterator[tuple[PlacedLayer, Finding]]:
    """Yield a finding for each opaque layer that a later one repeats at the same place."""
    leaves = list(layout.iter_leaves())
    if len(leaves) == 1:  # most designs
        return
    seen: defaultdict[object, list[Layer]] = defaultdict(list)
    for layer in leaves:
        bounds, source = layer.visible_bounds, layer.source
        if bounds is None or source.opacity != 1 or source.blend != "normal":
            continue  # what is translucent may be there twice to look stronger
        plain = source.model_copy(update={"name": "", "locked": False})
        others = seen[source.kind, bounds]
        if plain in others:
            message = f"This {name_layer(source)} is there twice, in the same place. Hide or remove one."
            finding = _about_layer("duplicate_layer", message, layer, layout, Fix("hidden", value=True))
            yield layer, finding
        others.append(plain)


def _inspect_colors(layout: Layout) -> Iterator[tuple[PlacedLayer | None, Finding]]:
    area = layout.area
    facts = find_facts(layout)
    limit = min(filter(None, (area.max_colors, area.technique.max_colors)), default=0)
    if limit and len(facts.colors) > limit:
        listed = ", ".join(facts.colors[:_COLORS_LISTED])
        message = (
            f"The design has {count_of(len(facts.colors), 'colour')}; {limit} can be printed. Use fewer: now {listed}."
        )
        finding = _about("too_many_colors", "warning", message, layout, float(len(facts.colors)), float(limit))
        yield None, finding
    if area.colors:
        allowed = [parse_hex(color) for color in area.colors]
        for layer in layout.iter_leaves():
            yield from _inspect_palette(layer, layout, allowed)


def _inspect_palette(
    layer: PlacedLayer, layout: Layout, allowed: Sequence[RGB]
) -> Iterator[tuple[PlacedLayer, Finding]]:
    used = dict.fromkeys(color for part in layer.parts for color in part.colors)
    wrong = [color for color in used if color not in allowed]
    if not wrong:
        return
    nearest = format_hex(_find_nearest(wrong[0], allowed))
    message = f"The colour {format_hex(wrong[0])} is not available for this product. The nearest that is: {nearest}."
    field = _name_color_field(layer.source, wrong[0]) if len(wrong) == 1 else None
    fix = Fix(field, nearest) if field else None
    yield layer, _about_layer("color_not_allowed", message, layer, layout, fix, float(len(wrong)))


def _find_nearest(color: RGB, allowed: Sequence[RGB]) -> RGB:
    return min(allowed, key=lambda other: sum((a - b) ** 2 for a, b in zip(color, other, strict=True)))


def _name_color_field(source: Layer, color: RGB) -> str | None:
    """Return the field of a layer that holds a colour."""
    if isinstance(source, Text):
        fields = {"color": source.color, "outline/color": source.outline.color if source.outline else ""}
        fields["shadow/color"] = source.shadow.color if source.shadow else ""
    elif isinstance(source, Shape):
        fields = {"fill/color": source.fill.color if isinstance(source.fill, Solid) else ""}
        fields["stroke/color"] = source.stroke.color if source.stroke else ""
    elif isinstance(source, Qr):
        fields = {"color": source.color, "background": source.background or ""}
    else:
        return None
    name = format_hex(color)
    return next((field for field, value in fields.items() if value.upper() == name), None)


def _inspect_gradients(layout: Layout) -> Iterator[tuple[PlacedLayer | None, Finding]]:
    gradient = layout.background.gradient
    if gradient is not None:
        message = "This background fades from colour to colour, which cannot be printed. Choose one colour."
        solid = {"type": "color", "color": gradient.stops[0].color}
        finding = _about("gradient_not_allowed", "warning", message, layout, fix=Fix("background", solid))
        yield None, finding
    for layer in layout.iter_leaves():
        source = layer.source
        if isinstance(source, Shape) and source.fill is not None and not isinstance(source.fill, Solid):
            message = "This shape fades from colour to colour, which cannot be printed. Choose one colour."
            fix = Fix("fill", {"type": "color", "color": source.fill.stops[0].color})
            yield layer, _about_layer("gradient_not_allowed", message, layer, layout, fix)
        elif isinstance(source, Image):
            message = (
                "Photos cannot be printed this way. Remove it, or choose a product that is printed in full colour."
            )
            yield layer, _about_layer("gradient_not_allowed", message, layer, layout, None)


def _about(  # noqa: PLR0917  all that a finding about a placement has
    code: str,
    severity: str,
    message: str,
    layout: Layout,
    measured: float | None = None,
    required: float | None = None,
    fix: Fix | None = None,
) -> Finding:
    """Return a finding about a whole placement, whose box is the frame."""
    box = (0.0, 0.0, round(layout.width, 2), round(layout.height, 2))
    return Finding(
        code,
        "error" if severity == "error" else "warning",
        message,
        None,
        measured,
        required,
        layout.placement,
        box=box,
        fix=fix,
    )


def _about_layer(  # noqa: PLR0917  all that a finding about a layer has
    code: str,
    message: str,
    layer: PlacedLayer,
    layout: Layout,
    fix: Fix | None,
    measured: float | None = None,
) -> Finding:
    return Finding(code, "warning", message, layer.index, measured, None, layout.placement, fix=fix)
