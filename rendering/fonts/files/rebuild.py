"""Rebuild the font files of this folder from the packages that README.md lists: `python rebuild.py DOWNLOADS`.

A file is a copy of its source without what the engine never reads (SVG pictures, TrueType hinting, glyph names) and
without the few characters for drawing boxes of the font for mathematics.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

_UNREAD_TABLES = ("SVG ", "MATH", "fpgm", "prep", "cvt ", "gasp", "DSIG")
_BOXES = range(0x2500, 0x25A0)  # Noto Sans Math has some of these; frames need all from one font


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
    if source.stem == "NotoSansMath-Regular":
        for table in font["cmap"].tables:
            table.cmap = {code: name for code, name in table.cmap.items() if code not in _BOXES}
    font["post"].formatType = 3.0  # without glyph names
    font.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
