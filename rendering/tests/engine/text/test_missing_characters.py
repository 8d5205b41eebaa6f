import pytest

from rendering.tests.support.drawings import FONTS, draw_short_form, draw_short_form_image, open_rgb


@pytest.mark.parametrize("font", FONTS)
def test_available_characters_are_drawn_as_if_the_rest_were_absent(font: str) -> None:
    drawing = draw_short_form(text="Te𗀀st", font=font)
    (finding,) = drawing.findings
    assert (finding.code, finding.severity, finding.layer) == ("missing_glyphs", "warning", 0)
    assert "𗀀 (U+17000)" in finding.message
    assert open_rgb(drawing.files[0].data).tobytes() == draw_short_form_image(text="Test", font=font).tobytes()


def test_each_missing_character_is_named_once_in_order() -> None:
    (finding,) = draw_short_form(text="𗀀A\U00013000𗀀").findings
    assert finding.message.index("U+17000") < finding.message.index("U+13000")
    assert finding.message.count("𗀀") == 1
    assert finding.measured == 2


def test_many_missing_characters_are_counted() -> None:
    (finding,) = draw_short_form(text="A" + "".join(chr(0x17000 + number) for number in range(40))).findings
    assert finding.message.endswith("and 30 more.")


def test_only_missing_characters_is_an_error_on_an_empty_background() -> None:
    drawing = draw_short_form("preview.png:600", "preview.webp:600", text="𗀀𗀁", color="#123456")
    (finding,) = drawing.findings
    assert (finding.code, finding.severity) == ("missing_glyphs", "error")
    for file in drawing.files:
        assert open_rgb(file.data).getcolors() == [(360_000, (0x12, 0x34, 0x56))]


def test_joiners_and_accents_written_apart_are_not_missing() -> None:
    for text in ("a\u200db", "a\u00adb", "Cafe\u0301", "a\ufe0f", "a\u2003b"):
        assert draw_short_form(text=text, font="Roboto-Regular").findings == ()
    assert (
        draw_short_form_image(text="Cafe\u0301", font="Roboto-Regular").tobytes()
        == draw_short_form_image(text="Café", font="Roboto-Regular").tobytes()
    )
