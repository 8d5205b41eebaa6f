"""Findings about how a QR code looks: covered, or without contrast to what is really beneath it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.difference import color_difference
from rendering.engine.color.srgb import WHITE
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.layout.qr_blocks import measure_damage
from rendering.engine.layout.qr_symbol import DAMAGE_MAX
from rendering.engine.paint.sample import Sample, sample_uniform
from rendering.engine.preflight.code_fixes import enlarge_code
from rendering.engine.preflight.code_reading import CAMERA_BLUR, DAMAGE_LIMIT, Reading, read_code
from rendering.engine.preflight.code_view import ModuleView, pick_modules, view_modules, view_uniform
from rendering.engine.preflight.product_ground import SAME_MAX, describe_invisible, lies_on_product, show_on_product
from rendering.engine.values import Finding, Fix

QR_CONTRAST_MIN = 0.4  # difference in reflectance; grade C of ISO/IEC 15415, below which many readers fail
FAINT_MAX = 0.02  # of the modules that may have less; error correction has other tasks too
_VISIBLE_MIN = 0.5  # of a module that is not hidden
_UNCOVERED_MIN = 0.7  # of a module that letters touch; whatever their colour, in part it is wrong
_WHOLE_MIN = 0.75  # of the module that is hidden least
_QUIET_NEEDED = 2  # modules
_QUIET_WRONG_MAX = 0.02  # of these
_FINDER_SIDE = 8  # modules of a finder pattern and the light line beside it
_FINDER_UNCOVERED_MIN = 0.9  # of a module of these
_BLUR_HARMLESS = 0.4  # modules, of a blur that leaves a single module more than the modulation that readers need
_LIKENESS = 0.35  # of the difference between dark and light; as far as a module may be from its own brightness


def inspect_code(layer: QrLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield the finding that a code is covered, has too little contrast, or is light on dark; at most one of them."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if sample is None and layout.has_clear_inks:
        sample = sample_uniform(layer, (), layout)
    if sample is None:
        ground = layer.background or layout.background.color or layout.product_color
        if ground is None:
            return  # on some product
        views = [view_uniform(layer, ground)]
    else:
        sample = pick_modules(layer, sample)
        views = [view_modules(layer, sample, product) for product in sample.products]
    if all(_is_covered(layer, seen) for seen in views):
        yield finding(
            "code_covered",
            "warning",
            "The QR code is partly covered by other layers, too much for readers. Move it up, or what covers it.",
            operator_message="Layers above hide more of the code than error correction repairs, or a finder pattern.",
        )
        return
    difference = max((_measure_difference(layer, seen) for seen in views), key=abs)
    if abs(difference) < QR_CONTRAST_MIN or difference < 0:
        yield _report_difference(layer, layout, sample, difference)
    else:
        yield from _inspect_reading(layer, layout, views)


def _report_difference(layer: QrLayer, layout: Layout, sample: Sample | None, difference: float) -> Finding:
    """Return the finding about the difference in reflectance; it is negative if dark modules are the lighter ones."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement, fix=_fix_colors(layer, layout, sample))
    ratio = math.floor(abs(difference) * 100) / 100
    if abs(difference) >= QR_CONTRAST_MIN:
        return finding(
            "light_on_dark",
            "warning",
            "The QR code is lighter than its background; many readers cannot read it. Swap the colours.",
            operator_message=f"Modules reflect {ratio:.0%} more than their ground: the code is inverted.",
        )
    product = layout.product_color
    seen = show_on_product(layer.color, 1.0, layout)
    is_bare = layer.background is None and product is not None and lies_on_product(layer, layout)
    if is_bare and product and color_difference(seen, product) <= SAME_MAX:
        message, operator, measured = describe_invisible("QR code", seen, product)
        return finding(
            "invisible_on_product",
            "warning",
            message,
            measured=measured,
            required=SAME_MAX,
            operator_message=operator,
        )
    return finding(
        "low_contrast",
        "warning",
        f"The QR code is hard to read on what is beneath it: their brightness differs by {ratio:.0%}; "
        f"{QR_CONTRAST_MIN:.0%} are needed. Choose a darker colour, or a lighter background.",
        measured=ratio,
        required=QR_CONTRAST_MIN,
        operator_message=f"Symbol contrast is {ratio:.0%} (ISO/IEC 15415), {QR_CONTRAST_MIN:.0%} is required.",
    )


def _fix_colors(layer: QrLayer, layout: Layout, sample: Sample | None) -> Fix | None:
    """Return the one colour with which a code can be read: black modules, or a white background."""
    judged = sample or sample_uniform(layer, (), layout)
    for field, value in (("color", "#000000"), ("background", "#FFFFFF")):
        source = layer.source.model_copy(update={field: value})
        background = WHITE if field == "background" else layer.background
        changed = replace(layer, source=source, background=background)
        views = (view_modules(changed, judged, product) for product in judged.products)
        if max(_measure_difference(changed, seen) for seen in views) >= QR_CONTRAST_MIN:
            return Fix(field, value)
    return None


