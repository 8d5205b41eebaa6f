"""Colours in sRGB: parsing, contrast, and the text colour that can be read on a background."""

RGB = tuple[int, int, int]  # 0 to 255 each

BLACK: RGB = (0, 0, 0)
WHITE: RGB = (255, 255, 255)


def parse_hex(text: str) -> RGB:
    """Read "#RRGGBB"; the schema has validated it."""
    value = int(text[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def format_hex(color: RGB) -> str:
    """Return "#RRGGBB"."""
    red, green, blue = color
    return f"#{red:02X}{green:02X}{blue:02X}"


def choose_ink(background: RGB) -> RGB:
    """Return black for a light background and white for a dark one: light is a luma (ITU-R BT.601) above one half."""
    red, green, blue = background
    return BLACK if 299 * red + 587 * green + 114 * blue > 127_500 else WHITE


def contrast_ratio(a: RGB, b: RGB) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((relative_luminance(a), relative_luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def relative_luminance(color: RGB) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = color
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


def _linearize(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


# By level. Powers differ in the last digit from processor to processor; no value is near the middle of two roundings.
_LINEAR = tuple(round(_linearize(level / 255), 12) for level in range(256))
