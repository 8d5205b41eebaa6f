"""Fitting: the lines and the size at which a text fits its frame, one way for each value of a layer's `fit`."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rendering.engine.text.anchor import Anchor
from rendering.engine.text.graphemes import count_graphemes
from rendering.engine.text.line_breaking import ParagraphBreaker
from rendering.engine.text.line_height import LineExtent, ParagraphExtents, choose_line_height
from rendering.engine.text.shaping import ROUNDING, Line, Paragraph
from rendering.engine.text.text_block import Align, TextBlock, stack_lines

SEARCH_STEPS = 14  # of the binary search between two sizes, to 1/16,384 of their difference
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class TextFrame:
    """The room for a text and its style: width, height and sizes in mm, line height in ems, None for `auto`.

    `anchor` says where the baselines are, None if the ink is aligned.
    """

    width: float
    height: float
    size: float
    min_size: float
    align: Align
    line_height: float | None
    anchor: Anchor | None = None

    def limit_size(self, rise: float, drop: float, span: float) -> float:
        """Return the largest size at which ink is no higher than the frame.

        It rises above the first baseline and drops below it, ems; `span` is from the first to the last baseline.
        """
        if self.anchor:
            return self.anchor.limit_size(rise, drop, span)
        return self.height / (rise + drop) if rise + drop > 0 else math.inf


@dataclass(frozen=True, slots=True)
class FittedText:
    """A block and its em size in mm.

    `cut_count` is the number of characters (graphemes) that an ellipsis replaces; `cut_words` are the words that the
    end of a line cuts.
    """

    block: TextBlock
    size: float
    cut_count: int = 0
    cut_words: tuple[str, ...] = ()


LineRanges = list[tuple[int, int, int]]  # number of the paragraph, first character, one past the last


def fit_unwrapped(paragraphs: Sequence[Paragraph], frame: TextFrame, *, shrink: bool) -> FittedText:
    """Set each paragraph as one line, at the requested size or, with `shrink`, at one where all ink fits the frame."""
    lines, height = [paragraph.cut_line() for paragraph in paragraphs], frame.line_height
    if height is None and len(lines) > 1:
        each = zip(lines, paragraphs, strict=True)
        height = choose_line_height([ParagraphExtents(paragraph).measure_cut_line(line) for line, paragraph in each])
    block = stack_lines(lines, frame.align, height or 0.0)
    return FittedText(block, find_largest_size(block, frame) if shrink else frame.size)


def find_largest_size(block: TextBlock, frame: TextFrame) -> float:
    """Return the largest size at which the ink fits the frame, limited to min_size and the requested size."""
    ink = block.ink
    if ink is None:
        return frame.size
    across = frame.width / ink.width if ink.width > 0 else frame.size
    down = frame.limit_size(block.first_baseline - ink.top, ink.bottom - block.first_baseline, block.baseline_span)
    return max(min(frame.size, across, down), frame.min_size)


class TextWrapper:
    """Breaks paragraphs into lines of a frame's width."""

    def __init__(self, paragraphs: Sequence[Paragraph], frame: TextFrame) -> None:
        self._paragraphs, self._frame = paragraphs, frame
        self._breakers = [ParagraphBreaker(paragraph) for paragraph in paragraphs]
        self._heights: dict[tuple[tuple[int, int, int], ...], tuple[float, float, float]] = {}

    @cached_property
    def _extents(self) -> list[ParagraphExtents]:
        return [ParagraphExtents(paragraph) for paragraph in self._paragraphs]

    def wrap_lines(self) -> FittedText:
        """Break lines at the requested size, whatever height they take."""
        return self._set_ranges(self._break_ranges(self._frame.size), self._frame.size)

    def wrap_and_shrink(self) -> FittedText:
        """Break lines at the largest size at which every word fits the width and all lines fit the height."""
        frame = self._frame
        longest = max(breaker.measure_longest_word() for breaker in self._breakers)
        high = min(frame.size, frame.width / longest) if longest > 0 else frame.size
        if high < frame.min_size:
            return self._set_ranges(self._break_ranges(frame.min_size), frame.min_size)
        low, size = frame.min_size, high
        if not self._fits_height(self._break_ranges(high), high):
            for _ in range(SEARCH_STEPS):
                size = (low + high) / 2
                low, high = (size, high) if self._fits_height(self._break_ranges(size), size) else (low, size)
            size = low
        fitted = self._set_ranges(self._break_ranges(size or high), size)
        # Lines are broken by advance; their ink may be wider, or leave room for a larger size.
        return replace(fitted, size=find_largest_size(fitted.block, frame))

    def wrap_with_ellipsis(self) -> FittedText:
        """Break lines at the requested size, and replace those that exceed the height by an ellipsis."""
        frame = self._frame
        ranges = self._break_ranges(frame.size)
        count = len(ranges)
        while count > 1 and not self._fits_height(ranges[:count], frame.size):
            count -= 1
        if count == len(ranges):
            return self._set_ranges(ranges, frame.size)
        kept, (number, start, _) = ranges[: count - 1], ranges[count - 1]
        last, end = self._ellipsize_line(number, start)
        last_line = last.cut_line()
        block = self._stack_lines(
            [*self._cut_lines(kept), (last_line, ParagraphExtents(last).measure_cut_line(last_line))]
        )
        replaced = [(number, end, ranges[count - 1][2]), *ranges[count:]]
        cut_count = sum(count_graphemes(self._paragraphs[each].text[first:stop]) for each, first, stop in replaced)
        return FittedText(block, frame.size, cut_count, self._find_cut_words([*kept, (number, start, end)]))

    def _ellipsize_line(self, number: int, start: int) -> tuple[Paragraph, int]:
        """Return the line from `start` on with an ellipsis at its end, and the end of the characters before that.

        It ends after a word, or where not even the first one fits, inside that.
        """
        paragraph, breaker = self._paragraphs[number], self._breakers[number]
        width = self._frame.width / self._frame.size
        ellipsis = paragraph.reshape_text(ELLIPSIS).cut_line().advance + paragraph.style.letter_spacing
        for end in breaker.iter_ends(start, width - ellipsis):
            text = paragraph.text[start:end].rstrip()
            line = paragraph.reshape_text(text + ELLIPSIS)
            if line.cut_line().fits(width):  # shaped together, text and ellipsis may be wider than apart
                return line, start + len(text)
        return paragraph.reshape_text(ELLIPSIS), start

    def _break_ranges(self, size: float) -> LineRanges:
        width = self._frame.width / size
        return [(number, *line) for number, breaker in enumerate(self._breakers) for line in breaker.break_lines(width)]

    def _set_ranges(self, ranges: LineRanges, size: float) -> FittedText:
        return FittedText(self._stack_lines(self._cut_lines(ranges)), size, cut_words=self._find_cut_words(ranges))

    def _cut_lines(self, ranges: LineRanges) -> list[tuple[Line, LineExtent | None]]:
        """Return the lines and, where the line height depends on them, their extents."""
        lines = [self._paragraphs[number].cut_line(start, end) for number, start, end in ranges]
        if self._frame.line_height is not None:
            return [(line, None) for line in lines]
        return [
            (line, self._extents[number].measure_cut_line(line, start, end))
            for line, (number, start, end) in zip(lines, ranges, strict=True)
        ]

    def _stack_lines(self, lines: Sequence[tuple[Line, LineExtent | None]]) -> TextBlock:
        height = self._frame.line_height
        if height is None:
            height = choose_line_height([extent for _, extent in lines])
        return stack_lines([line for line, _ in lines], self._frame.align, height)

    def _measure_ranges(self, ranges: LineRanges) -> list[LineExtent | None]:
        return [self._extents[number].measure_line(start, end) for number, start, end in ranges]

    def _fits_height(self, ranges: LineRanges, size: float) -> bool:
        """Tell whether the ink of lines fits the frame's height."""
        key = tuple(ranges)
        if key not in self._heights:  # many sizes have the same lines
            self._heights[key] = self._measure_heights(ranges)
        return size <= self._frame.limit_size(*self._heights[key]) * (1 + ROUNDING)

    def _measure_heights(self, ranges: LineRanges) -> tuple[float, float, float]:
        """Return how far the ink of lines rises above and drops below the first baseline, and where the last one is.

        From the first to the last line that is not blank, in ems.
        """
        height = self._frame.line_height
        if height is None:
            extents = self._measure_ranges(ranges)
            height = choose_line_height(extents)
            full = [(number, extent) for number, extent in enumerate(extents) if extent]
        else:
            ends = (self._find_inked(range(len(ranges)), ranges), self._find_inked(range(len(ranges))[::-1], ranges))
            full = [found for found in ends if found]
        if not full:
            return 0.0, 0.0, 0.0
        (first, top), (last, bottom) = full[0], full[-1]
        span = (last - first) * height
        return top.rise, bottom.drop + span, span

    def _find_inked(self, numbers: Iterable[int], ranges: LineRanges) -> tuple[int, LineExtent] | None:
        """Return the first line with ink among those of `numbers`, and its number."""
        for number in numbers:
            paragraph, start, end = ranges[number]
            if extent := self._extents[paragraph].measure_line(start, end):
                return number, extent
        return None

    def _find_cut_words(self, ranges: LineRanges) -> tuple[str, ...]:
        """Return the words that the ends of lines cut, each once."""
        found = ((number, self._breakers[number].find_cut_word(end)) for number, _, end in ranges)
        words = dict.fromkeys((number, *word) for number, word in found if word)
        return tuple(self._paragraphs[number].text[start:end].strip() for number, start, end in words)
