"""Sines, cosines and lengths with the same last bit on every processor.

`math.sin` and its like are the C library's, which has other code for processors that multiply and add in one step, and
numpy has its own for some. Sums, products, quotients, square roots and rounding are exact by IEEE 754, so what is made
of these alone decides the same px everywhere. The polynomials are those of fdlibm (k_sin.c, k_cos.c), whose result is
off by less than one unit in the last place.
"""

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Number = TypeVar("Number", float, FloatArray)

_SIN = (
    *(-1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04),
    *(2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10),
)
_COS = (
    *(4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05),
    *(-2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11),
)
# A quarter turn as a sum (e_rem_pio2.c); the first two have 33 bits, so that some thousands of quarters are exact.
_QUARTER = 1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21
_ANGLE_MAX = 1_000 * math.tau


def cos_sin(angle: float) -> tuple[float, float]:
    """Return cosine and sine of an angle in radians; exact to two units in the last place up to a thousand turns."""
    if abs(angle) > _ANGLE_MAX:
        angle = math.fmod(angle, math.tau)
    quarters = round(angle / (math.pi / 2))
    turn = angle - quarters * _QUARTER[0] - quarters * _QUARTER[1] - quarters * _QUARTER[2]
    square = turn * turn
    sin, cos = turn + turn * square * _sum_powers(_SIN, square), _near_cos(square)
    return ((cos, sin), (-sin, cos), (-cos, -sin), (sin, -cos))[quarters % 4]


def sines(angles: FloatArray) -> FloatArray:
    """Return the sines of angles in radians: those of `cos_sin`, to the last bit."""
    if np.abs(angles).max(initial=0.0) > _ANGLE_MAX:
        angles = np.where(np.abs(angles) > _ANGLE_MAX, np.fmod(angles, math.tau), angles)
    quarters = np.rint(angles / (math.pi / 2))
    turn = angles - quarters * _QUARTER[0] - quarters * _QUARTER[1] - quarters * _QUARTER[2]
    square = turn * turn
    number = quarters.astype(np.int64)
    near: FloatArray = turn + turn * square * _sum_powers(_SIN, square)
    if number.any():
        near = np.where(number & 1, _near_cos(square), near)
        near = np.where(number & 2, -near, near)
    return near


def lengths(vectors: FloatArray) -> FloatArray:
    """Return the lengths of vectors: shape (..., 2) becomes (...)."""
    x, y = vectors[..., 0], vectors[..., 1]
    found: FloatArray = np.sqrt(x * x + y * y)
    return found


def _near_cos(square: Number) -> Number:
    """Return the cosine of an angle of at most an eighth of a turn, given its square."""
    half = 0.5 * square
    whole = 1.0 - half
    # What is lost by the subtraction is added again.
    return whole + ((1.0 - whole - half) + square * square * _sum_powers(_COS, square))


def _sum_powers(factors: tuple[float, ...], value: Number) -> Number:
    total = factors[-1] + 0.0 * value
    for factor in factors[-2::-1]:
        total = factor + value * total
    return total