def _inspect_reading(layer: QrLayer, layout: Layout, views: Sequence[ModuleView]) -> Iterator[Finding]:
    """Yield a finding if a code cannot be read at arm's length, as the technique prints it."""
    blur = math.hypot(layout.area.technique.blur_mm, CAMERA_BLUR)
    is_even = any(seen.is_uniform for seen in views)
    if (is_even and blur <= _BLUR_HARMLESS * layer.module_size) or not layer.plate.is_readable:
        return  # logo_too_large says it
    reading = min((read_code(layer, seen.dark, seen.light, blur) for seen in views), key=_rank_reading)
    if reading.is_readable:
        return
    size = math.floor(layer.module_size * 1000) / 1000
    needed, broken = blur / _BLUR_HARMLESS, "" if reading.has_finders else ", and a finder pattern"
    yield Finding(
        "code_unreadable",
        "warning",
        "A phone will not be able to read the QR code in print. Make it larger, or put it on a plain ground.",
        layer.index,
        reading.share,
        DAMAGE_LIMIT,
        layout.placement,
        operator_message=(
            f"At modules of {size:g} mm and a blur of {blur:.2f} mm, {reading.share:.0%} of what error correction "
            f"repairs is wrong{broken}; at most {DAMAGE_LIMIT:.0%} is safe."
        ),
        fix=enlarge_code(layer, layout, needed) if is_even and layer.module_size < needed else None,
    )


def _rank_reading(reading: Reading) -> tuple[bool, float]:
    return not reading.has_finders, reading.damage


def _is_covered(layer: QrLayer, seen: ModuleView) -> bool:
    """Tell whether layers above hide more modules than error correction can repair, a finder pattern, or the margin."""
    lettered = seen.uncovered < _UNCOVERED_MIN
    hidden, quiet = (seen.visible < _VISIBLE_MIN) | lettered, layer.source.quiet
    if not hidden.any():
        return False
    modules = np.frombuffer(b"".join(layer.modules), np.bool_).reshape(len(layer.modules), -1)
    wrong = lettered | (hidden & ~_looks_right(seen, np.pad(modules, quiet), hidden))
    near = slice(max(0, quiet - _QUIET_NEEDED), quiet + len(modules) + _QUIET_NEEDED)
    code = slice(quiet, quiet + len(modules))
    inner = wrong[code, code]
    margin_wrong = int(wrong[near, near].sum()) - int(inner.sum())
    if margin_wrong > _QUIET_WRONG_MAX * (wrong[near, near].size - modules.size):
        return True
    touched = inner | (seen.uncovered[code, code] < _FINDER_UNCOVERED_MIN)
    if _has_broken_finder(touched):
        return True
    return bool((inner & ~layer.plate_modules).any()) and (
        measure_damage(inner | layer.plate_modules, layer.symbol.level) > DAMAGE_MAX
    )


def _has_broken_finder(wrong: NDArray[np.bool_]) -> bool:
    """Tell whether more than a speck of a finder pattern, or of the light line beside it, is wrong."""
    side = _FINDER_SIDE
    finders = wrong[:side, :side], wrong[:side, -side:], wrong[-side:, :side]
    return any(int(finder.sum()) > 1 for finder in finders)


def _looks_right(seen: ModuleView, expected: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell of each hidden module whether what covers it is about as dark or light as it should be."""
    open_modules = hidden if hidden.all() else ~hidden
    count = int(open_modules.sum())
    dark, light = (float(np.sort(values[open_modules])[count // 2]) for values in (seen.dark, seen.light))
    darkness = (np.where(expected, seen.dark, seen.light) - light) / ((dark - light) or 1.0)
    right: NDArray[np.bool_] = np.where(expected, darkness, 1 - darkness) > 1 - _LIKENESS
    return right


def _measure_difference(layer: QrLayer, seen: ModuleView) -> float:
    """Return the difference in reflectance of almost all modules that are not hidden; 0 if it changes its sign.

    Of the quiet zone, only what no reader can do without is measured.
    """
    edge = max(0, layer.source.quiet - _QUIET_NEEDED)
    inner = slice(edge, layer.modules_per_side - edge)
    difference, visible = seen.difference[inner, inner], seen.visible[inner, inner]
    # Modules at the edge of what covers others look darker or lighter than any reader sees them.
    values = np.sort(difference[visible >= _WHOLE_MIN * float(visible.max())])
    few = int(FAINT_MAX * len(values))
    lowest, highest = float(values[few]), float(values[-1 - few])
    return max(lowest, 0.0) if lowest + highest >= 0 else min(highest, 0.0)
