"""Our visual order equals python-bidi's, for mixtures of letters, numbers, marks, signs and isolates."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.text.bidi import LINE_CEILING, Direction, find_visual_runs

ISOLATES = "\u2066\u2067\u2068\u2069"
ALPHABET = "abcאבגابج123١٢+-,.:/$%# ()[]!?\u0301\u05b0\u200f\u200e\u200d\u200c x한" + ISOLATES
BASES: dict[Direction, str | None] = {"auto": None, "ltr": "L", "rtl": "R"}


def reordered(text: str, direction: Direction) -> str:
    pieces = [(text[run.start : run.end], run.rtl) for run in find_visual_runs(text, direction)]
    return "".join(piece[::-1] if rtl else piece for piece, rtl in pieces)


def without_isolates(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, ISOLATES)))


@given(st.text(ALPHABET, min_size=1, max_size=30), st.sampled_from(sorted(BASES)))
def test_the_order_matches_the_unicode_algorithm(text: str, direction: Direction) -> None:
    base = BASES[direction]
    wanted = get_display(text, base_dir=base) if base else get_display(text)
    assert without_isolates(reordered(text, direction)) == without_isolates(wanted)


@pytest.mark.parametrize(
    ("text", "direction", "shown"),
    [
        ("abc", "auto", "abc"),
        ("שלום", "auto", "םולש"),
        ("abc שלום 12.5", "auto", "abc 12.5 םולש"),
        ("שלום abc 12", "auto", "abc 12 םולש"),
        ("abc", "rtl", "abc"),
        ("abc!", "rtl", "!abc"),
        ("שלום!", "ltr", "םולש!"),
    ],
)
def test_typical_lines_have_the_expected_order(text: str, direction: Direction, shown: str) -> None:
    assert reordered(text, direction) == shown


def test_a_long_line_is_ordered_and_a_longer_one_refused() -> None:
    assert find_visual_runs("א" * LINE_CEILING, "auto") == [(0, LINE_CEILING, True)]
    with pytest.raises(ValueError, match="too long for visual order"):
        find_visual_runs("א" * (LINE_CEILING + 1), "auto")


def test_many_unclosed_isolates_are_ordered() -> None:
    text = "\u2067" * 1500 + "אב" * 300
    assert sum(run.end - run.start for run in find_visual_runs(text, "auto")) == len(text)
