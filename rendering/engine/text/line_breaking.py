"""Line breaking by the Unicode rules (UAX 14), with ICU's dictionaries for Thai, Khmer and others (decision 15)."""

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate

from rendering.engine.text.language import reduce_language
from rendering.engine.text.shaping import HYPHEN, SOFT_HYPHEN, Paragraph


def find_breaks(text: str, language: str = "") -> list[int]:
    """Return the breaks, where a line may end: counts of the code points before them, up to the end of the text.

    `language` (BCP 47) chooses the rules: Japanese lines may begin with a small kana.
    """
    from icu4py.breakers import LineBreaker  # noqa: PLC0415  its data is 30 MB: loaded only for text that wraps

    ends = [end for _, end in LineBreaker(text, reduce_language(language or "en")).segments()]
    if text.isascii() or max(text) < "\U00010000":
        return ends
    # ICU counts UTF-16 code units.
    index = {
        units: number for number, units in enumerate(accumulate((1 + (char > "\uffff") for char in text), initial=0))
    }
    return [index[end] for end in ends]


class ParagraphBreaker:
    """Breaks a paragraph into lines; widths are advances in ems, without the white space at the end of a line."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        self._advances = paragraph.cumulate_widths()

    @cached_property
    def _breaks(self) -> list[int]:
        return find_breaks(self.paragraph.text, self.paragraph.style.language)

    @cached_property
    def _break_advances(self) -> list[float]:
        """The advance up to each break, without the white space before it and with the hyphen that a soft one becomes.

        It never decreases, so that it can be searched: where a hyphen is wider than the next syllable, the search finds
        the later break.
        """
        text = self.paragraph.text
        advances = [self._advances[len(text[:end].rstrip())] for end in self._breaks]
        if SOFT_HYPHEN not in text:
            return advances
        hyphen = self.paragraph.reshape_text(HYPHEN).cut_line().advance
        is_soft = (end < len(text) and text[end - 1] == SOFT_HYPHEN for end in self._breaks)
        return list(accumulate((advance + hyphen * soft for advance, soft in zip(advances, is_soft, strict=True)), max))

    @cached_property
    def _cluster_starts(self) -> list[int]:
        return [*self.paragraph.find_clusters(), len(self.paragraph.text)]

    def measure_longest_word(self) -> float:
        """Return the advance of the longest part between two breaks, ems."""
        starts = [0, *self._breaks[:-1]]
        return max(
            (end - self._advances[start] for start, end in zip(starts, self._break_advances, strict=False)),
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
        limit = self._advances[start] + width
        clusters = self._cluster_starts
        index = max(0, bisect_right(clusters, limit, key=self._advances.__getitem__) - 1)
        return max(clusters[index], start)

    def find_previous_cluster(self, end: int, start: int) -> int:
        """Return the last cluster boundary before `end`, at least `start`."""
        return max(start, self._cluster_starts[bisect_left(self._cluster_starts, end) - 1])

    def _next_break(self, start: int, width: float) -> int:
        limit = self._advances[start] + width * (1 + 1e-9)
        index = bisect_right(self._break_advances, limit) - 1
        if index >= 0 and self._breaks[index] > start:
            return self._breaks[index]
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
