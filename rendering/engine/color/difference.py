"""CIELAB, and the difference of colours as people see it (CIEDE2000)."""

import functools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rendering.engine.color.srgb import RGB

FloatArray = NDArray[np.float64]

# sRGB to XYZ, adapted to D50 by Bradford, the white that CIELAB values of prints refer to (ISO 13655).
_TO_XYZ = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
_FROM_XYZ = np.linalg.inv(_TO_XYZ)
WHITE_XYZ = np.array([0.96422, 1.0, 0.82521])
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27
_25_TO_7 = 25.0**7


def xyz_to_lab(xyz: FloatArray) -> FloatArray:
    """Return L*, a*, b* of XYZ values under D50: shape (..., 3)."""
    scaled = xyz / WHITE_XYZ
    f = np.where(scaled > _EPSILON, np.cbrt(scaled), (_KAPPA * scaled + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def lab_to_xyz(lab: FloatArray) -> FloatArray:
    """Return the XYZ values under D50 of L*, a*, b*: shape (..., 3)."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz: FloatArray = np.where(f**3 > _EPSILON, f**3, (116 * f - 16) / _KAPPA) * WHITE_XYZ
    return xyz


def rgb_to_lab(colors: Sequence[RGB] | NDArray[np.uint8]) -> FloatArray:
    """Return L*, a*, b* of sRGB colours, 0 to 255: shape (..., 3)."""
    levels = np.asarray(colors, np.float64) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return xyz_to_lab(linear @ _TO_XYZ.T)


def lab_to_rgb(lab: FloatArray) -> RGB:
    """Return the sRGB colour of one L*, a*, b*; channels beyond sRGB are clipped."""
    linear = np.clip(lab_to_xyz(lab) @ _FROM_XYZ.T, 0, 1)
    levels = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(float(level) * 255) for level in levels)
    return red, green, blue


def measure_difference(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return CIEDE2000 of L*, a*, b* values (Sharma, Wu and Dalal 2005), shape (..., 3) becomes (...)."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_c7 / (mean_c7 + _25_TO_7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = np.where(c1 * c2 == 0, 0.0, (h2 - h1 + 180) % 360 - 180)
    mean_h = np.where(c1 * c2 == 0, h1 + h2, (h1 + turn / 2) % 360)
    delta_l, delta_c = l2 - l1, c2 - c1
    delta_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    lightness = (mean_l - 50) ** 2
    weigh_l = 1 + 0.015 * lightness / np.sqrt(20 + lightness)
    weigh_c, weigh_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = (
        -2
        * np.sqrt(mean_c**7 / (mean_c**7 + _25_TO_7))
        * np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    )
    by_l, by_c, by_h = delta_l / weigh_l, delta_c / weigh_c, delta_h / weigh_h
    squares: FloatArray = by_l**2 + by_c**2 + by_h**2 + rotation * by_c * by_h
    return np.sqrt(np.maximum(squares, 0))


@functools.lru_cache(4096)
def color_difference(one: RGB, other: RGB) -> float:
    """Return CIEDE2000 of two sRGB colours: below 1 nobody sees it, above 5 nobody overlooks it."""
    difference = float(measure_difference(rgb_to_lab([one]), rgb_to_lab([other]))[0])
    return 0.0 if math.isnan(difference) else difference
