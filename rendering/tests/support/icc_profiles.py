"""ICC profiles made by hand (ICC.1:2001-04): Pillow makes none of these kinds."""

import struct
from typing import Any

D50 = (0.9642, 1.0, 0.8249)
P3 = ((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))  # XYZ of its primaries, D50
GAMMA = 2.2


def _profile(device: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {b"desc": _text("made by hand"), b"cprt": b"text\0\0\0\0SECRET-ICC\0", b"wtpt": _xyz(D50), **tags}
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        padded = content + b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", at + len(body), len(content))
        body += padded
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"none", 0x02400000, device, space, connection)
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", *(round(value * 65536) for value in D50))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _text(text: str) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text.encode() + b"\0" + bytes(78)


def _xyz(values: Any) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def screen_profile(gamma: float = GAMMA) -> bytes:
    """Display P3's primaries with one gamma."""
    tags = {name: _xyz(value) for name, value in zip((b"rXYZ", b"gXYZ", b"bXYZ"), P3, strict=True)}
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(gamma)))


def gray_profile(gamma: float) -> bytes:
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _curve(gamma)})


def press_profile() -> bytes:
    """A CMYK profile in which only black ink prints: lightness is 1 - K."""
    inks = bytes(value for at in range(16) for value in (0 if at & 1 else 255, 128, 128))  # Lab; K varies fastest
    straight = bytes(range(256))
    unit = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + unit + straight * 4 + inks + straight * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table, b"A2B1": table})


def srgb_from_screen(color: tuple[int, int, int], gamma: float = GAMMA) -> tuple[int, ...]:
    """Convert a colour of screen_profile() to sRGB by the textbook formula."""
    linear = [(value / 255) ** gamma for value in color]
    x, y, z = (sum(value * primary[axis] for value, primary in zip(linear, P3, strict=True)) for axis in range(3))
    wanted = (  # from XYZ (D50) to linear sRGB
        3.1339 * x - 1.6169 * y - 0.4906 * z,
        -0.9788 * x + 1.9161 * y + 0.0335 * z,
        0.0719 * x - 0.2290 * y + 1.4052 * z,
    )
    return tuple(round(255 * _encoded(min(max(value, 0), 1))) for value in wanted)


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
