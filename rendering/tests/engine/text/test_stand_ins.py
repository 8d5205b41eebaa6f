"""What a font lacks is drawn by one stand-in for all words of the script, alike in weight and serifs."""

from __future__ import annotations

import unicodedata
from collections import defaultdict

import numpy as np
import pytest
from PIL import Image, ImageDraw

from rendering.engine.text.face import Face
from rendering.engine.text.fonts import load_face, load_faces
from rendering.engine.text.itemize import itemize_text
from rendering.engine.text.shaping import shape_paragraph
from rendering.engine.values import Font
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import draw_short_form, find_ink_box, pillow_font
from rendering.tests.support.layers import draw_layers

CATALOGUE = installed_fonts()
NAMES = (
    *(
        "Łódź",
        "Nguyễn",
        "Phượng",
        "Đặng",
        "Đorđe",
        "Žofie",
        "Ağaoğlu",
        "Şule",
        "Þór",
        "Guðrún",
        "Țuțea",
        "Zoë",
        "Čeněk",
    ),
    *("Őri", "Ģirts", "Ŵyn", "Ħal", "Łucja-Anna", "D’Łuc", "Θάνος", "Євген", "Елизавета", "Niño", "Strauß", "Ǫrn"),
)
# Letters that may look alike: of other alphabets, in capitals only, or with a cedilla or comma, a descender or hook.
ALIKE = (
    *(
        "ÐĐƉ",
        "ÐĐðđ",
        "Iıi",
        "Jjȷ",
        "Kkĸ",
        "ІӀӏ",
        "ѲӨ",
        "ѳө",
        "ΜϺ",
        "gɡ",
        "ɔↄ",
        "ѢҌ",
        "ѣҍ",
        "ҶӋ",
        "ҷӌ",
        "ʉᵾ",
        "ǝə",
        "Ɂʔ",
    ),
    *("ŢţȚț", "aɑ", "\u037a\u1fbe", "ʹʼˊ", "ҕӷ", "ҚӃ", "қӄ", "ҢӇ", "ңӈ", "ҲӼ", "ҳӽ", "ԒԮ", "ԓԯ"),
    *("Ўўӯ", "ЙӢ"),  # on a grid of 8 × 8 px
)


def faces_of(text: str, font: str) -> list[Face]:
    """Return the face of each visible character, in the order of the text."""
    line = itemize_text(text, load_faces(CATALOGUE[font], fallback_fonts()))
    assert not line.missing
    found = {index: run.face for run in line.runs for index in range(run.start, run.end)}
    return [found[index] for index in range(len(text)) if not text[index].isspace()]


@pytest.mark.parametrize("font", CATALOGUE)
def test_no_word_mixes_two_faces(font: str) -> None:
    for name in NAMES:
        for text in (name, unicodedata.normalize("NFD", name), name.upper()):
            assert len({face.name for face in faces_of(text, font)}) == 1, text


def test_all_words_of_a_script_are_in_one_face() -> None:
    own, other, greek = (faces_of(word, "Bebas-Bold")[0].name for word in ("Anna", "Phượng", "και"))
    assert (own, other, greek) == ("Bebas-Bold", "Noto Sans", "Noto Sans")
    assert {face.name for face in faces_of("Anna & Phượng 2024", "Bebas-Bold")} == {"Noto Sans"}
    assert [face.name for face in faces_of("Anna και", "Bebas-Bold")] == 4 * ["Bebas-Bold"] + 3 * ["Noto Sans"]


def test_a_letter_that_is_on_another_line_counts() -> None:
    layer = {"type": "text", "text": "Anna\nPhượng", "font": "Bebas-Bold", "size": 20}
    drawing = draw_layers([layer], 200)
    assert drawing.fonts == ("Noto Sans",)
    (finding,) = [finding for finding in drawing.findings if finding.code == "substituted_font"]
    assert finding.severity == "warning"
    assert finding.message == (
        "Bebas-Bold does not have all letters of these words, which are drawn in Noto Sans: Anna, Phượng."
    )
    assert finding.operator_message == "Bebas-Bold lacks ư (U+01B0), ợ (U+1EE3); in Noto Sans instead."


def test_an_ellipsis_stays_in_the_face_of_its_line() -> None:
    layer = {"type": "text", "text": "Anna Anna Anna Phượng Phượng Phượng", "font": "Bebas-Bold", "size": 20}
    drawing = draw_layers([{**layer, "fit": "ellipsis", "box": {"x": 0, "y": 0, "width": 60, "height": 24}}], 200)
    assert "text_cut" in {finding.code for finding in drawing.findings}
    assert drawing.fonts == ("Noto Sans",)


def test_punctuation_between_letters_belongs_to_their_word() -> None:
    found = faces_of("Łódź-Anna’s και, 5!", "Orbitron-Regular")
    assert {face.name for face in found} == {"Noto Sans"}
    kept = faces_of("Anna’s και-και, 5!", "Bebas-Bold")
    assert [face.name for face in kept] == 6 * ["Bebas-Bold"] + 7 * ["Noto Sans"] + 3 * ["Bebas-Bold"]


def test_a_letter_that_no_font_has_changes_no_face() -> None:
    line = itemize_text("Te𗀀st", load_faces(CATALOGUE["Bebas-Bold"], fallback_fonts()))
    assert {run.face.name for run in line.runs} == {"Bebas-Bold"}


def test_fullwidth_letters_take_no_word_with_them() -> None:
    faces = faces_of("Ada Ａ", "Roboto-Regular")
    assert [face.name for face in faces] == ["Roboto-Regular"] * 3 + ["Noto Sans CJK"]


