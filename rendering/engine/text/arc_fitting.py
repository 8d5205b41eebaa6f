"""Fitting of text on arcs and circles: the radius in ems, the part of the circle, and the size (decision 33).

An arc's radius follows from the text: it grows and shrinks with it. A radius in mm stays, so a smaller text takes less
of the circle.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from rendering.engine.text.arc import RADIUS_CEILING, Circle, LetterLine, bend_letters, split_letters
from rendering.engine.text.fitting import FittedText, TextFrame, find_largest_size
from rendering.engine.text.shaping import Paragraph
from rendering.engine.text.text_block import TextBlock

_STEPS_CEILING = 24  # of the search for a size
_SEARCH_TOLERANCE = 1e-4  # of the size found


@dataclass(frozen=True, slots=True)
class CirclePlace:
    """A circle around the centre of the frame, and where a text is on it.

    `radius` in mm, negative if the letters stand inside; `angle` in degrees clockwise from the top. At most `span`
    degrees may be taken.
    """

    radius: float
    angle: float
    span: float


def fit_arc(paragraph: Paragraph, frame: TextFrame, degrees: float, *, shrink: bool) -> FittedText:
    """Bend a line over an arc, at the requested size or, with `shrink`, at one where all ink fits the frame."""
    line = split_letters(paragraph)
    if line is None:
        return FittedText(TextBlock((), None), frame.size)
    # Where the ring closes, its last letter is as far from the first one as any two neighbours.
    length = line.length + (line.spacing if abs(degrees) == 360 else 0)
    angle = math.radians(degrees)
    radius = math.copysign(length / max(abs(angle), length / RADIUS_CEILING), degrees)
    block = bend_letters(line, Circle(radius, (line.left + line.right) / 2))
    return FittedText(block, find_largest_size(block, frame) if shrink else frame.size)


def fit_radius(paragraph: Paragraph, frame: TextFrame, radius: float, *, shrink: bool) -> FittedText:
    """Bend a line over a circle of `radius` mm, at the requested size or, with `shrink`, at one that fits the frame.

    It also takes at most the whole circle then.
    """
    line = split_letters(paragraph)
    if line is None:
        return FittedText(TextBlock((), None), frame.size)

    def bend(size: float) -> TextBlock:
        return bend_letters(line, Circle(_limit_radius(radius / size), (line.left + line.right) / 2))

    def measure(size: float) -> float:
        ink = bend(size).ink
        return max(ink.width * size / frame.width, ink.height * size / frame.height) if ink else 0.0

    size = _shrink_to_fit(line, frame, radius, 360, measure) if shrink else frame.size
    return FittedText(bend(size), size)


def fit_circle(paragraph: Paragraph, frame: TextFrame, place: CirclePlace, *, shrink: bool) -> FittedText:
    """Set a line on a circle around the frame's centre, at the requested size or, with `shrink`, at one that fits.

    Then it takes at most the span, and all ink is in the frame, unless the circle itself is not.
    """
    line = split_letters(paragraph)
    if line is None:
        return FittedText(TextBlock((), None), frame.size)
    anchor = {"left": line.left, "center": (line.left + line.right) / 2, "right": line.right}[frame.align]
    turn = math.radians(place.angle if place.radius > 0 else place.angle - 180)

    def bend(size: float) -> TextBlock:
        return bend_letters(line, Circle(_limit_radius(place.radius / size), anchor, turn))

    def measure(size: float) -> float:
        ink = bend(size).ink
        if ink is None or 2 * abs(place.radius) >= min(frame.width, frame.height):
            return 0.0
        above = place.radius  # mm from the block's origin down to the circle's centre
        across = max(-ink.left, ink.right) * size / frame.width
        down = max(above - ink.top * size, ink.bottom * size - above) / frame.height
        return 2 * max(across, down)

    size = _shrink_to_fit(line, frame, place.radius, place.span, measure) if shrink else frame.size
    return FittedText(bend(size), size)


def _limit_radius(radius: float) -> float:
    return math.copysign(min(abs(radius), RADIUS_CEILING), radius)


def _shrink_to_fit(
    line: LetterLine, frame: TextFrame, radius: float, span: float, measure: Callable[[float], float]
) -> float:
    """Return the largest size, of the frame's sizes, at which the line takes at most `span` degrees and fits.

    `measure` returns the ratio of ink to room at a size; it grows with the size.
    """
    room = abs(radius) * math.radians(span)
    high = max(frame.min_size, min(frame.size, room / line.length))
    ratio = measure(high)
    if ratio <= 1:
        return high
    low, low_ratio = frame.min_size, 0.0
    if low > 0 and (low_ratio := measure(low)) >= 1:
        return low
    for step in range(_STEPS_CEILING):
        # By the secant, kept off the ends so that the interval shrinks from both sides; at times by halves.
        share = min(max((1 - low_ratio) / (ratio - low_ratio), 0.02), 0.98) if step % 3 != 2 else 0.5
        size = low + (high - low) * share
        found = measure(size)
        if found > 1:
            high, ratio = size, found
        else:
            low, low_ratio = size, found
        if high - low <= _SEARCH_TOLERANCE * high:
            break
    return low
