"""Readers of QR codes that are independent of segno: zbar and zxing."""

import pytest
import zxingcpp
from PIL import Image

try:
    from pyzbar import pyzbar
except ImportError:  # of its shared library, too
    pyzbar = None

needs_zbar = pytest.mark.skipif(pyzbar is None, reason="libzbar0 is not installed: apt-get install libzbar0")


def read_with_zbar(image: Image.Image) -> list[str]:
    """Return the values of the codes that zbar finds, in its own guess of their encoding."""
    found = pyzbar.decode(image.convert("L"), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode(errors="replace") for code in found]


def read_with_zxing(image: Image.Image) -> list[str]:
    """Return the values of the codes that zxing finds."""
    return [code.text for code in zxingcpp.read_barcodes(image.convert("RGB"))]
