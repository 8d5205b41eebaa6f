"""Findings about how a text looks: invisible, covered, or hard to read on what is really beneath it."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from PIL import Image, ImageChops

from rendering.engine.color.difference import color_difference
from rendering.engine.color.luminance import FloatArray, measure_contrast, measure_luminance
from rendering.engine.color.srgb import RGB, contrast_ratio, format_hex, parse_hex
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.text import TextLayer
from rendering.engine.paint.auto_color import READABLE_CONTRAST
from rendering.engine.paint.sample import Sample, sample_uniform
from rendering.engine.paint.shadow import cast_shadow, split_by_color
from rendering.engine.preflight.covered import TEXT_HIDDEN_MAX, report_covered
from rendering.engine.preflight.product_ground import (
    SAME_MAX,
    describe_invisible,
    lies_on_product,
    suggest_color,
)
from rendering.engine.preflight.readability import Weights, find_edges, find_worst_cell, weighted_quantile
from rendering.engine.raster.glyphs import rasterize_glyphs
from rendering.engine.values import Finding, Fix

UNREADABLE_MAX = 0.2  # of the ink that may be hard to read, in spots: people read on
_FIXED_CONTRAST = READABLE_CONTRAST * 1.05  # of a suggested colour; colours are rounded
_SPECKS_MAX = 0.02  # of the ink; less than a letter of any text
_OUTLINE_MIN = 0.01  # ems; a thinner outline does not set letters apart from the ground
_SHADOW_SHARE = 0.35  # of the edge of letters: a shadow to one side is enough
_SHADOW_EM, _SHADOW_PIXELS = 36, 200_000  # px: of an em, and of a text, where its shadow is judged
_ZOOM_MAX = 1e4  # px per mm
_CELL_EMS = 0.6  # side of a square that holds about one letter
_VISIBLE_MIN = 1 - TEXT_HIDDEN_MAX  # of a px that counts


def inspect_text(layer: TextLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield the finding that a text is invisible, covered or hard to read; at most one of them."""
    if layer.ink is None:
        return
    if sample is None:
        if _is_plainly_readable(layer) and not (layout.has_clear_inks and layout.product_color):
            return
        sample = sample_uniform(layer, (), layout)
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if not sample.opacity:
        yield _report_no_opacity(layer, finding)
    elif _is_without_effect(layer, sample):
        blend = next(level.blend for level in sample.levels if level.blend != "normal")
        message = f'The text is not visible: with the blend mode "{blend}" its colour changes nothing here.'
        fix = Fix("blend", "normal") if layer.source.blend == blend else None
        yield finding(
            "no_ink", "error", message, operator_message=f"Blend mode {blend} leaves every px as it is.", fix=fix
        )
    elif covered := list(report_covered(sample, layout, "text", TEXT_HIDDEN_MAX)):
        yield from covered
    elif any(not run.face.has_color_glyphs for run in layer.block.runs):
        yield from _report_contrast(layer, layout, sample, finding)


def _report_no_opacity(layer: TextLayer, finding: "partial[Finding]") -> Finding:
    fix = Fix("opacity", 1) if not layer.source.opacity else None
    message = "The text is not visible: its opacity is 0."
    return finding("no_ink", "error", message, operator_message="Opacity is 0: nothing is printed.", fix=fix)


