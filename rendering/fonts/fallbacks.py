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
_EMOJI_FONT = "NotoEmoji"
_FONT_ORDER = (*(f"NotoSans{script}" for script in _SCRIPTS), _EMOJI_FONT, "NotoSansSymbols")
# The font to use of the collection (Japanese, Korean, Simplified Chinese, Traditional Chinese, Hong Kong), as the
# language of a text is not known.
_COLLECTION_INDICES = {"NotoSansCJK": 2}
# Fonts with serifs, which are tried first for a font with serifs: Latin, Greek and Cyrillic, then Hebrew.
_SERIF_FAMILIES = ("noto-serif", "frank-ruhl-libre")
_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")  # the second is installed by the extra `cjk`


@functools.cache
def fallback_fonts(emoji: Path | None = None) -> tuple[Font, ...]:
    """Return the fallback fonts in the order in which they are tried.

    `emoji` is an additional font that is tried before the monochrome emoji. Raises OSError if it cannot be read.
    """
    files = {path.name.partition("[")[0].partition("-")[0]: path for path in _find_files()}
    named = [name for name in _FONT_ORDER if name in files]
    fonts = {name: _build_font(name, files[name]) for name in [*named, *sorted(set(files) - set(_FONT_ORDER))]}
    for package in _SERIF_FAMILIES:
        family = fontpkg.family(package).name
        fonts[family] = replace(_build_font(family, fontpkg.path(package)), serif=True)
    if emoji is None:
        return tuple(fonts.values())
    emoji_font = Font(
        emoji.stem, emoji, hashlib.sha256(emoji.read_bytes()).hexdigest(), family=emoji.stem, style="Regular"
    )
    position = list(fonts).index(_EMOJI_FONT)
    ordered = list(fonts.values())
    return (*ordered[:position], emoji_font, *ordered[position:])


@functools.cache
def hash_fallback_fonts(emoji: Path | None = None) -> str:
    """Return the SHA-256 of all fallback fonts in their order."""
    return hashlib.sha256("".join(font.sha256 for font in fallback_fonts(emoji)).encode()).hexdigest()


def _find_files() -> list[Path]:
    packages = [name for name in _PACKAGES if importlib.util.find_spec(name)]
    folders = [Path(str(importlib.resources.files(name))) for name in packages]
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    return [path for path in files if path.suffix in {".ttf", ".otf", ".ttc"} and "Italic" not in path.name]


def _build_font(name: str, path: Path) -> Font:
    family = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Font(
        family,
        path,
        digest,
        (("wght", 400.0),),
        index=_COLLECTION_INDICES.get(name, 0),
        family=family,
        style="Regular",
        license="OFL-1.1",
    )


def is_color_font(path: Path) -> bool:
    """Tell whether a font file has colour glyphs; raises OSError or FontError if it cannot be used."""
    return load_face(Font(path.stem, path, hashlib.sha256(path.read_bytes()).hexdigest())).has_color_glyphs
