"""Rebuild the font files of this folder from the packages that README.md lists: `python rebuild.py DOWNLOADS`.

A file is a copy of its source without what the engine never reads: SVG pictures, TrueType hinting, glyph names.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

_UNREAD_TABLES = ("SVG ", "MATH", "fpgm", "prep", "cvt ", "gasp", "DSIG")


def main(downloads: Path) -> None:
    """Write every font whose source (a TrueType file of the same name) is in `downloads`."""
    for source in sorted(downloads.glob("*.ttf")):
        _strip_font(source, Path(__file__).parent / source.name)


def _strip_font(source: Path, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False, recalcBBoxes=False)
    hinted = "fpgm" in font
    for tag in _UNREAD_TABLES:
        if tag in font:
            del font[tag]
    if hinted:
        for name in font.getGlyphOrder():
            font["glyf"][name].removeHinting()
    font["post"].formatType = 3.0  # without glyph names
    font.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
