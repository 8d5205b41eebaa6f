"""Fallback fonts for characters that a design's font lacks. Outside the engine, which is given them as values."""

import functools
import hashlib
import importlib.resources
import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import fontpkg

from rendering.engine.text.fonts import load_face
from rendering.engine.values import Font

# Noto Sans has one design across all scripts. Emoji come after them because that font also has digits.
_SCRIPTS = (
    *("", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Thai", "Khmer", "Gujarati", "Gurmukhi"),
    *("Kannada", "Malayalam", "Oriya", "Sinhala", "Lao", "Myanmar", "Armenian", "Georgian", "Ethiopic"),
)
# Symbols before emoji: ☎ beside ★ should have the same style.
_SYMBOLS = ("NotoSansSymbols2", "NotoSansMath", "NotoSansSymbols", "NotoMusic")
_FONT_ORDER = (*(f"NotoSans{script}" for script in _SCRIPTS), *_SYMBOLS, "NotoEmoji")
_COLOR_FONT = "NotoColorEmoji"
_OWN_FILES = Path(__file__).parent / "files"  # fonts that no kept package has (decision 35)
# The font to use of the collection (Japanese, Korean, Simplified Chinese, Traditional Chinese, Hong Kong), as the
# language of a text is not known.
_COLLECTION_INDICES = {"NotoSansCJK": 2}
# Fonts with serifs, which are tried first for a font with serifs: Latin, Greek and Cyrillic, then Hebrew.
_SERIF_FAMILIES = ("noto-serif", "frank-ruhl-libre")
_VARIABLE = re.compile(r"wght\]|-VF\.")
_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")  # the second is installed by the extra `cjk`


def fallback_fonts(emoji: Path | None = None) -> tuple[Font, ...]:
    """Return the fallback fonts in the order in which they are tried, those with colour glyphs last.

    `emoji` is an additional font with colour glyphs, tried before our own. Raises OSError if it cannot be read.
    """
    return _load_fonts(emoji)  # a cache here would load them twice: for no argument, and for None


@functools.cache
def _load_fonts(emoji: Path | None) -> tuple[Font, ...]:
    files = {path.name.partition("[")[0].partition("-")[0]: path for path in _find_files()}
    color = _build_font(_COLOR_FONT, files.pop(_COLOR_FONT))
    fonts = [_build_font(name, files.pop(name)) for name in _FONT_ORDER if name in files]
    boxes = Font("JetBrainsMono-Regular", *_read_font(fontpkg.path("jetbrains-mono", weight=400)), (("wght", 400.0),))
    rest = [_build_font(name, files[name]) for name in sorted(files)]
    serifs = [
        replace(_build_font(fontpkg.family(name).name, fontpkg.path(name)), serif=True) for name in _SERIF_FAMILIES
    ]
    chosen = [Font(emoji.stem, *_read_font(emoji), family=emoji.stem, style="Regular")] if emoji else []
    return (*fonts, boxes, *rest, *serifs, *(replace(font, colored=True) for font in (*chosen, color)))


@functools.cache
def hash_fallback_fonts(emoji: Path | None = None) -> str:
    """Return the SHA-256 of all fallback fonts in their order."""
    return hashlib.sha256("".join(font.sha256 for font in fallback_fonts(emoji)).encode()).hexdigest()


def _find_files() -> list[Path]:
    packages = [name for name in _PACKAGES if importlib.util.find_spec(name)]
    folders = [*(Path(str(importlib.resources.files(name))) for name in packages), _OWN_FILES]
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    return [path for path in files if path.suffix in {".ttf", ".otf", ".ttc"} and "Italic" not in path.name]


def _read_font(path: Path) -> tuple[Path, str]:
    """Return a font file's path and SHA-256, the fields of a Font after its name."""
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def _build_font(name: str, path: Path) -> Font:
    family = re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", name)
    return Font(
        family,
        *_read_font(path),
        (("wght", 400.0),) if _VARIABLE.search(path.name) else (),
        index=_COLLECTION_INDICES.get(name, 0),
        family=family,
        style="Regular",
        license="OFL-1.1",
    )


def find_emoji_font_problem(path: Path) -> str:
    """Return why a font's emoji cannot be drawn in colour, "" if they can.

    Raises OSError or FontError if the file cannot be used at all.
    """
    face = load_face(Font(path.stem, *_read_font(path), colored=True))
    if face.has_color_glyphs:
        return ""
    if face.color_format:
        return f"its glyphs are {face.color_format}, and colours are drawn from a COLR table only"
    return "it has no colour glyphs (no COLR table)"
