"""Where lines may end: Unicode line breaking (UAX 14), with ICU's dictionaries for Thai, Khmer and others."""

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate

from rendering.engine.text.shaping import HYPHEN, SOFT_HYPHEN, Paragraph


def find_breaks(text: str) -> list[int]:
    """Return the places where a line may end: how many code points are before each."""
    from icu4py.breakers import LineBreaker  # noqa: PLC0415  its data is 30 MB: not for those who never wrap

    found = [end for _, end in LineBreaker(text, "en").segments()]
    if text.isascii() or max(text) < "\U00010000":
        return found
    # ICU counts in UTF-16.
    index = {
        units: number for number, units in enumerate(accumulate((1 + (char > "\uffff") for char in text), initial=0))
    }
    return [index[end] for end in found]


class ParagraphBreaker:
    """A paragraph and the places where it may be broken; widths in ems, without the blanks that end a line."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        self._advances = paragraph.cumulate_widths()

    @cached_property
    def _breaks(self) -> list[int]:
        return find_breaks(self.paragraph.text)

    @cached_property
    def _break_advances(self) -> list[float]:
        """The advance up to each end, without the blanks before it and with the hyphen that is seen there.

        It never falls: after a hyphen that is longer than the syllable that follows, only the later end is found.
        """
        text = self.paragraph.text
        edges = [self._advances[len(text[:end].rstrip())] for end in self._breaks]
        if SOFT_HYPHEN not in text:
            return edges
        hyphen = self.paragraph.reshape_text(HYPHEN).cut_line().advance
        soft = (end < len(text) and text[end - 1] == SOFT_HYPHEN for end in self._breaks)
        return list(accumulate((edge + hyphen * seen for edge, seen in zip(edges, soft, strict=True)), max))

    @cached_property
    def _cluster_starts(self) -> list[int]:
        return [*self.paragraph.find_clusters(), len(self.paragraph.text)]

    def measure_longest_word(self) -> float:
        """Return the advance of the longest part that cannot be broken."""
        starts = [0, *self._breaks[:-1]]
        return max(
            (edge - self._advances[start] for start, edge in zip(starts, self._break_advances, strict=False)),
            default=0.0,
        )

    def break_lines(self, width: float) -> list[tuple[int, int]]:
        """Return the lines, as characters [start, end), that fit into `width`; a longer word is broken anywhere."""
        lines, start, length = [], 0, len(self.paragraph.text)
        while start < length:
            end = self._next_break(start, width)
            lines.append((start, end))
            start = end
        return lines or [(0, 0)]

    def find_fitting_end(self, start: int, width: float) -> int:
        """Return the last end of a cluster up to which the characters from `start` fit into `width`."""
        limit = self._advances[start] + width
        clusters = self._cluster_starts
        index = max(0, bisect_right(clusters, limit, key=self._advances.__getitem__) - 1)
        return max(clusters[index], start)

    def find_previous_cluster(self, end: int, start: int) -> int:
        """Return the last cluster's beginning before `end`, but none before `start`."""
        return max(start, self._cluster_starts[bisect_left(self._cluster_starts, end) - 1])

    def _next_break(self, start: int, width: float) -> int:
        limit = self._advances[start] + width * (1 + 1e-9)
        index = bisect_right(self._break_advances, limit) - 1
        if index >= 0 and self._breaks[index] > start:
            return self._breaks[index]
        text, end = self.paragraph.text, self.find_fitting_end(start, width)
        while end > start and text[end - 1] == SOFT_HYPHEN:  # which would be seen there, and does not fit
            end = self.find_previous_cluster(end, start)
        if end > start:
            return end
        # At least one letter, however wide.
        wide = (cluster for cluster in self._cluster_starts if cluster > start and text[cluster - 1] != SOFT_HYPHEN)
        return next(wide, len(text))
