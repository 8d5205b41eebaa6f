"""The QR code of a value: how it is encoded, its size and level, and the plate of its logo."""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import segno

from rendering.engine.layout.qr_blocks import Modules, count_data_bits, find_alignment_centers, measure_damage
from rendering.engine.layout.qr_segments import ECI_BITS, Segment, count_bits, make_one_segment, split_value
from rendering.engine.schema.qr import Logo

LEVELS = "LMQH"
DAMAGE_MAX = 0.7  # of what error correction repairs that a logo may use up: print and light need the rest
_LARGEST_VERSION = 40
_LOGO_GROWTH = 8  # versions that a code may grow by for its logo
_CODES_CACHED = 128


class Symbol(NamedTuple):
    """A code: rows of dark (1) and light (0) modules without the quiet zone, and the side of the plate, in modules."""

    modules: tuple[bytes, ...]
    level: str
    plate: int = 0


class Plate(NamedTuple):
    """What a plate hides: the share of what error correction repairs, and whether it hides an alignment pattern."""

    damage: float
    hides_alignment: bool

    @property
    def is_readable(self) -> bool:
        """Tell whether readers can do without what it hides."""
        return self.damage <= DAMAGE_MAX and not self.hides_alignment


class _Plan(NamedTuple):
    """Segments, and whether they need an ECI header, which says that their bytes are UTF-8."""

    segments: tuple[Segment, ...]
    needs_eci: bool

    def find_version(self, level: str) -> int:
        """Return the smallest version that holds them, or 0."""
        return next((version for version in range(1, _LARGEST_VERSION + 1) if self.fits(version, level)), 0)

    def find_level(self, version: int, level: str) -> str:
        """Return the highest level at which a version holds them, from `level` on, at which it must."""
        return max((each for each in LEVELS if self.fits(version, each)), key=LEVELS.index, default=level)

    def fits(self, version: int, level: str) -> bool:
        """Tell whether a version holds them."""
        bits = count_bits(self.segments, version) + self.needs_eci * ECI_BITS
        return bits <= count_data_bits(version, level)


@lru_cache(_CODES_CACHED)  # encoding a thousand characters takes 80 ms
def encode_symbol(value: str, level: str, logo: Logo | None = None) -> Symbol:
    """Return the smallest code for the value, at a higher level if that makes it no larger.

    With a logo, it is the smallest whose plate hides no more than readers can do without; if none is that is at most
    eight versions larger, the one whose plate hides least. Raises ValueError for a value that no code can hold.
    """
    plan = _plan_segments(value, level)
    version = plan.find_version(level)
    if not version:
        raise ValueError(f"no QR code of level {level} holds {len(value)} characters: shorten the value")
    plate = 0
    if logo:
        version = _find_version_for_logo(plan, version, level, logo)
        plate = _count_plate_modules(version, logo)
    level = plan.find_level(version, level)
    # segno takes segments, though its types do not say so.
    content: Any = [(segment.text, segment.mode, "utf-8") for segment in plan.segments]
    code = segno.make_qr(content, error=level, version=version, eci=plan.needs_eci, boost_error=False)
    return Symbol(tuple(bytes(row) for row in code.matrix), level, plate)


def inspect_plate(version: int, level: str, plate: int) -> Plate:
    """Return what a plate of so many modules a side hides, in the middle of a code."""
    hidden = select_middle(17 + 4 * version, plate)
    centers = find_alignment_centers(version)
    return Plate(measure_damage(hidden, level), any(hidden[center] for center in centers))


def select_middle(side: int, plate: int) -> Modules:
    """Return a mask of so many modules a side, with a square in its middle."""
    start = (side - plate) // 2
    mask: Modules = np.zeros((side, side), dtype=bool)
    mask[start : start + plate, start : start + plate] = True
    return mask


def _plan_segments(value: str, level: str) -> _Plan:
    """Divide the value where that makes the code smaller, or leaves it a higher level.

    Text that is not ASCII stays in one segment: not every reader applies an ECI header to the segments after the next.
    A value that would not fit with the header has none: readers then guess.
    """
    whole = _Plan(make_one_segment(value), needs_eci=not value.isascii())
    version = whole.find_version(level)
    if whole.needs_eci or not version:
        return whole if version else whole._replace(needs_eci=False)
    divided = _Plan(split_value(value, version), needs_eci=False)

    def rank(plan: _Plan) -> tuple[int, int]:
        smallest = plan.find_version(level)
        return smallest, -LEVELS.index(plan.find_level(smallest, level))

    return min(whole, divided, key=rank)


def _find_version_for_logo(plan: _Plan, smallest: int, level: str, logo: Logo) -> int:
    plates = {}
    for version in range(smallest, min(smallest + _LOGO_GROWTH, _LARGEST_VERSION) + 1):
        plate = _count_plate_modules(version, logo)
        plates[version] = inspect_plate(version, plan.find_level(version, level), plate)
        if plates[version].is_readable:
            return version
    return min(plates, key=lambda version: (plates[version].hides_alignment, plates[version].damage))


def _count_plate_modules(version: int, logo: Logo) -> int:
    """Return the side of the plate: odd, as that of the code, so that the plate has modules as its edges."""
    side = 17 + 4 * version
    least = math.ceil(side * logo.size + 2 * logo.quiet - 1e-9)
    return min(least + 1 - least % 2, side)
