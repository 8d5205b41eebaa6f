"""Text of every script is drawn, in the design's font or in a fallback font that a finding names."""

import pytest

from rendering.engine.text.fonts import load_face, load_faces
from rendering.engine.text.shaping import Line, Paragraph, shape_paragraph
from rendering.engine.text.substitutions import Substitution
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import draw_short_form, draw_short_form_image, find_ink_box, open_rgb

TEXTS = {
    "Greek": ("Καλημέρα", "Noto Sans"),
    "Cyrillic": ("Доброе утро", "Noto Sans"),
    "Arabic": ("صباح الخير", "Noto Sans Arabic"),
    "Hebrew": ("בוקר טוב", "Noto Sans Hebrew"),
    "Devanagari": ("शुभ प्रभात", "Noto Sans Devanagari"),
    "Bengali": ("সুপ্রভাত", "Noto Sans Bengali"),
    "Tamil": ("காலை வணக்கம்", "Noto Sans Tamil"),
    "Telugu": ("శుభోదయం", "Noto Sans Telugu"),
    "Thai": ("สวัสดีตอนเช้า", "Noto Sans Thai"),
    "Khmer": ("អរុណសួស្តី", "Noto Sans Khmer"),
    "Georgian": ("დილა მშვიდობისა", "Noto Sans Georgian"),
    "Chinese": ("慢慢的早晨", "Noto Sans CJK"),
    "Japanese": ("ゆっくりした朝", "Noto Sans CJK"),
    "Korean": ("느린 아침", "Noto Sans CJK"),
    "emoji": ("☕🌞👩‍💻", "Noto Color Emoji"),
}


def paragraph(text: str, font: str = "Bebas-Bold") -> Paragraph:
    return shape_paragraph(load_faces(installed_fonts()[font], fallback_fonts()), text)


def line(text: str, font: str = "Bebas-Bold") -> Line:
    return paragraph(text, font).cut_line()


def pens(found: Line) -> list[float]:
    return [x for run in found.runs for _, x, *_ in run.glyphs]


@pytest.mark.parametrize("script", TEXTS)
def test_a_fallback_font_is_used_and_named(script: str) -> None:
    text, family = TEXTS[script]
    drawing = draw_short_form(text=text, font="Bebas-Bold")
    (finding,) = drawing.findings
    assert (finding.code, finding.severity) == ("substituted_font", "info" if script == "emoji" else "warning")
    assert f"drawn in {family}:" in finding.message
    assert drawing.fonts == (family,)
    left, top, right, bottom = find_ink_box(open_rgb(drawing.files[0].data))
    assert right - left > 60
    assert bottom - top > 20


@pytest.mark.parametrize("script", TEXTS)
def test_no_character_of_a_script_is_missing(script: str) -> None:
    text, _ = TEXTS[script]
    assert paragraph(text).missing == ""


def test_one_line_may_mix_all_scripts_and_fonts() -> None:
    found = paragraph("Hi " + " ".join(text for text, _ in TEXTS.values()))
    assert found.missing == ""
    assert {each.font for each in found.substituted} == {family for _, family in TEXTS.values()}
    assert found.cut_line().runs[0].face.name == "Bebas-Bold"


def test_arabic_letters_are_joined() -> None:
    joined, apart = line("ببب"), line("ب ب ب")
    assert len({glyph for run in joined.runs for glyph, *_ in run.glyphs}) > 1  # initial, medial, final
    assert joined.advance < apart.advance


def test_a_letter_joins_neighbours_of_another_font() -> None:
    """The joiner is in the design's font, the letter beside it in a fallback font."""
    forms = {text: {glyph for glyph, *_ in line(text).runs[0].glyphs} for text in ("ب", "\u200dب", "ب\u200d")}
    assert len(set(map(frozenset, forms.values()))) == 3


def test_a_word_keeps_one_font_for_a_letter_that_two_scripts_share() -> None:
    assert load_face(installed_fonts()["Bebas-Bold"]).has_char("μ")
    assert [run.face.name for run in line("Καλημέρα").runs] == ["Noto Sans"]


def test_a_word_that_lacks_one_letter_is_drawn_in_a_fallback_font_as_a_whole() -> None:
    face = load_face(installed_fonts()["Pacifico-Regular"])
    assert face.has_char("D")
    assert not face.has_char("ǂ")
    found = paragraph("Dvoǂak", "Pacifico-Regular")
    assert [run.face.name for run in found.cut_line().runs] == ["Noto Sans"]
    assert found.substituted == (Substitution("Noto Sans", "ǂ", ("Dvoǂak",)),)


def test_hebrew_runs_from_right_to_left() -> None:
    aleph, bet = (line(letter).runs[0].glyphs[0][0] for letter in "אב")
    assert [glyph for glyph, *_ in line("אב").runs[0].glyphs] == [bet, aleph]
    assert pens(line("אב")) == sorted(pens(line("אב")))


def test_words_of_two_directions_are_in_reading_order() -> None:
    """In a line that begins in Hebrew, the Latin word is to the left of it."""
    found = line("שלום abc")
    assert [run.face.name for run in found.runs] == ["Bebas-Bold", "Noto Sans Hebrew"]
    assert [run.face.name for run in line("abc שלום").runs] == ["Bebas-Bold", "Noto Sans Hebrew"]
    assert [run.face.name for run in line("שלום abc שלום").runs] == [
        "Noto Sans Hebrew",
        "Bebas-Bold",
        "Noto Sans Hebrew",
    ]


def test_a_devanagari_vowel_sign_is_placed_before_its_consonant() -> None:
    consonant = line("क").runs[0].glyphs[0][0]
    glyphs = [glyph for glyph, *_ in line("कि").runs[0].glyphs]
    assert glyphs.index(consonant) == 1


def test_an_emoji_of_several_people_is_one_glyph() -> None:
    assert len(line("👩‍💻").runs[0].glyphs) == 1


def test_a_fallback_font_has_the_requested_weight() -> None:
    regular = draw_short_form_image(text="Доброе утро שלום", font="Montserrat-Regular")
    bold = draw_short_form_image(text="Доброе утро שלום", font="Montserrat-Bold")
    assert sum(bold.convert("L").histogram()[128:]) > 1.1 * sum(regular.convert("L").histogram()[128:])


def test_letters_of_the_designs_font_are_unchanged() -> None:
    alone, beside = line("Test", "Roboto-Regular"), line("Test שלום", "Roboto-Regular")
    assert beside.runs[0].glyphs == alone.runs[0].glyphs


def test_a_precomposed_accent_needs_no_fallback_font() -> None:
    face = load_face(installed_fonts()["Bebas-Bold"])
    assert not face.has_char("\u030c") or face.can_draw("e\u030c")
    assert paragraph("Cafe\u0301 e\u030c").substituted == ()


def test_a_shared_character_follows_the_neighbouring_language() -> None:
    """U+8FD4 (return) is drawn differently in Chinese and in Japanese."""
    chinese, japanese, korean = (line(f"返{beside}").runs[0].glyphs[0][0] for beside in ("回", "す", "가"))
    assert chinese != japanese
    assert chinese == line("返").runs[0].glyphs[0][0]
    assert korean != chinese
