"""Line breaks, tabs, placeholders, invisible characters, and letters that only a plain form can stand for."""

from collections.abc import Sequence

import pytest

from rendering.engine.text.characters import fold_letters, is_visible, split_lines
from rendering.engine.text.fonts import load_faces
from rendering.engine.text.shaping import Paragraph, shape_paragraph
from rendering.engine.values import Font
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import PREVIEW, RULES, SQUARE, draw_data, long_form, text_layer

WITHOUT_SYMBOLS = tuple(font for font in fallback_fonts() if font.name in {"Noto Sans", "Noto Sans Arabic"})
BREAKS = {
    "line feed": "\n",
    "form of a browser": "\r\n",
    "carriage return": "\r",
    "next line": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "slide of a presentation": "\v",
    "form feed": "\f",
}
INVISIBLE = {
    "zero width space": "\u200b",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "word joiner": "\u2060",
    "joiner": "\u200d",
    "non-joiner": "\u200c",
    "text selector": "\ufe0e",
    "emoji selector": "\ufe0f",
    "left-to-right mark": "\u200e",
    "isolate": "\u2066\u2069",
    "grapheme joiner": "\u034f",
    "tag": "\U000e0041",
}


def shaped(text: str, fallbacks: Sequence[Font] = WITHOUT_SYMBOLS) -> Paragraph:
    return shape_paragraph(load_faces(installed_fonts()["Roboto-Regular"], fallbacks), text)


def drawn(text: str) -> bytes:
    return draw_data(long_form(text_layer(text, font="Roboto-Regular"))).files[0].data


@pytest.mark.parametrize("name", BREAKS)
def test_every_line_break_is_drawn_as_a_line_feed(name: str) -> None:
    text = f"a{BREAKS[name]}bc"
    assert split_lines(text) == ["a", "bc"]
    assert drawn(text) == drawn("a\nbc") != drawn("abc")


def test_two_breaks_are_an_empty_line_and_a_pair_is_one() -> None:
    assert split_lines("a\r\n\r\nb") == ["a", "", "b"]
    assert split_lines("a\n\rb") == ["a", "", "b"]
    assert split_lines("a\r\n") == ["a", ""]
    assert split_lines("plain") == ["plain"]


def test_a_tab_is_a_space() -> None:
    assert split_lines("a\tb") == ["a b"]
    assert drawn("a\tb") == drawn("a b")


@pytest.mark.parametrize("char", ["\ufffc", "\ufffd"])
def test_a_placeholder_is_left_out_and_reported(char: str) -> None:
    drawing = draw_data(long_form(text_layer(f"For Ada{char}", font="Roboto-Regular")))
    assert drawing.files[0].data == drawn("For Ada")
    (finding,) = drawing.findings
    assert (finding.code, finding.severity, finding.measured) == ("placeholder_dropped", "warning", 1)
    assert f"U+{ord(char):04X}" in finding.message


def test_a_text_of_placeholders_alone_is_not_visible() -> None:
    found = draw_data(long_form(text_layer("\ufffc\ufffd"))).findings
    assert [(finding.code, finding.severity) for finding in found] == [
        ("no_ink", "error"),
        ("placeholder_dropped", "warning"),
    ]


@pytest.mark.parametrize("name", INVISIBLE)
def test_an_invisible_character_changes_nothing_between_letters(name: str) -> None:
    char = INVISIBLE[name]
    assert not any(map(is_visible, char))
    found, plain = shaped(f"H{char}I", fallback_fonts()), shaped("HI", fallback_fonts())
    assert found.missing == ""
    assert found.substituted == ()
    assert found.cut_line().ink == pytest.approx(plain.cut_line().ink, abs=0.02)  # no kerning across it
    assert draw_data(long_form(text_layer(f"H{char}I", font="Roboto-Regular"))).findings == ()


def test_fancy_letters_that_no_font_has_become_plain_ones() -> None:
    found = shaped("𝓗𝓮𝓵𝓵𝓸 ＡＤＡ ⓨⓞ")
    assert (found.text, found.missing) == ("Hello ADA yo", "")
    assert found.folded[:2] == (("𝓗", "H"), ("𝓮", "e"))
    assert {run.run.face.name for run in found.shaped_runs} == {"Roboto-Regular"}
    plain = shaped("Hello ADA yo")
    assert found.cut_line() == plain.cut_line()


def test_what_stands_for_several_letters_keeps_the_text_in_order() -> None:
    found = shaped("a㎏b ⑴ ㏒c")
    assert (found.text, found.missing) == ("akgb (1) logc", "")


def test_all_letters_of_a_word_become_plain_if_one_does() -> None:
    text, folded = fold_letters("𝓗𝓮 ℍ 𝓗", {"𝓗"}, str.isascii)
    assert (text, folded) == ("He ℍ H", {"𝓗": "H", "𝓮": "e"})


def test_a_letter_whose_plain_form_no_font_has_is_missing() -> None:
    assert fold_letters("㈱a", {"㈱"}, str.isascii) == ("㈱a", {})
    found = shaped("a㈱𗀀b")
    assert (found.text, found.missing, found.folded) == ("ab", "㈱𗀀", ())


def test_a_finding_says_what_was_folded() -> None:
    fullwidth = long_form(text_layer("ＨＩ", font="Roboto-Regular"))
    drawing = draw(fullwidth, RULES, installed_fonts(), PREVIEW, fallbacks=WITHOUT_SYMBOLS, areas=[SQUARE])
    (finding,) = drawing.findings
    assert (finding.code, finding.severity, finding.measured) == ("letters_folded", "warning", 2)
    assert "H for Ｈ (U+FF28), I for Ｉ (U+FF29)" in finding.message
    assert drawing.fonts == ("Roboto-Regular",)
