"""The catalogue of installed fonts. It is outside the engine, which is given its fonts as values."""

import contextlib
import functools
import hashlib
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import fontpkg

from rendering.engine.raster.overlaps import separate_overlaps
from rendering.engine.text.fonts import load_face, load_faces
from rendering.engine.text.shaping import shape_paragraph
from rendering.engine.values import Font
from rendering.fonts.exemplars import load_letters
from rendering.fonts.fallbacks import fallback_fonts
from rendering.fonts.families import (
    FAMILIES,
    HEAVY,
    NAME_OVERRIDES,
    SCRIPT_LETTERS,
    SERIFS,
    STYLES,
    WRONG_LETTERS,
    Category,
)

_BOLD = 700.0


class FontAxis(NamedTuple):
    """An axis of a variable font: its OpenType tag and range of values."""

    tag: str
    min: float
    default: float
    max: float


@functools.cache
def installed_fonts() -> dict[str, Font]:
    """Return the fonts that designs may use, by name; each file is read and hashed once per process."""
    fonts = [
        font
        for category, packages in FAMILIES.items()
        for package in packages
        for font in _load_styles(package, category)
    ]
    return {font.name: font for font in sorted(fonts, key=lambda font: font.name)}


def warm_fonts() -> None:
    """Load every face into this thread's cache, including what HarfBuzz prepares when a font is first used.

    Also measures the common letters and finds out which of them overlap themselves, which would otherwise slow down a
    worker's first thousand renders. Raises FontError if a font cannot be used.
    """
    for font in installed_fonts().values():
        separate_overlaps(shape_paragraph(load_faces(font), string.printable.strip()).cut_line().runs)
    for font in fallback_fonts():
        load_face(font)


@functools.cache
def list_scripts(name: str) -> tuple[str, ...]:
    """Return the scripts that a font of the catalogue supports (ISO 15924 codes; Viet for Vietnamese)."""
    face = load_face(installed_fonts()[name])
    return tuple(script for script, letters in SCRIPT_LETTERS.items() if all(map(face.can_draw, letters)))


@functools.cache
def list_languages(name: str) -> tuple[str, ...]:
    """Return the languages (BCP 47) of which a font of the catalogue has every letter, small and capital."""
    font = installed_fonts()[name]
    face = load_face(font)
    mapped = set(map(chr, face.hb_font.face.unicodes)) - set(font.wrong)
    letters = load_letters()
    return tuple(language for language in letters if letters[language].are_drawable(mapped, face.can_draw))


@functools.cache
def list_axes(name: str) -> tuple[FontAxis, ...]:
    """Return the variable axes of a font of the catalogue; `default` is the value the catalogue uses."""
    font = installed_fonts()[name]
    set_values = dict(font.axes)
    infos = load_face(font).hb_font.face.axis_infos
    return tuple(
        FontAxis(info.tag, info.min_value, set_values.get(info.tag, info.default_value), info.max_value)
        for info in infos
    )


def _load_styles(package: str, category: Category) -> Iterator[Font]:
    for weight, style in STYLES.items():
        with contextlib.suppress(fontpkg.WeightNotAvailable):
            path = fontpkg.path(package, weight=weight)
            yield _build_font(package, path, weight, style, category)


def _build_font(package: str, path: Path, weight: int, style: str, category: Category) -> Font:
    family = fontpkg.family(package)
    derived_name = f"{family.name.replace(' ', '')}-{style}"
    name = NAME_OVERRIDES.get(derived_name, derived_name)
    # Other axes stay at the font's defaults.
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
        weight=_BOLD if package in HEAVY or name.endswith("-Bold") else float(weight),
        serif=package in SERIFS,
        wrong=WRONG_LETTERS.get(package, ""),
    )
