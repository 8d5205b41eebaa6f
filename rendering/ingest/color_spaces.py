"""Colour spaces told by numbers instead of a profile: H.273 codes (PNG's cICP, HEIF's nclx), gAMA and cHRM, EXIF.

`child.py` loads this file by its path: standard library only. Where the standards leave a choice, Chromium's is taken.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

Matrix = tuple[tuple[float, float, float], ...]
"""3 × 3, row by row."""


class ColorSpace(NamedTuple):
    """An RGB colour space.

    `chromaticities`: x and y of white, red, green and blue. `curve`: "pq", "hlg", or (g, a, b, c, d) of the function
    from an encoded value to light: (a v + b)^g from v = d on, c v below (ICC.1:2022, 10.18, type 3).
    """

    chromaticities: tuple[float, ...]
    curve: tuple[float, ...] | str

    @property
    def is_hdr(self) -> bool:
        """Whether it holds light brighter than white, so that it must be tone-mapped."""
        return isinstance(self.curve, str)


D65, WHITE_C, WHITE_E, DCI_WHITE = (0.3127, 0.329), (0.31, 0.316), (1 / 3, 1 / 3), (0.314, 0.351)
_BT709, _SMPTE170M = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06), (0.63, 0.34, 0.31, 0.595, 0.155, 0.07)
_P3 = (0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
BT709, BT2020 = (*D65, *_BT709), (*D65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046)
_PRIMARIES = {  # H.273, table 2
    1: BT709,
    4: (*WHITE_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*D65, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06),
    6: (*D65, *_SMPTE170M),
    7: (*D65, *_SMPTE170M),
    8: (*WHITE_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: BT2020,
    10: (*WHITE_E, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    11: (*DCI_WHITE, *_P3),
    12: (*D65, *_P3),
    22: (*D65, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077),
}


def _power(gamma: float, scale: float = 1.0) -> tuple[float, ...]:
    return gamma, scale, 0.0, 0.0, 0.0


SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
PQ, HLG = "pq", "hlg"
_TRANSFERS: dict[int, tuple[float, ...] | str] = {  # H.273, table 3
    **dict.fromkeys((1, 6, 11, 14, 15), _power(2.4)),  # as a screen shows video (BT.1886), not as a camera encodes it
    4: _power(2.2),
    5: _power(2.8),
    7: (1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 0.25, 0.0912),
    8: _power(1.0),
    13: SRGB_CURVE,
    16: PQ,
    17: _power(2.6, (52.37 / 48) ** (1 / 2.6)),
    18: HLG,
}
SRGB = ColorSpace(BT709, SRGB_CURVE)
_VIDEO_TRANSFERS = {1, 6, 14, 15}
_UNSPECIFIED = 2
ADOBE_RGB = ColorSpace((*D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06), _power(563 / 256))  # Adobe RGB (1998), 4.3
_NEUTRAL_GAMMA = 0.05  # the part by which a gamma may differ from 1 / 2.2 and still stand for sRGB's curve


def read_codes(primaries: int, transfer: int, *, of_photo: bool = False) -> ColorSpace | None:
    """Return the colour space of H.273 codes; None for reserved and unspecified ones.

    `of_photo`: HEIC files often name video's curve and mean sRGB's.
    """
    if of_photo and transfer in _VIDEO_TRANSFERS | {_UNSPECIFIED}:
        transfer = 13
    if of_photo and primaries == _UNSPECIFIED:
        primaries = 1
    if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
        return None
    return ColorSpace(_PRIMARIES[primaries], _TRANSFERS[transfer])


def read_gamma(gamma: int, chromaticities: Sequence[int] | None) -> ColorSpace | None:
    """Return the colour space of PNG's gAMA and cHRM (100,000 times the values); None where they say nothing.

    Chromaticities alone are ignored, and a gamma of about 1 / 2.2 alone stands for sRGB, as in Chromium.
    """
    if gamma <= 0:
        return None
    found = tuple(value / 100_000 for value in chromaticities or ())
    if found and not _is_plausible(found):
        return None
    if not found and abs(gamma * 2.2 / 100_000 - 1) <= _NEUTRAL_GAMMA:
        return None
    return ColorSpace(found or BT709, _power(100_000 / gamma))


def _is_plausible(chromaticities: tuple[float, ...]) -> bool:
    """Tell whether colours of these chromaticities can be converted."""
    if len(chromaticities) != 8 or not all(0 <= value <= 1 for value in chromaticities):
        return False
    try:
        to_xyz = matrix_to_xyz(chromaticities)
    except ZeroDivisionError:
        return False
    return all(abs(value) < 4 for row in to_xyz for value in row)


def matrix_to_xyz(chromaticities: Sequence[float]) -> Matrix:
    """Return the matrix from linear RGB to XYZ relative to D50 (Bradford); ZeroDivisionError if there is none."""
    (white_x, white_y), *corners = zip(chromaticities[::2], chromaticities[1::2], strict=True)
    white = (white_x / white_y, 1.0, (1 - white_x - white_y) / white_y)
    primaries = tuple(zip(*((x, y, 1 - x - y) for x, y in corners), strict=True))
    amounts = _apply(_invert(primaries), white)
    scaled = tuple(tuple(value * amount for value, amount in zip(row, amounts, strict=True)) for row in primaries)
    cone_white, cone_d50 = _apply(_BRADFORD, white), _apply(_BRADFORD, _D50)
    gains = tuple(wanted / given for wanted, given in zip(cone_d50, cone_white, strict=True))
    adapted = tuple(tuple(gain * value for value in row) for gain, row in zip(gains, _BRADFORD, strict=True))
    return _multiply(_invert(_BRADFORD), _multiply(adapted, scaled))


def convert_matrix(chromaticities: Sequence[float], wanted: Sequence[float]) -> Matrix:
    """Return the matrix from linear RGB of one space to that of another."""
    return _multiply(_invert(matrix_to_xyz(wanted)), matrix_to_xyz(chromaticities))


def build_profile(space: ColorSpace) -> bytes:
    """Return an ICC profile (ICC.1:2022, version 4) of a space that is not HDR."""
    curve = b"para\0\0\0\0" + struct.pack(">HH5i", 3, 0, *(_to_fixed(float(value)) for value in space.curve))
    tags = {b"desc": _text("RGB"), b"cprt": _text("-"), b"wtpt": _xyz(_D50)}
    columns = zip(*matrix_to_xyz(space.chromaticities), strict=True)
    tags |= {name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"none", 0x04400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _xyz(_D50)[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _multiply(one: Sequence[Sequence[float]], other: Sequence[Sequence[float]]) -> Matrix:
    """Return the product of two matrices."""
    return tuple(_apply(tuple(zip(*other, strict=True)), row) for row in one)


_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))


def _apply(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> tuple[float, float, float]:
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def _invert(matrix: Sequence[Sequence[float]]) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    cofactors = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    determinant = a * cofactors[0][0] + b * cofactors[1][0] + c * cofactors[2][0]
    return tuple((x / determinant, y / determinant, z / determinant) for x, y, z in cofactors)


def _to_fixed(value: float) -> int:
    """Return a number as ICC's s15Fixed16Number."""
    return round(min(max(value, -32768.0), 32767.0) * 65536)


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(_to_fixed(value) for value in values))


def _text(text: str) -> bytes:
    data = b"".join(b"\0" + bytes((ord(letter),)) for letter in text)  # the codec cannot be loaded any more
    return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(data), 28) + data
