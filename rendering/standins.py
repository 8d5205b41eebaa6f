"""The fonts that stand in for what a design's own font lacks. Outside the engine, which takes them as values."""

import functools
import hashlib
import importlib.resources
import importlib.util
import re
from pathlib import Path

from rendering.engine.values import Font

# Noto Sans is a family of one hand over all scripts; emoji come last, for that font also has digits.
_SCRIPTS = (
    *("", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Thai", "Khmer", "Gujarati", "Gurmukhi"),
    *("Kannada", "Malayalam", "Oriya", "Sinhala", "Lao", "Myanmar", "Armenian", "Georgian", "Ethiopic"),
)
_ORDER = (*(f"NotoSans{script}" for script in _SCRIPTS), "NotoEmoji", "NotoSansSymbols")
_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")  # the second one is the extra `cjk`


@functools.cache
def fallbacks() -> tuple[Font, ...]:
    """Return the fonts for what a design's font lacks, in the order in which they are asked."""
    files = {path.name.partition("[")[0].partition("-")[0]: path for path in _files()}
    named = [name for name in _ORDER if name in files]
    return tuple(_font(name, files[name]) for name in [*named, *sorted(set(files) - set(_ORDER))])


@functools.cache
def fallbacks_sha256() -> str:
    """Hash all fallback fonts in their order."""
    return hashlib.sha256("".join(font.sha256 for font in fallbacks()).encode()).hexdigest()


def _files() -> list[Path]:
    packages = [name for name in _PACKAGES if importlib.util.find_spec(name)]
    folders = [Path(str(importlib.resources.files(name))) for name in packages]
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    return [path for path in files if path.suffix in {".ttf", ".otf"} and "Italic" not in path.name]


def _font(name: str, path: Path) -> Font:
    family = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Font(family, path, digest, (("wght", 400.0),), family=family, style="Regular", license="OFL-1.1")
