"""Findings about how a QR code looks: covered, or without contrast to what is really beneath it."""

import math
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.luminance import measure_luminance
from rendering.engine.color.srgb import RGB, relative_luminance
from rendering.engine.layout.placed import Layout
from rendering.engine.layout.qr import QrLayer
from rendering.engine.layout.qr_blocks import measure_damage
from rendering.engine.layout.qr_symbol import DAMAGE_MAX
from rendering.engine.paint.sample import Sample
from rendering.engine.values import Finding

QR_CONTRAST_MIN = 0.4  # difference in reflectance; grade C of ISO/IEC 15415, below which many readers fail
FAINT_MAX = 0.02  # of the modules that may have less; error correction has other tasks too
_VISIBLE_MIN = 0.5  # of a module that is not hidden
_UNCOVERED_MIN = 0.7  # of a module that letters touch; whatever their colour, in part it is wrong
_WHOLE_MIN = 0.75  # of the module that is hidden least
_QUIET_NEEDED = 2  # modules
_QUIET_WRONG_MAX = 0.02  # of these
_FINDER_SIDE = 8  # modules of a finder pattern and the light line beside it
_FINDER_UNCOVERED_MIN = 0.9  # of a module of these
_LIKENESS = 0.35  # of the difference between dark and light; as far as a module may be from its own brightness


class _Seen(NamedTuple):
    """What is seen at each module, quiet zone included, on one product: shape (n, n).

    `dark` and `light` are the luminance if the module is dark or light, `visible` is how much of it is not hidden, and
    `uncovered` how much no letters cover.
    """

    dark: NDArray[np.floating]
    light: NDArray[np.floating]
    visible: NDArray[np.floating]
    uncovered: NDArray[np.floating]

    @property
    def difference(self) -> NDArray[np.floating]:
        """By how much light modules are lighter than dark ones."""
        return self.light - self.dark


def inspect_code(layer: QrLayer, layout: Layout, sample: Sample | None) -> Iterator[Finding]:
    """Yield the finding that a code is covered, has too little contrast, or is light on dark; at most one of them."""
    finding = partial(Finding, layer=layer.index, placement=layout.placement)
    if sample is None:
        ground = layer.background or layout.background.color or layout.product_color
        if ground:
            yield from _report_difference(relative_luminance(ground) - relative_luminance(layer.color), finding)
        return
    modules = _pick_modules(layer, sample)
    views = [_view_modules(layer, modules, product) for product in sample.products]
    if all(_is_covered(layer, seen) for seen in views):
        message = "The QR code is partly covered by other layers, too much for readers. Move it up, or what covers it."
        yield finding("code_covered", "warning", message)
    else:
        yield from _report_difference(max((_measure_difference(layer, seen) for seen in views), key=abs), finding)


def _report_difference(difference: float, finding: "partial[Finding]") -> Iterator[Finding]:
    """Yield a finding about the difference in reflectance; it is negative if dark modules are the lighter ones."""
    if abs(difference) < QR_CONTRAST_MIN:
        ratio = math.floor(abs(difference) * 100) / 100
        message = (
            f"The QR code is hard to read on what is beneath it: their brightness differs by {ratio:.0%}; "
            f"{QR_CONTRAST_MIN:.0%} are needed. Choose a darker colour, or a lighter background."
        )
        yield finding("low_contrast", "warning", message, measured=ratio, required=QR_CONTRAST_MIN)
    elif difference < 0:
        yield finding(
            "light_on_dark",
            "warning",
            "The QR code is lighter than its background; many readers cannot read it. Swap the colours.",
        )


def _view_modules(layer: QrLayer, sample: Sample, product: RGB) -> _Seen:
    dark = measure_luminance(sample.show_color(layer.color, product))
    light = measure_luminance(
        sample.show_color(layer.background, product) if layer.background else sample.show_ground(product)
    )
    values: tuple[NDArray[np.floating], ...] = dark, light, sample.measure_visible(), sample.measure_uncovered()
    side = layer.modules_per_side
    return _Seen(*(np.broadcast_to(each, (side, side)) for each in values))


def _pick_modules(layer: QrLayer, sample: Sample) -> Sample:
    """Return the sample of the px at the centre of each module, or of the nearest within the frame."""
    part = sample.part
    if part is None:
        return sample
    centers = (np.arange(layer.modules_per_side) + 0.5) * layer.module_size
    x, y = (layer.box.left + centers)[None, :], (layer.box.top + centers)[:, None]
    cos, sin, dx, dy = layer.transform
    columns = np.floor((x * cos - y * sin + dx) * part.zoom).astype(int) - part.left
    rows = np.floor((x * sin + y * cos + dy) * part.zoom).astype(int) - part.top
    return sample.pick(np.clip(rows, 0, part.height - 1), np.clip(columns, 0, part.width - 1))


def _is_covered(layer: QrLayer, seen: _Seen) -> bool:
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


def _looks_right(seen: _Seen, expected: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell of each hidden module whether what covers it is about as dark or light as it should be."""
    open_modules = hidden if hidden.all() else ~hidden
    count = int(open_modules.sum())
    dark, light = (float(np.sort(values[open_modules])[count // 2]) for values in (seen.dark, seen.light))
    darkness = (np.where(expected, seen.dark, seen.light) - light) / ((dark - light) or 1.0)
    right: NDArray[np.bool_] = np.where(expected, darkness, 1 - darkness) > 1 - _LIKENESS
    return right


def _measure_difference(layer: QrLayer, seen: _Seen) -> float:
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
