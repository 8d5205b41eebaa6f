"""An ellipsis follows a whole word where one fits, and never half a syllable."""

import pytest
import regex

from rendering.engine.text.line_breaking import ParagraphBreaker
from rendering.tests.support.text_layout import lay_out_text

THAI = "เช้าที่เชื่องช้านั้นคุ้มค่าแก่การรอคอยเสมอ"
THAI_WORDS = ("เช้า", "ที่", "เชื่อง", "ช้า", "นั้น", "คุ้ม", "ค่า", "แก่", "การ", "รอ", "คอย", "เสมอ")
LONG_WORDS = ["เครื่องปั่นเหวี่ยงเหนือเมฆ", "ສະຫວັນນະເຂດເຊໂປນ", "ပြည်ထောင်စုသမ္မတမြန်မာနိုင်ငံ", "អន្តរជាតិ", "क्षत्रियत्वम्", "Donaudampf"]
# What no line may end with, and what none may begin with: vowels without their consonant, consonants without theirs.
DANGLING_END = regex.compile(r"[เ-ไເ-ໄ\u0E31\u0E37\u0E47\u0EB1\u0EBB][\u0E48-\u0E4B\u0EC8-\u0ECB]?$")
DANGLING_START = regex.compile(r"^(?:\p{M}|[ะาำๅๆະາຳຽ]|[\u1000-\u1021]\u1037?[\u1039\u103A])")


def kept(text: str, width: float) -> tuple[int, tuple[str, ...]]:
    """Return how many characters are left of a text on one line, and the words that its end cuts."""
    box = {"x": 0, "y": 0, "width": width, "height": 60}
    layer = lay_out_text(text, font="Roboto-Regular", size=40, fit="ellipsis", box=box, line_height=1.2)
    graphemes = len(regex.findall(r"\X", text))
    return graphemes - layer.cut_count, layer.cut_words


@pytest.mark.parametrize("width", range(90, 500, 20))
def test_thai_is_cut_after_a_word(width: int) -> None:
    count, cut_words = kept(THAI, width)
    graphemes = regex.findall(r"\X", THAI)
    ends = {len(regex.findall(r"\X", "".join(THAI_WORDS[:number]))) for number in range(1, len(THAI_WORDS) + 1)}
    assert count in ends, "".join(graphemes[:count])
    assert cut_words == ()


@pytest.mark.parametrize("text", LONG_WORDS)
def test_a_word_that_must_be_cut_is_not_cut_inside_a_syllable(text: str) -> None:
    graphemes = regex.findall(r"\X", text)
    counts = set()
    for width in range(70, 400, 10):
        count, _ = kept(text, width)
        if 0 < count < len(graphemes):
            counts.add(count)
            assert not DANGLING_END.search("".join(graphemes[:count])), "".join(graphemes[:count])
            assert not DANGLING_START.search("".join(graphemes[count:])), "".join(graphemes[:count])
    assert len(counts) > 1


@pytest.mark.parametrize("text", LONG_WORDS)
def test_a_wrapped_word_is_not_cut_inside_a_syllable(text: str) -> None:
    layer = lay_out_text(text, font="Roboto-Regular")
    (whole,) = layer.paragraphs
    for start, end in ParagraphBreaker(whole).break_lines(2.5)[:-1]:
        assert not DANGLING_END.search(text[start:end]), text[start:end]
        assert not DANGLING_START.search(text[end:]), text[start:end]


def test_latin_is_cut_after_a_word_if_one_fits() -> None:
    assert kept("One two three four five", 200) == (len("One two"), ())
    assert kept("Donaudampfschiff ahoi", 200)[1] == ("Donaudampfschiff",)


@pytest.mark.parametrize("spacing", [-0.1, 0.5, 1])
def test_letter_spacing_does_not_cut_a_text_that_fits(spacing: float) -> None:
    free = lay_out_text("HELLO", font="Roboto-Regular", size=30, letter_spacing=spacing, fit="none").ink
    assert free is not None
    for fit in ("wrap", "ellipsis", "wrap_shrink"):
        box = {"x": 30, "y": 50, "width": free.width + 0.001, "height": 100}
        layer = lay_out_text("HELLO", font="Roboto-Regular", size=30, letter_spacing=spacing, fit=fit, box=box)
        assert (len(layer.block.lines), layer.cut_count, layer.cut_words) == (0, 0, ())  # one line, whole
        assert layer.size == pytest.approx(30)


def test_replaced_characters_are_counted_as_people_do() -> None:
    box = {"x": 0, "y": 0, "width": 150, "height": 60}
    layer = lay_out_text("Hello " + "👩‍👩‍👧" * 6, font="Roboto-Regular", size=40, fit="ellipsis", box=box)
    assert layer.cut_count == 7