def test_symbols_take_no_word_with_them() -> None:
    assert [face.name for face in faces_of("Hi ☕", "Bebas-Bold")] == ["Bebas-Bold", "Bebas-Bold", "Noto Color Emoji"]


def stem_width(font: Font) -> float:
    """Return the width of the stem of l, ems, at half its height, as Pillow draws it."""
    picture = Image.new("RGB", (1600, 1600), "white")
    ImageDraw.Draw(picture).text((400, 1200), "l", font=pillow_font(font, 1000), fill="black", anchor="ls")
    _, top, _, bottom = find_ink_box(picture)
    row = np.asarray(picture.convert("L"))[(top + bottom) // 2]
    return float((row < 128).sum()) / 1000


@pytest.mark.parametrize("font", [font for font in CATALOGUE.values() if not font.axes], ids=lambda font: font.name)
def test_a_heavy_font_has_a_bold_stand_in(font: Font) -> None:
    is_heavy = font.name.endswith("-Bold") or stem_width(font) >= 0.12
    assert font.weight == (700 if is_heavy else 400)


@pytest.mark.parametrize(("font", "weight"), [("Arvo-Regular", 400), ("Arvo-Bold", 700), ("Lora-Bold", 700)])
def test_a_stand_in_is_as_heavy_as_its_font(font: str, weight: float) -> None:
    face = faces_of("Θάνος", font)[0]
    expected = next(each for each in fallback_fonts() if each.name == "Noto Serif")
    regular, bold = (load_face(Font("x", expected.path, expected.sha256, (("wght", wght),))) for wght in (400, 700))
    glyph = face.hb_font.get_nominal_glyph(ord("Θ"))
    assert face.get_outline(glyph) == (bold if weight == 700 else regular).get_outline(glyph)


@pytest.mark.parametrize(
    ("font", "stand_ins"),
    [
        ("Cinzel-Regular", ["Noto Serif", "Noto Serif", "Frank Ruhl Libre"]),
        ("AbrilFatface-Regular", ["Noto Serif", "Noto Serif", "Frank Ruhl Libre"]),
        ("Poppins-Regular", ["Noto Sans", "Noto Sans", "Noto Sans Hebrew"]),
        ("Satisfy-Regular", ["Noto Sans", "Noto Sans", "Noto Sans Hebrew"]),
    ],
)
def test_a_font_with_serifs_has_a_stand_in_with_serifs(font: str, stand_ins: list[str]) -> None:
    assert [faces_of(word, font)[0].name for word in ("Phượng", "Θάνος", "שלום")] == stand_ins


def test_a_wrong_letter_is_drawn_by_a_stand_in() -> None:
    """Cinzel has D with a macron in place of Đ."""
    drawing = draw_short_form(text="Đorđe", font="Cinzel-Regular")
    (finding,) = drawing.findings
    assert drawing.fonts == ("Noto Serif",)
    assert finding.operator_message.startswith("Cinzel-Regular lacks Đ (U+0110), đ (U+0111);")
    assert draw_short_form(text="Dorde", font="Cinzel-Regular").fonts == ("Cinzel-Regular",)


def letters_of(face: Face) -> list[str]:
    letters = map(chr, face.hb_font.face.unicodes)
    scripts = ("LATIN", "GREEK", "CYRILLIC")
    return [char for char in letters if char.isalpha() and unicodedata.name(char, "").startswith(scripts)]


@pytest.mark.parametrize("font", CATALOGUE)
def test_no_font_draws_two_letters_alike(font: str) -> None:
    face = load_face(CATALOGUE[font])
    alike = defaultdict(set)
    for char in filter(face.has_char, letters_of(face)):
        glyph = face.hb_font.get_nominal_glyph(ord(char))
        extents = face.hb_font.get_glyph_extents(glyph)
        alike[unicodedata.name(char).split()[0], extents].add((char, glyph))
    groups = defaultdict(set)
    for (script, extents), equally_large in alike.items():
        if len(equally_large) > 1:
            for char, glyph in equally_large:
                groups[script, extents, str(list(face.get_outline(glyph).segments))].add(char)
    for chars in groups.values():
        bases = {unicodedata.normalize("NFKD", char).casefold() for char in chars}
        assert len(bases) == 1 or any(chars <= {*letters} for letters in ALIKE), chars


@pytest.mark.parametrize("font", CATALOGUE)
def test_a_bar_goes_through_its_letter(font: str) -> None:
    """A letter with a bar is no taller than without."""
    face = load_face(CATALOGUE[font])
    for barred, plain in ("ĐD", "ÐD", "ĦH", "ŦT", "đd", "ħh"):
        if not face.has_char(barred):
            continue
        inks = [face.measure_ink(face.hb_font.get_nominal_glyph(ord(char))) for char in (barred, plain)]
        one, other = (ink.top / face.upem for ink in inks if ink)
        assert one > other - 0.08, barred


@pytest.mark.parametrize("font", CATALOGUE)
def test_the_marks_of_a_composed_letter_are_over_or_under_it(font: str) -> None:
    faces = load_faces(CATALOGUE[font], fallback_fonts())
    for letter in "ĩīķşģḍṁǩǹạếộắŵȟḑṽ":
        for text in (letter, letter.upper()):
            (run,) = shape_paragraph(faces, text).shaped_runs
            inks = [(ink, x_offset) for glyph, x_offset, *_ in run.glyphs if (ink := run.run.face.measure_ink(glyph))]
            (letter_ink, _), *marks = inks
            pen = run.glyphs[0][3] / run.scale
            for ink, x_offset in marks:
                left, right = (pen + x_offset / run.scale + edge for edge in (ink.left, ink.right))
                overlap = min(right, letter_ink.right) - max(left, letter_ink.left)
                assert overlap > 0.4 * min(ink.width, letter_ink.width), (text, run.run.face.name)
