"""The sRGB profile of JPEG and WebP files, which have no shorter way to name their colour space.

Built by hand (ICC.1:2022, IEC 61966-2-1) because its bytes are part of published files and must not change. The one
that Pillow makes (`ImageCms.createProfile`) has 588 bytes instead of 480, and the time of day in its header. Even with
that time fixed, LittleCMS decides on the other bytes, so an upgrade could change files, and so would the switch itself.
Decision 20 says which files have a profile.
"""

import struct
from collections.abc import Sequence

_D50 = (0.9642, 1.0, 0.8249)  # X, Y, Z of the white point of the profile connection space (ICC.1:2022, 7.2.16)
# Bradford chromatic adaptation from D65, the white of sRGB, to D50; and X, Y, Z of the three primaries after it.
_ADAPTATION = (1.047886, 0.022919, -0.050216, 0.029582, 0.990484, -0.017079, -0.009252, 0.015073, 0.751678)
_PRIMARIES = {
    b"rXYZ": (0.436041, 0.222485, 0.013920),
    b"gXYZ": (0.385113, 0.716905, 0.097067),
    b"bXYZ": (0.143046, 0.060610, 0.713913),
}
_CURVE = (
    2.4,
    1 / 1.055,
    0.055 / 1.055,
    1 / 12.92,
    0.04045,
)  # g, a, b, c, d of parametricCurveType 3: (a x + b)^g for x >= d, else c x
# Size, version, class, colour space, connection space, date, signature, white point (7.2); what stays 0 is padding.
_HEADER = struct.Struct(">I4xI4s4s4s6H4s28x3i48x")
_VERSION = 0x04400000  # 4.4


def _fixed_numbers(values: Sequence[float]) -> bytes:
    """Return numbers as s15Fixed16Number (4.6)."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _text_tag(text: str) -> bytes:
    """Return a multiLocalizedUnicodeType of one English text."""
    data = text.encode("utf-16-be")
    return struct.pack(">4s4xII4sII", b"mluc", 1, 12, b"enUS", len(data), 28) + data


def _build_profile() -> bytes:
    curve = struct.pack(">4s4xHH", b"para", 3, 0) + _fixed_numbers(_CURVE)
    tags = {
        b"desc": _text_tag("sRGB"),
        b"cprt": _text_tag("CC0"),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed_numbers(_D50),
        b"chad": b"sf32\0\0\0\0" + _fixed_numbers(_ADAPTATION),
        **{name: b"XYZ \0\0\0\0" + _fixed_numbers(primary) for name, primary in _PRIMARIES.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    size, offsets, body = _HEADER.size + 4 + 12 * len(tags), {}, []
    for data in dict.fromkeys(tags.values()):  # the three curves share their data
        offsets[data] = size
        body.append(data + bytes(-len(data) % 4))
        size += len(body[-1])
    index = (struct.pack(">4sII", name, offsets[data], len(data)) for name, data in tags.items())
    date = (2026, 1, 1, 0, 0, 0)
    white = struct.unpack(">3i", _fixed_numbers(_D50))
    header = _HEADER.pack(size, _VERSION, b"mntr", b"RGB ", b"XYZ ", *date, b"acsp", *white)
    return b"".join((header, struct.pack(">I", len(tags)), *index, *body))


SRGB_PROFILE = _build_profile()
