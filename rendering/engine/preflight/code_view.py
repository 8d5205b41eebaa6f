"""What is seen at each module of a QR code, among the other layers and on a product."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.luminance import measure_luminance
from rendering.engine.color.srgb import RGB, relative_luminance
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout.qr import QrLayer
from rendering.engine.paint.sample import Sample


class ModuleView(NamedTuple):
    """What is seen at each module, quiet zone included, on one product: shape (n, n).

    `dark` and `light` are the luminance if the module is dark or light, `visible` is how much of it is not hidden, and
    `uncovered` how much no letters cover.
    """

    dark: NDArray[np.floating]
    light: NDArray[np.floating]
    visible: NDArray[np.floating]
    uncovered: NDArray[np.floating]

    @property
    def is_uniform(self) -> bool:
        """Tell whether all modules are seen alike: nothing around the code changes them."""
        arrays = (self.dark, self.light, self.visible, self.uncovered)
        return all(float(np.ptp(array)) == 0 for array in arrays)

    @property
    def difference(self) -> NDArray[np.floating]:
        """By how much light modules are lighter than dark ones."""
        return self.light - self.dark


def view_modules(layer: QrLayer, sample: Sample, product: RGB) -> ModuleView:
    """Return what is seen of a code on a product of a colour."""
    dark = measure_luminance(sample.show_color(layer.color, product))
    light = measure_luminance(
        sample.show_color(layer.background, product) if layer.background else sample.show_ground(product)
    )
    values = dark, light, sample.measure_visible(), sample.measure_uncovered()
    return ModuleView(*_take_modules(layer, sample.part, values))


def _take_modules(
    layer: QrLayer, part: Viewport | None, arrays: Sequence[NDArray[np.floating]]
) -> Iterator[NDArray[np.floating]]:
    """Yield the values of each array at the centre of each module, or at the nearest px within the frame."""
    side = layer.modules_per_side
    if part:
        centers = (np.arange(side) + 0.5) * layer.module_size
        x, y = (layer.box.left + centers)[None, :], (layer.box.top + centers)[:, None]
        cos, sin, dx, dy = layer.transform
        columns = np.floor((x * cos - y * sin + dx) * part.zoom).astype(int) - part.left
        rows = np.floor((x * sin + y * cos + dy) * part.zoom).astype(int) - part.top
        places = np.clip(rows, 0, part.height - 1), np.clip(columns, 0, part.width - 1)
    for array in arrays:
        yield array[places] if part and array.size > 1 else np.full((side, side), array[0, 0])


def view_uniform(layer: QrLayer, ground: RGB) -> ModuleView:
    """Return what is seen of a code with nothing around it."""
    shape = layer.modules_per_side, layer.modules_per_side
    dark, light = np.full(shape, relative_luminance(layer.color)), np.full(shape, relative_luminance(ground))
    return ModuleView(dark, light, np.ones(shape), np.ones(shape))
