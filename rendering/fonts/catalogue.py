"""The installed font catalogue. Outside the engine, which takes its fonts as values."""

import contextlib
import functools
import hashlib
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import fontpkg

from rendering.engine.text.fonts import faces_of, load
from rendering.engine.text.shaping import shape
from rendering.engine.values import Font
from rendering.fonts.fallbacks import fallbacks
from rendering.fonts.families import FAMILIES, NAMED_OTHERWISE, SAMPLES, STYLES, Category


class Axis(NamedTuple):
    """A variable axis of a font: its OpenType tag and the values it takes."""

    tag: str
    min: float
    default: float
    max: float


@functools.cache
def installed() -> dict[str, Font]:
    """Return the fonts that designs may name, by name; read and hash each file once a process."""
    found = [
        font for category, packages in FAMILIES.items() for package in packages for font in _styles(package, category)
    ]
    return {font.name: font for font in sorted(found, key=lambda font: font.name)}


def warm() -> None:
    """Load every face into this thread's cache, with what HarfBuzz prepares at a font's first use.

    The common letters are measured too, which a worker's first thousand renders would otherwise do one by one. Raises
    FontError where a font cannot be used.
    """
    for font in installed().values():
        shape(faces_of(font), string.printable.strip()).cut_line()
    for font in fallbacks():
        load(font)


@functools.cache
def scripts_of(name: str) -> tuple[str, ...]:
    """Return the scripts that a font of the catalogue can write (ISO 15924; Viet for Vietnamese)."""
    face = load(installed()[name])
    return tuple(script for script, letters in SAMPLES.items() if all(map(face.can_draw, letters)))


@functools.cache
def axes_of(name: str) -> tuple[Axis, ...]:
    """Return the variable axes of a font of the catalogue; `default` is where the font stands unless told."""
    font = installed()[name]
    own = dict(font.axes)
    infos = load(font).hb_font.face.axis_infos
    return tuple(Axis(one.tag, one.min_value, own.get(one.tag, one.default_value), one.max_value) for one in infos)


def _styles(package: str, category: Category) -> Iterator[Font]:
    family = fontpkg.family(package)
    for weight, style in STYLES.items():
        with contextlib.suppress(fontpkg.WeightNotAvailable):
            path = fontpkg.path(package, weight=weight)
            yield _font(family, path, weight, style, category)


def _font(family: fontpkg.Family, path: Path, weight: int, style: str, category: Category) -> Font:
    own = f"{family.name.replace(' ', '')}-{style}"
    name = NAMED_OTHERWISE.get(own, own)
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