def _report_contrast(
    layer: TextLayer, layout: Layout, sample: Sample, finding: "partial[Finding]"
) -> Iterator[Finding]:
    """Yield a finding if a text is hard to read on every product that it may be on."""
    contrast = _find_best_contrast(layer, sample)
    if contrast >= READABLE_CONTRAST:
        return
    fix = _fix_color(layer, sample)
    if _is_lost_on_product(layer, layout, sample):
        seen, product = _see_color(layer, sample), sample.products[0]
        message, operator, difference = describe_invisible("text", seen, product)
        yield finding(
            "invisible_on_product",
            "warning",
            message,
            measured=difference,
            required=SAME_MAX,
            operator_message=operator,
            fix=fix,
        )
        return
    ratio = math.floor(contrast * 100) / 100  # rounded down: 2.999 must not read as the 3 that is required
    message = (
        f"The text is hard to read on what is beneath it: its contrast is {ratio:g} : 1; "
        f"{READABLE_CONTRAST:g} : 1 is needed. Choose a lighter or a darker colour."
    )
    operator = f"Contrast of the text is {ratio:g} : 1 (WCAG), {READABLE_CONTRAST:g} : 1 is required."
    yield finding(
        "low_contrast",
        "warning",
        message,
        measured=ratio,
        required=READABLE_CONTRAST,
        operator_message=operator,
        fix=fix,
    )


def _find_best_contrast(layer: TextLayer, sample: Sample) -> float:
    return max(_measure_contrast(layer, sample, product) for product in sample.products)


def _fix_color(layer: TextLayer, sample: Sample) -> Fix | None:
    """Return the colour nearest to that of a text with which it can be read."""

    def is_good(color: RGB) -> bool:
        changed = layer.recolor(color)
        return any(_measure_letters(changed, sample, product) >= _FIXED_CONTRAST for product in sample.products)

    color = suggest_color(layer.color, is_good)
    return Fix("color", format_hex(color)) if color else None


def _is_lost_on_product(layer: TextLayer, layout: Layout, sample: Sample) -> bool:
    """Tell whether a text lies on a product of the colour that it is seen in."""
    if layout.product_color is None or layer.source.outline or layer.source.shadow:
        return False
    same = color_difference(_see_color(layer, sample), layout.product_color) <= SAME_MAX
    return same and lies_on_product(layer, layout)


def _see_color(layer: TextLayer, sample: Sample) -> RGB:
    """Return the colour that a text is seen in, at the first px."""
    red, green, blue = (int(level) for level in sample.show_color(layer.color, sample.products[0])[0, 0])
    return red, green, blue


def _is_without_effect(layer: TextLayer, sample: Sample) -> bool:
    """Tell whether blending leaves nothing of any colour of a text."""
    if any(run.face.has_color_glyphs for run in layer.block.runs):
        return False
    source = layer.source
    others = (parse_hex(each.color) for each in (source.outline, source.shadow) if each)
    return all(sample.is_without_effect(color) for color in (layer.color, *others))


def _is_plainly_readable(layer: TextLayer) -> bool:
    """Tell whether a text alone on one colour can be read by its letters or its outline."""
    ground, outline = layer.background_color, _find_outline(layer)
    if ground is None:
        return True  # on some product
    if contrast_ratio(layer.color, outline or ground) >= READABLE_CONTRAST:
        return True
    return outline is not None and contrast_ratio(outline, ground) >= READABLE_CONTRAST


def _find_outline(layer: TextLayer) -> RGB | None:
    """Return the colour of the outline if it is wide enough to set letters apart."""
    outline = layer.source.outline
    return parse_hex(outline.color) if outline and outline.width >= _OUTLINE_MIN * layer.size else None


def _measure_contrast(layer: TextLayer, sample: Sample, product: RGB) -> float:
    """Return the contrast at which a text can be read on a product: the best of letters, outline and shadow."""
    readable = _measure_letters(layer, sample, product)
    if readable < READABLE_CONTRAST and layer.source.shadow:
        readable = max(readable, _measure_shadow_contrast(layer, sample, product))
    return readable


def _measure_letters(layer: TextLayer, sample: Sample, product: RGB) -> float:
    """Return the contrast of a text without its shadow: the better of letters and outline."""
    outline = _find_outline(layer)
    letters = measure_luminance(sample.show_color(layer.color, product))
    edge = measure_luminance(sample.show_color(outline, product)) if outline else letters
    contrast = measure_contrast(letters, edge)
    if contrast.min() < READABLE_CONTRAST:
        contrast = np.maximum(contrast, measure_contrast(edge, measure_luminance(sample.show_ground(product))))
    return _summarize_contrast(layer, sample, contrast)


