"""Relative luminance and contrast of many pixels at once: the numbers of `color.srgb`, to the last bit."""

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.srgb import RGB, relative_luminance

FloatArray = NDArray[np.float64]
Uint8Array = NDArray[np.uint8]

# The part of each channel in the luminance, by its value.
_RED = np.array([relative_luminance((level, 0, 0)) for level in range(256)])
_GREEN = np.array([relative_luminance((0, level, 0)) for level in range(256)])
_BLUE = np.array([relative_luminance((0, 0, level)) for level in range(256)])


def measure_luminance(pixels: Uint8Array) -> FloatArray:
    """Return the relative luminance (WCAG 2.2) of RGB pixels: shape (..., 3) becomes (...)."""
    luminance: FloatArray = _RED.take(pixels[..., 0]) + _GREEN.take(pixels[..., 1]) + _BLUE.take(pixels[..., 2])
    return luminance


def measure_contrast(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the contrast ratio (WCAG 2.2) of luminances, 1 to 21."""
    contrast: FloatArray = (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)
    return contrast


def find_light(pixels: Uint8Array) -> NDArray[np.bool_]:
    """Tell of each RGB pixel whether `choose_ink` takes black on it."""
    light: NDArray[np.bool_] = pixels.astype(np.int32) @ np.array([299, 587, 114], np.int32) > 127_500
    return light


def average_color(pixels: Uint8Array, weights: NDArray[np.int64]) -> RGB:
    """Return the average of RGB pixels, (h, w, 3), by weights, (h, w), of which some are above 0."""
    total = int(weights.sum())
    sums = (pixels.astype(np.int64) * weights[..., None]).sum(axis=(0, 1))
    red, green, blue = (int((2 * value + total) // (2 * total)) for value in sums)
    return red, green, blue
