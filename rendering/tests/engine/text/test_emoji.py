"""Emoji presentation: what is in colour, and what has the colour of the text."""

import pytest
import regex

from rendering.engine.text.emoji import EmojiStyle, is_emoji
from rendering.engine.text.fonts import load_faces
from rendering.engine.text.shaping import Paragraph, ShapingStyle, shape_paragraph
from rendering.engine.text.special_faces import find_color_face
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts

# What is shown in colour with "auto", "color" and "text".
CASES = {
    "smiley": ("😀", True, True, False),
    "zodiac": ("♈", True, True, False),
    "bare heart": ("❤", True, True, False),
    "heart of a keyboard": ("❤\ufe0f", True, True, False),
    "heart as text": ("❤\ufe0e", False, False, False),
    "suit": ("♥", False, True, False),
    "suit of a keyboard": ("♥\ufe0f", True, True, False),
    "bare sun": ("☀", False, True, False),
    "sun of a keyboard": ("☀\ufe0f", True, True, False),
    "smiley as text": ("😀\ufe0e", False, False, False),
    "arrow": ("↔", False, True, False),
    "copyright": ("©", False, True, False),
    "digit": ("1", False, False, False),
    "digit and selector": ("1\ufe0f", False, False, False),
    "keycap": ("1\ufe0f\u20e3", True, True, False),
    "keycap without selector": ("#\u20e3", True, True, False),
    "skin tone": ("👍🏽", True, True, False),
    "skin tone of a text emoji": ("☝🏿", True, True, False),
    "flag": ("🇩🇪", True, True, False),
    "flag of England": ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", True, True, False),
    "rainbow flag": ("🏳\ufe0f\u200d🌈", True, True, False),
    "family": ("👩\u200d👩\u200d👧\u200d👦", True, True, False),
    "star": ("★", False, False, False),
    "star and selector": ("★\ufe0f", False, False, False),
    "letter": ("A", False, False, False),
}
JOINED = (
    "👩\u200d💻",
    "👨🏾\u200d🍳",
    "❤\ufe0f\u200d🔥",
    "🏳\ufe0f\u200d🌈",
    "🏴\u200d☠\ufe0f",
    "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿",
)


def shaped(text: str, emoji: EmojiStyle = "auto", font: str = "Roboto-Regular") -> Paragraph:
    style = ShapingStyle(emoji=emoji)
    return shape_paragraph(load_faces(installed_fonts()[font], fallback_fonts()), text, "auto", style)


def colors(text: str, emoji: EmojiStyle = "auto", font: str = "Roboto-Regular") -> list[bool]:
    return [run.face.has_color_glyphs for run in shaped(text, emoji, font).cut_line().runs]


@pytest.mark.parametrize("style", ["auto", "color", "text"])
@pytest.mark.parametrize("case", CASES)
def test_a_grapheme_is_in_colour_where_unicode_and_the_layer_say_so(case: str, style: EmojiStyle) -> None:
    text, *expected = CASES[case]
    expected_color = dict(zip(("auto", "color", "text"), expected, strict=True))[style]
    assert colors(text, style) == [expected_color]
    assert shaped(text, style).missing == ""


def test_every_emoji_of_unicode_15_is_in_colour() -> None:
    emoji = [chr(code) for code in range(0x2300, 0x1FB00) if regex.match(r"\p{Emoji_Presentation}", chr(code))]
    faces = load_faces(installed_fonts()["Roboto-Regular"], fallback_fonts())
    lacking = [char for char in emoji if find_color_face(faces, char) is None]
    assert len(emoji) > 1200
    assert len(lacking) <= 20  # the newest, which are left out and reported


def test_sequences_are_one_glyph_with_colours_and_without() -> None:
    for text in JOINED:
        for style in ("auto", "text"):
            glyphs = [glyph for run in shaped(text, style).cut_line().runs for glyph in run.glyphs]
            assert len(glyphs) == 1, (text, style)


def test_skin_tones_and_flags_differ() -> None:
    tones = [shaped(f"👋{tone}").cut_line().runs[0].glyphs[0][0] for tone in ("", *"🏻🏼🏽🏾🏿")]
    flags = [shaped(flag).cut_line().runs[0].glyphs[0][0] for flag in ("🇩🇪", "🇫🇷", "🇯🇵", "🇺🇸")]
    assert len(set(tones)) == 6
    assert len(set(flags)) == 4


def test_an_emoji_is_in_colour_though_the_designs_font_has_it() -> None:
    for font, char in (("JetBrainsMono-Regular", "⚡"), ("Inter-Regular", "❤"), ("FiraCode-Bold", "🌐")):
        assert load_faces(installed_fonts()[font])[0].has_char(char)
        assert colors(char, font=font) == [True]
        assert colors(char, "text", font) == [False]
    assert colors("☀", font="JetBrainsMono-Regular") == [False]


def test_plain_text_asks_nothing_about_emoji() -> None:
    is_emoji.cache_clear()
    shaped("The same letters again and again")
    asked = is_emoji.cache_info().misses
    shaped("again and again the same letters")
    assert is_emoji.cache_info() == (is_emoji.cache_info().hits, asked, 8192, asked)


def test_text_beside_an_emoji_keeps_its_font() -> None:
    names = [run.face.name for run in shaped("I ❤\ufe0f NY 2026 😀!").cut_line().runs]
    assert names == ["Roboto-Regular", "Noto Color Emoji", "Roboto-Regular", "Noto Color Emoji", "Roboto-Regular"]