def _summarize_contrast(layer: TextLayer, sample: Sample, contrast: FloatArray) -> float:
    """Return the contrast of a text from that of its px: of the worst fifth, or of the worst letter."""
    if sample.part is None or contrast.min() >= READABLE_CONTRAST:
        return float(contrast.min())
    # What is hidden is not hard to read, and px at the edge of what hides it are mixed of both.
    visible = np.rint(sample.measure_visible() * np.float32(255)).astype(np.int64)
    ink = np.asarray(_draw_letters(layer, sample.part), np.int64) * np.where(visible < 255 * _VISIBLE_MIN, 0, visible)
    if not (total := int(ink.sum())):
        return math.inf  # beyond the frame, or hidden
    worst = weighted_quantile(contrast, ink, UNREADABLE_MAX)
    bad: Weights = ink * (contrast < READABLE_CONTRAST)
    if worst < READABLE_CONTRAST or int(bad.sum()) <= _SPECKS_MAX * total:
        return worst
    side = max(2, round(_CELL_EMS * layer.size * sample.part.zoom))
    cell = find_worst_cell(bad, ink, side)
    return weighted_quantile(contrast[cell], bad[cell], 0.5) if cell else worst


def _measure_shadow_contrast(layer: TextLayer, sample: Sample, product: RGB) -> float:
    """Return the contrast of letters or outline with the shadow around them, where that is strongest."""
    if sample.part:
        sample = sample.enlarge(_choose_enlargement(layer, sample.part))
    part, shadow = sample.part or _choose_shadow_view(layer), layer.source.shadow
    cast = cast_shadow(layer, shadow, part) if part and shadow else None
    if not part or not shadow or not cast:
        return 1.0
    mask, covered = cast
    whole = Image.new("L", (part.width, part.height))
    whole.paste(mask, (covered.left - part.left, covered.top - part.top))
    alpha = np.asarray(whole, np.float32) * np.float32(1 / 255)  # with the shadow's opacity
    ground = measure_luminance(sample.show_color(parse_hex(shadow.color), product, alpha))
    edge = measure_luminance(sample.show_color(_find_outline(layer) or layer.color, product))
    letters = _draw_letters(layer, part)
    around = find_edges(np.asarray(letters, np.int64))
    return weighted_quantile(measure_contrast(edge, ground), around, 1 - _SHADOW_SHARE) if around.any() else 1.0


def _choose_enlargement(layer: TextLayer, part: Viewport) -> int:
    by_em = math.ceil(_SHADOW_EM / (layer.size * part.zoom))
    return max(1, min(by_em, math.isqrt(_SHADOW_PIXELS // (part.width * part.height))))


def _choose_shadow_view(layer: TextLayer) -> Viewport | None:
    bounds = layer.drawn_bounds
    if bounds is None:
        return None
    area = max(bounds.width * bounds.height, _SHADOW_PIXELS / _ZOOM_MAX**2)
    zoom = min(_SHADOW_EM / layer.size, math.sqrt(_SHADOW_PIXELS / area))
    left, top = math.floor(bounds.left * zoom), math.floor(bounds.top * zoom)
    return Viewport(zoom, left, top, math.ceil(bounds.right * zoom) - left, math.ceil(bounds.bottom * zoom) - top)


def _draw_letters(layer: TextLayer, part: Viewport) -> Image.Image:
    """Return the coverage of the letters that have no colours of their own, and of their outline."""
    mask = rasterize_glyphs(layer.origin, split_by_color(layer)[0], part)
    if layer.outline_runs:
        mask = ImageChops.lighter(mask, rasterize_glyphs(layer.origin, layer.outline_runs, part))
    return mask
