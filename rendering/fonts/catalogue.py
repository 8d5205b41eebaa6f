"""The installed font catalogue. Outside the engine, which takes its fonts as values."""

import contextlib
import functools
import hashlib
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import fontpkg

from rendering.engine.text.fonts import load_face, load_faces
from rendering.engine.text.shaping import shape_paragraph
from rendering.engine.values import Font
from rendering.fonts.fallbacks import fallback_fonts
from rendering.fonts.families import FAMILIES, NAME_OVERRIDES, SCRIPT_LETTERS, STYLES, Category


class FontAxis(NamedTuple):
    """A variable axis of a font: its OpenType tag and the values it takes."""

    tag: str
    min: float
    default: float
    max: float


@functools.cache
def installed_fonts() -> dict[str, Font]:
    """Return the fonts that designs may name, by name; read and hash each file once a process."""
    found = [
        font
        for category, packages in FAMILIES.items()
        for package in packages
        for font in _load_styles(package, category)
    ]
    return {font.name: font for font in sorted(found, key=lambda font: font.name)}


def warm_fonts() -> None:
    """Load every face into this thread's cache, with what HarfBuzz prepares at a font's first use.

    The common letters are measured too, which a worker's first thousand renders would otherwise do one by one. Raises
    FontError where a font cannot be used.
    """
    for font in installed_fonts().values():
        shape_paragraph(load_faces(font), string.printable.strip()).cut_line()
    for font in fallback_fonts():
        load_face(font)


@functools.cache
def list_scripts(name: str) -> tuple[str, ...]:
    """Return the scripts that a font of the catalogue can write (ISO 15924; Viet for Vietnamese)."""
    face = load_face(installed_fonts()[name])
    return tuple(script for script, letters in SCRIPT_LETTERS.items() if all(map(face.can_draw, letters)))


@functools.cache
def list_axes(name: str) -> tuple[FontAxis, ...]:
    """Return the variable axes of a font of the catalogue; `default` is where the font stands unless told."""
    font = installed_fonts()[name]
    own = dict(font.axes)
    infos = load_face(font).hb_font.face.axis_infos
    return tuple(FontAxis(one.tag, one.min_value, own.get(one.tag, one.default_value), one.max_value) for one in infos)


def _load_styles(package: str, category: Category) -> Iterator[Font]:
    family = fontpkg.family(package)
    for weight, style in STYLES.items():
        with contextlib.suppress(fontpkg.WeightNotAvailable):
            path = fontpkg.path(package, weight=weight)
            yield _build_font(family, path, weight, style, category)


def _build_font(family: fontpkg.Family, path: Path, weight: int, style: str, category: Category) -> Font:
    own = f"{family.name.replace(' ', '')}-{style}"
    name = NAME_OVERRIDES.get(own, own)
    # Other axes stay at the font's own defaults.
    axes = (("wght", float(weight)),) if any(axis.tag == "wght" for axis in family.axes) else ()
    return Font(
        name=name,
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        axes=axes,
        ranges=tuple((axis.tag, axis.min, axis.max) for axis in family.axes),
        family=family.name,
        style=name.rpartition("-")[2],
        license=family.license,
        category=category,
    )
