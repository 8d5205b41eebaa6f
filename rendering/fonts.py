"""The installed font catalogue. Outside the engine, which takes its fonts as values."""

import functools
import hashlib
import string

import fontpkg

from rendering.engine.fonts import load
from rendering.engine.shaping import shape
from rendering.engine.values import Font

# Public name, font package, weight, style. Bebas Neue has one weight, and it is a bold one.
_CATALOGUE = (
    ("Bebas-Bold", "bebas-neue", 400, "Bold"),
    ("Montserrat-Regular", "montserrat", 400, "Regular"),
    ("Montserrat-Bold", "montserrat", 700, "Bold"),
    ("Pacifico-Regular", "pacifico", 400, "Regular"),
    ("Roboto-Regular", "roboto", 400, "Regular"),
)


@functools.cache
def installed() -> dict[str, Font]:
    """Return the fonts that designs may name, by name; read and hash each file once a process."""
    return {name: _font(name, package, weight, style) for name, package, weight, style in _CATALOGUE}


def warm() -> None:
    """Load every face of the catalogue into this thread's cache; raise FontError where one cannot be used.

    The common letters are measured too, which a worker's first renders would otherwise wait for.
    """
    for font in installed().values():
        shape(load(font), string.printable.strip())


def _font(name: str, package: str, weight: int, style: str) -> Font:
    family = fontpkg.family(package)
    path = fontpkg.path(package, weight=weight)
    # Other axes stay at the font's own defaults.
    axes = (("wght", float(weight)),) if any(axis.tag == "wght" for axis in family.axes) else ()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Font(name, path, digest, axes, family=family.name, style=style, license=family.license)
