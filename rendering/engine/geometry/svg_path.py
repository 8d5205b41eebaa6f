"""SVG path data, of shapes that a catalogue describes, as Bézier curves (SVG 2, 9.3).

The commands M, L, H, V, C, Q and Z are read, absolute and relative. Arcs and smooth curves are not: drawing programs
export them as C.
"""

import functools
import re
from collections.abc import Iterator

import pathops

from rendering.engine.geometry.bezier import PATH_UNITS, Curves

_TOKEN = re.compile(r"\s*,?\s*(?:([A-Za-z])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "Z": 0}
_LENGTH_MAX = 20_000  # characters
_REACH_MAX = 10_000.0  # mm


@functools.lru_cache(256)
def read_svg_path(data: str, unit_mm: float = 1.0) -> Curves:
    """Return the closed contours of path data, mm; ValueError says what is wrong with it, and where."""
    if len(data) > _LENGTH_MAX:
        raise ValueError(f"the path has more than {_LENGTH_MAX:,} characters")
    path, pen, start, scale = pathops.Path(), (0.0, 0.0), (0.0, 0.0), PATH_UNITS / _REACH_MAX
    is_begun = False
    for name, values in _iter_commands(data):
        kind = name.upper()
        if kind == "Z":
            path.close()
            pen = start
            continue
        if kind != "M" and not is_begun:
            raise ValueError(f"the path begins with {name}, but must begin with M")
        is_begun = True
        points = _to_points(kind, values, pen, is_relative=name.islower())
        scaled = [value * scale for point in points for value in point]
        {"M": path.moveTo, "C": path.cubicTo, "Q": path.quadTo}.get(kind, path.lineTo)(*scaled)
        pen = points[-1]
        start = pen if kind == "M" else start
    curves = Curves.from_path(path, unit_mm / scale)
    if not len(curves.points):
        raise ValueError("the path draws nothing")
    return curves


def _to_points(
    kind: str, values: tuple[float, ...], pen: tuple[float, float], *, is_relative: bool
) -> list[tuple[float, float]]:
    """Return the points of a command, absolute; ValueError for one that is too far away."""
    x, y = pen if is_relative else (0.0, 0.0)
    if kind == "H":
        points = [(x + values[0], pen[1])]
    elif kind == "V":
        points = [(pen[0], y + values[0])]
    else:
        points = [(x + across, y + down) for across, down in zip(values[::2], values[1::2], strict=True)]
    if any(abs(value) > _REACH_MAX for point in points for value in point):
        raise ValueError(f"a point is more than {_REACH_MAX:,.0f} mm away")
    return points


def _iter_commands(data: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield each command with as many numbers as it takes; ValueError for anything else."""
    position, name, numbers = 0, "", list[float]()
    end = len(data.rstrip())
    while position < end:
        match = _TOKEN.match(data, position)
        if not match:
            at = position + len(data[position:]) - len(data[position:].lstrip())
            raise ValueError(f"character {at + 1} of the path, {data[at]!r}, is neither a command nor a number")
        position = match.end()
        if match[1]:
            if numbers:
                raise ValueError(f"the path ends {name} with {len(numbers)} number(s) too few or too many")
            name = match[1]
            if name.upper() not in _ARGUMENTS:
                raise ValueError(f"the path uses {name}; only M, L, H, V, C, Q and Z are read")
            if name.upper() == "Z":
                yield name, ()
            continue
        if not name or name.upper() == "Z":
            raise ValueError("the path has a number where a command is expected")
        numbers.append(float(match[2]))
        if len(numbers) == _ARGUMENTS[name.upper()]:
            yield name, tuple(numbers)
            numbers = []
            name = {"M": "L", "m": "l"}.get(name, name)  # further pairs after M are lines
    if numbers:
        raise ValueError(f"the path ends in the middle of {name}")
