"""Lines break between words, also in languages that write no spaces."""

import unicodedata

import pytest

from rendering.engine.text.fonts import load_faces
from rendering.engine.text.line_breaking import ParagraphBreaker, find_breaks
from rendering.engine.text.shaping import Paragraph, ShapingStyle, shape_paragraph
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts


def paragraph(text: str, font: str = "Roboto-Regular", style: ShapingStyle = ShapingStyle()) -> Paragraph:  # noqa: B008
    return shape_paragraph(load_faces(installed_fonts()[font], fallback_fonts()), text, "auto", style)


def broken(text: str, width: float) -> list[str]:
    return [text[start:end] for start, end in ParagraphBreaker(paragraph(text)).break_lines(width)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Slow mornings only", ["Slow ", "mornings ", "only"]),
        ("well-known", ["well-", "known"]),
        ("don't (stop) 10%", ["don't ", "(stop) ", "10%"]),
        ("no\u00a0break here", ["no\u00a0break ", "here"]),
        ("สวัสดีชาวโลก", ["สวัสดี", "ชาว", "โลก"]),
        ("សួស្តីពិភពលោក", ["សួស្តី", "ពិភពលោក"]),
        ("日本語の文", ["日", "本", "語", "の", "文"]),
        ("मेरा भारत", ["मेरा ", "भारत"]),
        ("👩‍💻👩‍💻 ok 😀😀", ["👩‍💻", "👩‍💻 ", "ok ", "😀", "😀"]),
        ("", []),
    ],
)
def test_a_line_may_end_between_these_parts(text: str, parts: list[str]) -> None:
    found = find_breaks(text)
    assert [text[start:end] for start, end in zip([0, *found], found, strict=False)] == parts


def test_as_many_words_as_fit_are_on_a_line() -> None:
    text = "one two three four"
    width = paragraph("one two three").cut_line().advance
    assert broken(text, width) == ["one two three ", "four"]
    assert broken(text, width - 0.001) == ["one two ", "three four"]


def test_spaces_at_the_end_of_a_line_take_no_room() -> None:
    assert broken("one two     three", paragraph("one two").cut_line().advance) == ["one two     ", "three"]


def test_a_word_that_is_wider_than_the_line_is_broken_between_letters() -> None:
    lines = broken("unbreakable\u0301", 2.0)
    assert len(lines) > 1
    assert "".join(lines) == "unbreakable\u0301"
    assert not any(line.startswith("\u0301") for line in lines)


def test_a_letter_wider_than_the_line_is_alone_on_it() -> None:
    assert broken("WWW", 0.01) == ["W", "W", "W"]


@pytest.mark.parametrize("text", ["AVAVA fi ffi To", "مرحبا بالعالم الجميل", "नमस्ते मेरे भारत", "abc שלום עולם xyz"])
def test_lines_are_as_wide_as_their_words_shaped_alone(text: str) -> None:
    """A paragraph is shaped once and cut into lines; the widths equal those of lines shaped alone."""
    whole = paragraph(text)
    for start, end in ParagraphBreaker(whole).break_lines(1.5):
        alone = paragraph(text[start:end].strip())
        assert whole.cut_line(start, end).advance == pytest.approx(alone.cut_line().advance, abs=1e-9)


def test_the_words_of_a_wrapped_line_are_in_reading_order() -> None:
    """In Hebrew the first word of each line is on the right."""
    text = "אחת שתיים three ארבע"
    whole = paragraph(text)
    (start, end), *_ = ParagraphBreaker(whole).break_lines(whole.cut_line(0, 9).advance)
    names = [run.face.name for run in whole.cut_line(start, end).runs]
    assert text[start:end].split() == ["אחת", "שתיים"]
    assert set(names) == {"Noto Sans Hebrew"}
    rest = whole.cut_line(end, len(text))
    assert [run.face.name for run in rest.runs] == ["Noto Sans Hebrew", "Roboto-Regular"]


def test_letter_spacing_is_added_between_letters_that_do_not_join() -> None:
    spaced = ShapingStyle(letter_spacing=0.5)
    plain, wide = paragraph("abc"), paragraph("abc", style=spaced)
    assert wide.cut_line().advance == pytest.approx(plain.cut_line().advance + 1.0)  # two gaps between three letters
    for text in ("مرحبا", "नमस्ते"):
        assert paragraph(text, style=spaced).cut_line() == paragraph(text).cut_line()


