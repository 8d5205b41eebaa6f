"""What is seen at each module of a QR code, among the other layers and on a product."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.luminance import measure_luminance
from rendering.engine.color.srgb import RGB, relative_luminance
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
    """Return what is seen of a code on a product of a colour, by a sample that `pick_modules` returned."""
    dark = measure_luminance(sample.show_color(layer.color, product))
    light = measure_luminance(
        sample.show_color(layer.background, product) if layer.background else sample.show_ground(product)
    )
    values: tuple[NDArray[np.floating], ...] = dark, light, sample.measure_visible(), sample.measure_uncovered()
    side = layer.modules_per_side
    return ModuleView(*(np.broadcast_to(each, (side, side)) for each in values))


def pick_modules(layer: QrLayer, sample: Sample) -> Sample:
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


def view_uniform(layer: QrLayer, ground: RGB) -> ModuleView:
    """Return what is seen of a code with nothing around it."""
    shape = layer.modules_per_side, layer.modules_per_side
    dark, light = np.full(shape, relative_luminance(layer.color)), np.full(shape, relative_luminance(ground))
    return ModuleView(dark, light, np.ones(shape), np.ones(shape))
