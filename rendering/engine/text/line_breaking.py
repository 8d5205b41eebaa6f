"""Line breaking by the Unicode rules (UAX 14), with ICU's dictionaries for Thai, Khmer and others (decision 15)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from rendering.engine.text.shaping import (
    HYPHEN,
    JOINED_SCRIPTS,
    ROUNDING,
    SOFT_HYPHEN,
    Paragraph,
    find_trailing_spacing,
)

BEARINGS = 1.0  # ems; more than the room beside the ink of any line's first and last letter


def find_breaks(text: str) -> list[int]:
    """Return the breaks, where a line may end: counts of the code points before them, up to the end of the text."""
    from icu4py.breakers import LineBreaker  # noqa: PLC0415  its data is 30 MB: loaded only for text that wraps

    ends = [end for _, end in LineBreaker(text, "en").segments()]
    if text.isascii() or max(text) < "\U00010000":
        return ends
    # ICU counts UTF-16 code units.
    index = {
        units: number for number, units in enumerate(accumulate((1 + (char > "\uffff") for char in text), initial=0))
    }
    return [index[end] for end in ends]


class ParagraphBreaker:
    """Breaks a paragraph into lines.

    Widths are advances in ems, without the white space and the letter spacing at the end of a line.
    """

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        self._advances = paragraph.cumulate_widths()
        joined = {shaped.run.script in JOINED_SCRIPTS for shaped in paragraph.shaped_runs}
        self._spacing = 0.0 if joined == {True} else paragraph.style.letter_spacing
        self._is_evenly_spaced = not self._spacing or True not in joined

    @cached_property
    def _breaks(self) -> list[int]:
        return find_breaks(self.paragraph.text)

    @cached_property
    def _break_advances(self) -> list[float]:
        """The advance up to each break, without the white space before it and with the hyphen that a soft one becomes.

        It never decreases, so that it can be searched: where a hyphen is wider than the next syllable, the search finds
        the later break.
        """
        text = self.paragraph.text
        advances = [self._advances[len(text[:end].rstrip())] for end in self._breaks]
        if SOFT_HYPHEN not in text:
            return self._sort_advances(advances)
        hyphen = self.paragraph.reshape_text(HYPHEN).cut_line().advance + self._spacing
        is_soft = (end < len(text) and text[end - 1] == SOFT_HYPHEN for end in self._breaks)
        return list(accumulate((advance + hyphen * soft for advance, soft in zip(advances, is_soft, strict=True)), max))

    @cached_property
    def _cluster_starts(self) -> list[int]:
        return [*self.paragraph.find_clusters(), len(self.paragraph.text)]

    @cached_property
    def _cluster_advances(self) -> list[float]:
        return self._sort_advances([self._advances[start] for start in self._cluster_starts])

    def _sort_advances(self, advances: list[float]) -> list[float]:
        """Return advances that never decrease: negative spacing may be more than a letter is wide."""
        return list(accumulate(advances, max)) if self._spacing < 0 else advances

    def measure_longest_word(self) -> float:
        """Return the advance of the longest part between two breaks, ems."""
        starts = [0, *self._breaks[:-1]]
        return max(
            (
                advance - self._advances[start] - self._find_trailing_spacing(start, end)
                for start, end, advance in zip(starts, self._breaks, self._break_advances, strict=True)
            ),
            default=0.0,
        )

    def break_lines(self, width: float) -> list[tuple[int, int]]:
        """Return lines [start, end) that fit `width` ems; a word that is too long is broken between clusters."""
        lines, start, length = [], 0, len(self.paragraph.text)
        while start < length:
            end = self._next_break(start, width)
            lines.append((start, end))
            start = end
        return lines or [(0, 0)]

    def find_fitting_end(self, start: int, width: float) -> int:
        """Return the last cluster boundary up to which the characters from `start` fit `width` ems."""
        return self._find_last(self._cluster_starts, self._cluster_advances, start, width)

    def find_previous_cluster(self, end: int, start: int) -> int:
        """Return the last cluster boundary before `end`, at least `start`."""
        return max(start, self._cluster_starts[bisect_left(self._cluster_starts, end) - 1])

    def _find_last(self, ends: Sequence[int], advances: Sequence[float], start: int, width: float) -> int:
        """Return the last of `ends`, at `advances`, up to which the characters from `start` fit, or `start`."""
        limit = self._advances[start] + width * (1 + ROUNDING)
        # Where scripts with and without spacing are mixed, the line decides whether there is one at its end.
        spacing = self._spacing if self._is_evenly_spaced else max(self._spacing, 0.0)
        index = bisect_right(advances, limit + spacing) - 1
        while index >= 0 and ends[index] > start:
            if advances[index] - self._find_trailing_spacing(start, ends[index]) <= limit:
                return ends[index]
            index -= 1
        return start

    def _find_trailing_spacing(self, start: int, end: int) -> float:
        """Return the letter spacing after the last letter of a line, ems."""
        if self._is_evenly_spaced:
            return self._spacing
        return find_trailing_spacing(list(self.paragraph.slice_runs(start, end)))

    def _next_break(self, start: int, width: float) -> int:
        end = self._find_last(self._breaks, self._break_advances, start, width)
        if end > start:
            return end
        word = bisect_right(self._breaks, start)
        excess = self._break_advances[word] - self._advances[start] - width
        if excess <= BEARINGS and self.paragraph.cut_line(start, self._breaks[word]).fits(width):
            return self._breaks[word]  # its advance is too wide, but its ink is not
        text, end = self.paragraph.text, self.find_fitting_end(start, width)
        while end > start and text[end - 1] == SOFT_HYPHEN:  # it would become visible here, and does not fit
            end = self.find_previous_cluster(end, start)
        if end > start:
            return end
        # At least one cluster, however wide.
        boundaries = (
            cluster for cluster in self._cluster_starts if cluster > start and text[cluster - 1] != SOFT_HYPHEN
        )
        return next(boundaries, len(text))
