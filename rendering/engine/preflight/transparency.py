"""Findings about what is neither opaque nor clear, for techniques that print no such edges: they speckle or fill in."""

from collections.abc import Iterator
from typing import Any

from rendering.engine.geometry.rect import Rect
from rendering.engine.images.content import read_content
from rendering.engine.layout.image import ImageLayer
from rendering.engine.layout.placed import GroupLayer, Layout, PlacedLayer, is_seen
from rendering.engine.layout.shape import ShapeLayer
from rendering.engine.layout.text import TextLayer
from rendering.engine.preflight.wording import name_layer
from rendering.engine.values import Finding, Fix

SOFT_MAX = 0.002  # of the covered px of a picture that may lie within a wide soft edge
_TOLERANCE = 1e-6  # mm


def inspect_transparency(layer: PlacedLayer, layout: Layout) -> Iterator[Finding]:
    """Yield a finding if a layer, or a group by its opacity, leaves the product half covered."""
    if layout.area.technique.semi_transparency or not layout.background.is_transparent:
        return
    causes = list(_find_causes(layer))
    if not causes or _lies_on_opaque(layer, layout):
        return
    measured = min((opacity for _, opacity, _ in causes), default=None)
    noun = name_layer(layer.source)
    what = " and ".join(cause for cause, _, _ in causes)
    message = f"The {noun} has {what}, which cannot be printed well on this product. Make it solid."
    operator = f"The {noun} has {what} on a clear ground; the technique prints no semi-transparent px."
    fix = causes[0][2] if len(causes) == 1 else None
    yield Finding(
        "semi_transparent",
        "warning",
        message,
        layer.index,
        measured,
        1.0,
        layout.placement,
        operator_message=operator,
        fix=fix,
    )


def inspect_groups(layout: Layout) -> Iterator[tuple[PlacedLayer, Finding]]:
    """Yield the findings about groups that are drawn as one image, with the group, outer ones first."""
    pending: list[PlacedLayer] = list(reversed(layout.layers))
    while pending:
        layer = pending.pop()
        if isinstance(layer, GroupLayer):
            yield from ((layer, finding) for finding in inspect_transparency(layer, layout))
            pending.extend(reversed(layer.layers))


def _find_causes(layer: PlacedLayer) -> Iterator[tuple[str, float, Fix | None]]:
    """Yield what makes a layer semi-transparent: words, the opacity, and the value that cures it."""
    opacity = layer.source.opacity
    if is_seen(opacity) and opacity < 1:
        yield f"an opacity of {opacity:.0%}", opacity, Fix("opacity", 1)
    if isinstance(layer, TextLayer):
        yield from _find_soft_shadow(layer)
    if (
        isinstance(layer, ImageLayer)
        and (share := read_content(layer.picture.asset, layer.image_cache).soft_share) > SOFT_MAX
    ):
        yield "soft edges", round(1 - share, 3), None


def _find_soft_shadow(layer: TextLayer) -> Iterator[tuple[str, float, Fix | None]]:
    shadow = layer.source.shadow
    if shadow is None or not is_seen(shadow.opacity) or (shadow.blur == 0 and shadow.opacity == 1):
        return
    solid: dict[str, Any] = {**shadow.model_dump(), "blur": 0, "opacity": 1}
    words = "a soft shadow" if shadow.blur > 0 else f"a shadow with an opacity of {shadow.opacity:.0%}"
    yield words, 0.0 if shadow.blur > 0 else shadow.opacity, Fix("shadow", solid)


def _lies_on_opaque(layer: PlacedLayer, layout: Layout) -> bool:
    """Tell whether one opaque rectangle beneath a layer is larger than all that is drawn of it."""
    bounds, frame = layer.drawn_bounds, Rect(0, 0, layout.width, layout.height)
    if bounds is None:
        return False
    return any(_hides(other, bounds, frame) for other in _list_lower(layer, layout))


def _list_lower(layer: PlacedLayer, layout: Layout) -> list[PlacedLayer]:
    lower = []
    for other in layout.iter_leaves():
        if other.path >= layer.path:
            break
        lower.append(other)
    return lower


def _hides(other: PlacedLayer, bounds: Rect, frame: Rect) -> bool:
    source = other.source
    if source.opacity < 1 or not _is_full_rectangle(other) or (inner := other.visible_bounds) is None:
        return False
    return (
        inner.left <= max(bounds.left, frame.left) + _TOLERANCE
        and inner.top <= max(bounds.top, frame.top) + _TOLERANCE
        and inner.right >= min(bounds.right, frame.right) - _TOLERANCE
        and inner.bottom >= min(bounds.bottom, frame.bottom) - _TOLERANCE
    )


def _is_full_rectangle(layer: PlacedLayer) -> bool:
    if isinstance(layer, ShapeLayer):
        source = layer.source
        is_plain = source.shape == "rectangle" and source.fill is not None and not source.radius
        return is_plain and layer.transform.is_unrotated
    if isinstance(layer, ImageLayer):
        return (
            not layer.is_clipped
            and layer.transform.is_unrotated
            and read_content(layer.picture.asset, layer.image_cache).is_opaque
        )
    return False
