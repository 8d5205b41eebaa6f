"""Line breaking by the Unicode rules (UAX 14), with ICU's dictionaries for Thai, Khmer and others (decision 15)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain

from rendering.engine.text.graphemes import find_cuts
from rendering.engine.text.language import reduce_language
from rendering.engine.text.shaping import (
    HYPHEN,
    JOINED_SCRIPTS,
    ROUNDING,
    SOFT_HYPHEN,
    Paragraph,
    find_trailing_spacing,
)

BEARINGS = 1.0  # ems; more than the room beside the ink of any line's first and last letter


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
            return self._sort_advances(advances)
        hyphen = self.paragraph.reshape_text(HYPHEN).cut_line().advance + self._spacing
        is_soft = (end < len(text) and text[end - 1] == SOFT_HYPHEN for end in self._breaks)
        return list(accumulate((advance + hyphen * soft for advance, soft in zip(advances, is_soft, strict=True)), max))

    @cached_property
    def _cuts(self) -> list[int]:
        """Where a word may be cut if it must be."""
        text = self.paragraph.text
        return [*find_cuts(text, self.paragraph.find_clusters()), len(text)]

    @cached_property
    def _cut_advances(self) -> list[float]:
        return self._sort_advances([self._advances[cut] for cut in self._cuts])

    def _sort_advances(self, advances: list[float]) -> list[float]:
        """Return advances that never decrease: negative spacing may be more than a letter is wide."""
        return list(accumulate(advances, max)) if self._spacing < 0 else advances

    def measure_longest_word(self) -> float:
        """Return the advance of the longest part between two breaks, ems."""
        starts = [0, *self._breaks[:-1]]
        return max(
            (
                advance - self._advances[start] - self._find_trailing_spacing(start, end)
                for start, end, advance in zip(starts, self._breaks, self._break_advances, strict=False)
            ),
            default=0.0,
        )

    def break_lines(self, width: float) -> list[tuple[int, int]]:
        """Return lines [start, end) of whole words that fit `width` ems; a word too long is cut between letters."""
        lines, start, length = [], 0, len(self.paragraph.text)
        breaks, advances, room = self._breaks, self._break_advances, width * (1 + ROUNDING) + self._spacing
        while start < length:
            if self._is_evenly_spaced:  # as `_find_last` does, which is called too often here
                index = bisect_right(advances, self._advances[start] + room) - 1
                end = breaks[index] if index >= 0 else start
            else:
                end = self._find_last(breaks, advances, start, width)
            if end <= start:
                end = self._cut_word(start, width)
            lines.append((start, end))
            start = end
        return lines or [(0, 0)]

    def iter_ends(self, start: int, width: float) -> Iterator[int]:
        """Yield where a line from `start` on may end to fit `width` ems: first after words, then inside one."""
        text = self.paragraph.text
        for ends, advances in ((self._breaks, self._break_advances), (self._cuts, self._cut_advances)):
            last = self._find_last(ends, advances, start, width)
            for end in reversed(ends[bisect_right(ends, start) : bisect_right(ends, last)]):
                is_hyphenation = text[end - 1] == SOFT_HYPHEN and end < len(text)
                if not is_hyphenation and not text[start:end].isspace():
                    yield end

    def find_cut_word(self, end: int) -> tuple[int, int] | None:
        """Return the word [start, end) that a line cuts if it ends at `end`, None if it ends between words."""
        index = bisect_left(self._breaks, end)
        if (
            not 0 < end < len(self.paragraph.text)
            or self._breaks[index] == end
            or self.paragraph.text[end : end + 1].isspace()
        ):
            return None
        return (self._breaks[index - 1] if index else 0), self._breaks[index]

    def _find_last(self, ends: Sequence[int], advances: Sequence[float], start: int, width: float) -> int:
        """Return the last of `ends`, at `advances`, up to which the characters from `start` fit, or `start`."""
        limit = self._advances[start] + width * (1 + ROUNDING)
        if self._is_evenly_spaced:
            index = bisect_right(advances, limit + self._spacing) - 1
            return max(ends[index], start) if index >= 0 else start
        # Where scripts with and without spacing are mixed, the line decides whether there is one at its end.
        index = bisect_right(advances, limit + max(self._spacing, 0.0)) - 1
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

    def _cut_word(self, start: int, width: float) -> int:
        """Return the end of a line that begins with a word which is too long for it."""
        word = bisect_right(self._breaks, start)
        end = self._breaks[word]
        excess = self._break_advances[word] - self._advances[start] - self._find_trailing_spacing(start, end) - width
        if excess <= BEARINGS and self.paragraph.cut_line(start, end).fits(width):
            return end  # its advance is too wide, but its ink is not
        # At least up to the next place for a cut, however wide; a soft hyphen before it would not fit when visible.
        text = self.paragraph.text
        last = self._find_last(self._cuts, self._cut_advances, start, width)
        fitting = self._cuts[bisect_right(self._cuts, start) : bisect_right(self._cuts, last)]
        wider = self._cuts[bisect_right(self._cuts, last) :]
        return next((cut for cut in chain(reversed(fitting), wider) if text[cut - 1] != SOFT_HYPHEN), len(text))