@pytest.mark.parametrize("spacing", [-0.1, 0.5])
@pytest.mark.parametrize("text", ["HELLO", "שלום", "photo\u00adset", "a\u200eb\u200f", "Éa\u0301n", "abc שלום"])
def test_a_line_has_one_spacing_less_than_letters(text: str, spacing: float) -> None:
    """Neither after the last letter, nor for a character that cannot be seen."""
    letters = sum(not unicodedata.combining(char) and unicodedata.category(char) != "Cf" for char in text)
    plain, spaced = paragraph(text).cut_line(), paragraph(text, style=ShapingStyle(letter_spacing=spacing)).cut_line()
    assert spaced.advance - plain.advance == pytest.approx((letters - 1) * spacing)
    assert spaced.ink is not None
    assert plain.ink is not None
    assert spaced.ink.width - plain.ink.width == pytest.approx((letters - 1) * spacing)


def test_letter_spacing_splits_ligatures() -> None:
    font = "Lora-Regular"
    joined = {glyph for run in paragraph("ffi", font).cut_line().runs for glyph, *_ in run.glyphs}
    apart = {
        glyph
        for run in paragraph("ffi", font, ShapingStyle(letter_spacing=0.1)).cut_line().runs
        for glyph, *_ in run.glyphs
    }
    assert joined != apart
    assert len(apart) == 2


def test_features_choose_other_glyphs() -> None:
    font = "Raleway-Regular"
    plain = paragraph("1234567890", font).cut_line()
    assert paragraph("1234567890", font, ShapingStyle({"lnum": 1})).cut_line() != plain
    assert paragraph("1234567890", font, ShapingStyle({"zzzz": 1})).cut_line() == plain


def test_a_soft_hyphen_is_visible_only_at_the_end_of_a_line() -> None:
    text = "photo\u00adset"
    whole, plain = paragraph(text), paragraph("photoset")
    assert whole.cut_line().runs == plain.cut_line().runs
    hyphenated = paragraph("photo-").cut_line()
    (first, second) = ParagraphBreaker(whole).break_lines(hyphenated.advance)
    assert whole.cut_line(*first) == hyphenated
    assert whole.cut_line(*second).runs == paragraph("set").cut_line().runs
    assert hyphenated.ink is not None
    width = hyphenated.ink.width - 0.01
    narrower = [whole.cut_line(*one).ink for one in ParagraphBreaker(whole).break_lines(width)]
    assert all(ink is None or ink.width < width for ink in narrower)


@pytest.mark.parametrize("spacing", [-0.15, 0.3, 1.0])
@pytest.mark.parametrize("text", ["HELLO", "שלום", "Kaffee und Kuchen", "photo\u00adset", "abc مرحبا abc", "مرحبا abc"])
def test_letter_spacing_does_not_break_a_line_that_fits(text: str, spacing: float) -> None:
    """The room is exactly that of the line, of which the last letter has no spacing."""
    spaced = paragraph(text, style=ShapingStyle(letter_spacing=spacing))
    breaker, line = ParagraphBreaker(spaced), spaced.cut_line()
    assert breaker.break_lines(line.advance) == [(0, len(spaced.text))]
    if " " in text:
        assert line.ink is not None
        assert len(breaker.break_lines(min(line.advance, line.ink.width) - 0.001)) > 1
    widest = max(paragraph(word, style=spaced.style).cut_line().advance for word in text.split())
    assert breaker.measure_longest_word() == pytest.approx(widest, abs=1e-9) or "\u00ad" in text


def test_a_word_whose_ink_fits_is_not_cut() -> None:
    """A word's advance has room beside its ink, which an exact box does not."""
    whole = paragraph("HAMBURG")
    line = whole.cut_line()
    assert line.ink is not None
    assert line.ink.width < line.advance - 0.05
    assert ParagraphBreaker(whole).break_lines(line.ink.width) == [(0, 7)]
    assert len(ParagraphBreaker(whole).break_lines(line.ink.width - 0.001)) == 2


def test_nothing_fits_into_a_negative_width() -> None:
    """A box may be narrower than the ellipsis."""
    assert list(ParagraphBreaker(paragraph("abcdef")).iter_ends(0, -1.0)) == []
    assert list(ParagraphBreaker(paragraph("abcdef")).iter_ends(3, -1.0)) == []
