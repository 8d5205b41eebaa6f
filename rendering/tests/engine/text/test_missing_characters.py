import pytest

from rendering.tests.support.drawings import FONTS, drawn, opened, picture


@pytest.mark.parametrize("font", FONTS)
def test_what_the_font_has_is_drawn_as_if_the_rest_were_not_there(font: str) -> None:
    drawing = drawn(text="Te𗀀st", font=font)
    (finding,) = drawing.findings
    assert (finding.code, finding.severity, finding.layer) == ("missing_glyph", "warning", 0)
    assert "𗀀 (U+17000)" in finding.message
    assert opened(drawing.files[0].data).tobytes() == picture(text="Test", font=font).tobytes()


def test_each_missing_character_is_named_once_in_order() -> None:
    (finding,) = drawn(text="𗀀A\U00013000𗀀").findings
    assert finding.message.index("U+17000") < finding.message.index("U+13000")
    assert finding.message.count("𗀀") == 1
    assert finding.measured == 2


def test_many_missing_characters_are_counted() -> None:
    (finding,) = drawn(text="A" + "".join(chr(0x17000 + number) for number in range(40))).findings
    assert finding.message.endswith("and 30 more.")


def test_nothing_but_missing_characters_is_an_error_on_an_empty_ground() -> None:
    drawing = drawn("preview.png:600", "preview.webp:600", text="𗀀𗀁", color="#123456")
    (finding,) = drawing.findings
    assert (finding.code, finding.severity) == ("missing_glyph", "error")
    for file in drawing.files:
        assert opened(file.data).getcolors() == [(360_000, (0x12, 0x34, 0x56))]


def test_joiners_and_accents_written_apart_are_not_missing() -> None:
    for text in ("a\u200db", "a\u00adb", "Cafe\u0301", "a\ufe0f", "a\u2003b"):
        assert drawn(text=text, font="Roboto-Regular").findings == ()
    assert (
        picture(text="Cafe\u0301", font="Roboto-Regular").tobytes()
        == picture(text="Café", font="Roboto-Regular").tobytes()
    )
