"""Packing of rectangles on sheets or a roll: the best free place for each, the largest first.

Maximal rectangles by bottom-left and by best short side fit (Jylänki, "A Thousand Ways to Pack the Bin", 2010). Lengths
in mm; whole hundredths give the same places on every machine.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

_STEP = 100  # per mm
_FOREVER = 10_000_000  # hundredths of a mm, the length of a roll while it is packed


class Place(NamedTuple):
    """Where a rectangle lies: the number of its sheet, its left and top edge (mm), and whether it is turned by 90°."""

    sheet: int
    x: float
    y: float
    is_turned: bool


class _Free(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int


class TooLargeError(ValueError):
    """A rectangle fits on no sheet; `number` is its position."""

    def __init__(self, number: int, width: float, height: float) -> None:
        super().__init__(f"{width:g} × {height:g} mm")
        self.number = number


def pack_rectangles(
    sizes: Sequence[tuple[float, float]], width: float, height: float = 0.0, gap: float = 0.0, *, may_turn: bool = True
) -> list[Place]:
    """Return a place for each rectangle (width, height), `gap` apart, on as few sheets as are found.

    A `height` of 0 is a roll: all lie on sheet 0, as near to its beginning as they can. Of several ways to pack, the
    one wins that needs the fewest sheets, then the shortest part of the last one. Raises TooLargeError.
    """
    room = _to_steps(width + gap), _to_steps(height + gap) if height else _FOREVER
    steps = [(_to_steps(wide + gap), _to_steps(high + gap)) for wide, high in sizes]
    for number, (wide, high) in enumerate(steps):
        fits = wide <= room[0] and high <= room[1]
        if not fits and not (may_turn and high <= room[0] and wide <= room[1]):
            raise TooLargeError(number, *sizes[number])
    tries = [_pack(steps, room, rule, turns) for turns in ((False, True) if may_turn else (False,)) for rule in _RULES]
    return min(
        (each for each in tries if each is not None), key=lambda places: _measure_used(places, steps), default=[]
    )


def _measure_used(places: Sequence[Place], steps: Sequence[tuple[int, int]]) -> tuple[int, float]:
    """Return how many sheets are used, and how far down the last of them."""
    last = max((place.sheet for place in places), default=0)
    ends = (
        place.y * _STEP + (size[0] if place.is_turned else size[1])
        for place, size in zip(places, steps, strict=True)
        if place.sheet == last
    )
    return last, max(ends, default=0.0)


def _pack(
    steps: Sequence[tuple[int, int]],
    room: tuple[int, int],
    rule: "_Rule",
    may_turn: bool,
) -> list[Place] | None:
    """Return the places by one rule; None if a rectangle must be turned, and may not."""
    sheets: list[list[_Free]] = []
    places: dict[int, Place] = {}
    for number in sorted(range(len(steps)), key=lambda each: (-max(steps[each]), -min(steps[each]), each)):
        size = steps[number]
        found = _find_sheet(sheets, size, rule, may_turn=may_turn)
        if found is None:
            sheets.append([_Free(0, 0, *room)])
            best = _find_place(sheets[-1], size, rule, may_turn=may_turn)
            if best is None:
                return None
            found = len(sheets) - 1, best
        sheet, (free, is_turned) = found
        wide, high = size[::-1] if is_turned else size
        sheets[sheet] = _take(sheets[sheet], _Free(free.left, free.top, free.left + wide, free.top + high))
        places[number] = Place(sheet, free.left / _STEP, free.top / _STEP, is_turned)
    return [places[number] for number in range(len(steps))]


def _to_steps(length: float) -> int:
    return round(length * _STEP)


def _find_sheet(
    sheets: Sequence[Sequence[_Free]], size: tuple[int, int], rule: "_Rule", *, may_turn: bool
) -> tuple[int, tuple[_Free, bool]] | None:
    for number, free in enumerate(sheets):
        if best := _find_place(free, size, rule, may_turn=may_turn):
            return number, best
    return None


def _find_place(
    free: Sequence[_Free], size: tuple[int, int], rule: "_Rule", *, may_turn: bool
) -> tuple[_Free, bool] | None:
    """Return the free rectangle that a rule puts first, and whether to turn; None if none is large enough."""
    best: tuple[tuple[int, ...], _Free, bool] | None = None
    for is_turned in (False, True) if may_turn and size[0] != size[1] else (False,):
        wide, high = size[::-1] if is_turned else size
        for each in free:
            if each.right - each.left >= wide and each.bottom - each.top >= high:
                score = rule(each, wide, high)
                if best is None or score < best[0]:
                    best = score, each, is_turned
    return (best[1], best[2]) if best else None


def _prefer_top(free: _Free, wide: int, high: int) -> tuple[int, ...]:
    """Put first where the rectangle ends highest, then leftmost."""
    return free.top + high, free.left, wide


def _prefer_tight(free: _Free, wide: int, high: int) -> tuple[int, ...]:
    """Put first where the least room is left on the shorter side."""
    room = free.right - free.left - wide, free.bottom - free.top - high
    return min(room), max(room), free.top, free.left


_Rule: TypeAlias = Callable[[_Free, int, int], tuple[int, ...]]
_RULES: tuple[_Rule, ...] = (_prefer_top, _prefer_tight)


def _take(free: Sequence[_Free], used: _Free) -> list[_Free]:
    """Return the maximal free rectangles that are left beside a used one."""
    left: list[_Free] = []
    for each in free:
        if used.left >= each.right or used.right <= each.left or used.top >= each.bottom or used.bottom <= each.top:
            left.append(each)
            continue
        if used.left > each.left:
            left.append(each._replace(right=used.left))
        if used.right < each.right:
            left.append(each._replace(left=used.right))
        if used.top > each.top:
            left.append(each._replace(bottom=used.top))
        if used.bottom < each.bottom:
            left.append(each._replace(top=used.bottom))
    left = list(dict.fromkeys(left))
    return [one for one in left if not any(one is not other and _contains(other, one) for other in left)]


def _contains(outer: _Free, inner: _Free) -> bool:
    across = outer.left <= inner.left and outer.right >= inner.right
    return across and outer.top <= inner.top and outer.bottom >= inner.bottom
