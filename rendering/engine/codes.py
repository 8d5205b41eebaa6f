"""From what a QR code says to its modules (ISO/IEC 18004)."""

import segno


def modules_of(value: str, level: str) -> tuple[bytes, ...]:
    """Return the rows of a code, dark modules 1; ValueError for a value that is too long for its level."""
    # No more correction than was asked for: a smaller code has larger modules. As UTF-8, which readers expect today.
    code = segno.make_qr(value, error=level, boost_error=False, encoding=None if value.isascii() else "utf-8")
    return tuple(bytes(row) for row in code.matrix)
