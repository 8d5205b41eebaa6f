"""Lines of text on circles, and pictures of them made without the engine's bending."""

import math

import numpy as np
from numpy.typing import NDArray

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.glyphs import TextOrigin, rasterize_glyphs
from rendering.engine.text.arc import Circle, LetterLine, split_letters
from rendering.engine.text.fonts import load_faces
from rendering.engine.text.shaping import Paragraph, ShapingStyle, shape_paragraph
from rendering.engine.values import Font
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts

Mask = NDArray[np.float64]


def find_font(name: str) -> Font:
    return next(font for font in (*installed_fonts().values(), *fallback_fonts()) if font.name == name)


def shape_line(font: str, text: str, letter_spacing: float = 0) -> Paragraph:
    style = ShapingStyle(letter_spacing=letter_spacing)
    return shape_paragraph(load_faces(find_font(font), fallback_fonts()), text, style=style)


def letters_of(font: str, text: str) -> LetterLine:
    line = split_letters(shape_line(font, text))
    assert line is not None
    return line


def circle_of(line: LetterLine, degrees: float) -> Circle:
    """Return the circle of which the line takes so many degrees."""
    return Circle(line.length / math.radians(degrees), (line.left + line.right) / 2)


def warp_picture(paragraph: Paragraph, circle: Circle, side: int, em: float, fineness: int = 4) -> Mask:
    """Return the coverage of a line, drawn straight and enlarged, then warped pixel by pixel.

    The top of the circle (or its bottom, if the radius is negative) is in the middle of a square of `side` px.
    """
    line = paragraph.cut_line()
    width, height = math.ceil((line.advance + 2) * em * fineness), math.ceil(6 * em * fineness)
    pen, baseline = em * fineness, height / 2  # px of the straight picture
    origin = TextOrigin(pen, baseline, em * fineness)
    straight = np.asarray(rasterize_glyphs(origin, line.runs, Viewport(1.0, 0, 0, width, height)), dtype=float)
    places = (np.arange(side * fineness) + 0.5) / fineness - side / 2
    across, up = np.meshgrid(places / em, -places / em)
    # From the centre of the circle, with the text running clockwise (or anticlockwise inside).
    height_above = up + circle.radius
    sign = math.copysign(1, circle.radius)
    turn = np.arctan2(across * sign, height_above * sign)
    distance = np.hypot(across, height_above) * sign
    x = ((turn * circle.radius + circle.anchor) * em * fineness + pen).astype(int)
    y = (baseline - (distance - circle.radius) * em * fineness).astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    warped = np.where(inside, straight[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)], 0)
    coverage: Mask = warped.reshape(side, fineness, side, fineness).mean(axis=(1, 3))
    return coverage


def count_blots(mask: NDArray[np.bool_]) -> int:
    """Return the number of connected areas of a mask (in eight directions): runs of rows that touch are joined."""
    parents: list[int] = []
    above: list[tuple[int, int, int]] = []

    def find_root(number: int) -> int:
        while parents[number] != number:
            number = parents[number]
        return number

    for row in mask:
        edges = np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0)).tolist()
        runs = []
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            parents.append(len(parents))
            runs.append((begin, end, parents[-1]))
            for first, last, number in above:
                if first <= end and begin <= last:
                    parents[find_root(number)] = find_root(parents[runs[-1][2]])
        above = runs
    return sum(parent == number for number, parent in enumerate(parents))
