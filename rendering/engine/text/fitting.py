"""Fitting: the lines and the size at which a text fits its frame, one way for each value of a layer's `fit`."""

from collections.abc import Sequence
from dataclasses import dataclass

from rendering.engine.text.line_breaking import ParagraphBreaker
from rendering.engine.text.shaping import Line, Paragraph
from rendering.engine.text.text_block import Align, TextBlock, stack_lines

SEARCH_STEPS = 14  # of the binary search between two sizes, to 1/16,384 of their difference
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class TextFrame:
    """The room for a text and its style: width, height and sizes in mm, line height in ems."""

    width: float
    height: float
    size: float
    min_size: float
    align: Align
    line_height: float


@dataclass(frozen=True, slots=True)
class FittedText:
    """A block, its em size in mm, and the number of characters that an ellipsis replaces."""

    block: TextBlock
    size: float
    cut_count: int = 0


LineRanges = list[tuple[int, int, int]]  # number of the paragraph, first character, one past the last


def fit_unwrapped(paragraphs: Sequence[Paragraph], frame: TextFrame, *, shrink: bool) -> FittedText:
    """Set each paragraph as one line, at the requested size or, with `shrink`, at one where all ink fits the frame."""
    block = stack_lines([paragraph.cut_line() for paragraph in paragraphs], frame.align, frame.line_height)
    return FittedText(block, find_largest_size(block, frame) if shrink else frame.size)


def find_largest_size(block: TextBlock, frame: TextFrame) -> float:
    """Return the largest size at which the ink fits the frame, limited to min_size and the requested size."""
    ink = block.ink
    if ink is None:
        return frame.size
    fits = [room / length for room, length in ((frame.width, ink.width), (frame.height, ink.height)) if length > 0]
    return max(min([frame.size, *fits]), frame.min_size)


class TextWrapper:
    """Breaks paragraphs into lines of a frame's width."""

    def __init__(self, paragraphs: Sequence[Paragraph], frame: TextFrame) -> None:
        self._paragraphs, self._frame = paragraphs, frame
        self._breakers = [ParagraphBreaker(paragraph) for paragraph in paragraphs]
        self._line_cache: dict[tuple[int, int, int], Line] = {}

    def wrap_lines(self) -> FittedText:
        """Break lines at the requested size, whatever height they take."""
        return FittedText(self._stack_ranges(self._break_ranges(self._frame.size)), self._frame.size)

    def wrap_and_shrink(self) -> FittedText:
        """Break lines at the largest size at which every word fits the width and all lines fit the height."""
        frame = self._frame
        longest = max(breaker.measure_longest_word() for breaker in self._breakers)
        high = min(frame.size, frame.width / longest) if longest > 0 else frame.size
        if high < frame.min_size:
            return FittedText(self._stack_ranges(self._break_ranges(frame.min_size)), frame.min_size)
        low, size = frame.min_size, high
        if not self._fits_height(high):
            for _ in range(SEARCH_STEPS):
                size = (low + high) / 2
                low, high = (size, high) if self._fits_height(size) else (low, size)
            size = low
        block = self._stack_ranges(self._break_ranges(size or high))
        # Lines are broken by advance; their ink may be wider, or leave room for a larger size.
        return FittedText(block, find_largest_size(block, frame))

    def wrap_with_ellipsis(self) -> FittedText:
        """Break lines at the requested size, and replace those that exceed the height by an ellipsis."""
        frame = self._frame
        ranges = self._break_ranges(frame.size)
        count = len(ranges)
        while count > 1 and self._ink_height(ranges[:count]) * frame.size > frame.height * (1 + 1e-9):
            count -= 1
        lines = [self._cut_line(*line) for line in ranges[:count]]
        cut_count = 0
        if count < len(ranges):
            number, start, _ = ranges[count - 1]
            lines[-1], remaining = self._ellipsize_line(number, start)
            cut_count = sum(end - first for _, first, end in ranges[count - 1 :]) - remaining
        return FittedText(stack_lines(lines, frame.align, frame.line_height), frame.size, cut_count)

    def _ellipsize_line(self, number: int, start: int) -> tuple[Line, int]:
        """Return the line from `start` on with an ellipsis at its end, and its number of characters without that."""
        paragraph, breaker = self._paragraphs[number], self._breakers[number]
        width = self._frame.width / self._frame.size
        ellipsis = paragraph.reshape_text(ELLIPSIS).cut_line()
        end = breaker.find_fitting_end(start, width - ellipsis.advance)
        while True:  # shaped together, text and ellipsis may be wider than apart
            text = paragraph.text[start:end].rstrip()
            line = paragraph.reshape_text(text + ELLIPSIS).cut_line()
            if line.advance <= width or end <= start:
                return line, len(text)
            end = breaker.find_previous_cluster(end, start)

    def _break_ranges(self, size: float) -> LineRanges:
        width = self._frame.width / size
        return [(number, *line) for number, breaker in enumerate(self._breakers) for line in breaker.break_lines(width)]

    def _cut_line(self, number: int, start: int, end: int) -> Line:
        key = (number, start, end)
        if key not in self._line_cache:
            self._line_cache[key] = self._paragraphs[number].cut_line(start, end)
        return self._line_cache[key]

    def _stack_ranges(self, ranges: LineRanges) -> TextBlock:
        return stack_lines([self._cut_line(*line) for line in ranges], self._frame.align, self._frame.line_height)

    def _fits_height(self, size: float) -> bool:
        return self._ink_height(self._break_ranges(size)) * size <= self._frame.height

    def _ink_height(self, ranges: LineRanges) -> float:
        """Return the height of the ink, ems, from the first to the last line that is not blank."""
        full = [
            (row, (number, start, end))
            for row, (number, start, end) in enumerate(ranges)
            if self._paragraphs[number].text[start:end].strip()
        ]
        inked = [(row, ink) for row, line in (full[:1] + full[-1:]) if (ink := self._cut_line(*line).ink)]
        if not inked:
            return 0.0
        (first, top_ink), (last, bottom_ink) = inked[0], inked[-1]
        return (last - first) * self._frame.line_height - top_ink.top + bottom_ink.bottom
