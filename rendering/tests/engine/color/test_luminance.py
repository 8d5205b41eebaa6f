"""Luminance decides colours and findings, so it must not depend on the processor's powers."""

from decimal import Decimal, getcontext

from rendering.engine.color.srgb import relative_luminance

_DIGITS = 12  # that are kept of a channel


def test_no_channel_is_so_near_the_middle_of_two_roundings_that_its_last_bits_decide() -> None:
    getcontext().prec = 40
    for level in range(256):
        channel = Decimal(level) / 255
        exact = (
            channel / Decimal("12.92")
            if channel <= Decimal("0.04045")
            else ((channel + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")
        )
        scaled = exact.scaleb(_DIGITS)
        assert abs(scaled % 1 - Decimal("0.5")) > Decimal("0.001"), level  # a double is exact to 0.0002 of it
        assert relative_luminance((0, level, 0)) == 0.7152 * float(round(exact, _DIGITS)), level


def test_white_has_all_of_the_luminance_and_black_none() -> None:
    assert relative_luminance((255, 255, 255)) == 1
    assert relative_luminance((0, 0, 0)) == 0
