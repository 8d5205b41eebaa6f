"""Languages that a font covers: it draws each of their letters itself."""

import io
import json
import random
from pathlib import Path

import pytest
from django.core.management import call_command

from rendering.engine.text.fonts import load_faces
from rendering.engine.text.shaping import shape_paragraph
from rendering.fonts.catalogue import installed_fonts, list_languages
from rendering.fonts.exemplars import compress_ranges, expand_ranges, load_letters, parse_unicode_set
from rendering.fonts.fallbacks import fallback_fonts

# Names with letters of their own.
NAMES = {
    "pl": "Łódź", "vi": "Nguyễn Phượng", "cs": "Žofie Čeněk", "tr": "İğdır Şule", "is": "Guðrún Þór", "hu": "Győr",
    "ro": "Țuțea Șerban", "lv": "Ģirts", "hr": "Đorđe", "de": "Strauß", "ru": "Елизавета", "uk": "Євген Їжак",
    "el": "Θάνος", "he": "שלום", "ar": "صباح", "ur": "پاکستان ٹ", "hi": "नमस्ते", "kk": "Қайрат", "mt": "Ħal Għaxaq",
}  # fmt: skip


def is_substituted(text: str, font: str) -> bool:
    return bool(shape_paragraph(load_faces(installed_fonts()[font], fallback_fonts()), text).substituted)


@pytest.mark.parametrize("language", NAMES)
def test_names_of_a_covered_language_need_no_stand_in(language: str) -> None:
    covering = [font for font in installed_fonts() if language in list_languages(font)]
    assert covering
    assert not [font for font in covering if is_substituted(NAMES[language], font)]


def test_a_language_whose_letters_are_lacking_is_not_listed() -> None:
    for language, name in NAMES.items():
        lacking = [font for font in installed_fonts() if is_substituted(name, font)]
        assert not [font for font in lacking if language in list_languages(font)], language


def test_letters_of_listed_languages_are_the_fonts_own() -> None:
    sample = random.Random(16).sample(
        [(font, each) for font in installed_fonts() for each in list_languages(font)], 150
    )
    for font, language in sample:
        letters = load_letters()[language]
        assert not is_substituted(" ".join(sorted(letters.plain | letters.marked)), font), (font, language)


def test_capitals_are_letters_too() -> None:
    letters = load_letters()
    assert {"Ł", "ł"} <= letters["pl"].plain
    assert {"İ", "ı"} <= letters["tr"].plain | letters["tr"].marked
    assert {"SS", "Ა"}.isdisjoint(letters["de"].plain | letters["ka"].plain)


def test_a_unicode_set_is_read_and_written_compactly() -> None:
    pattern = r"[a-d áà {dž} \u00DF \- {\u0063\u0068}]"
    letters = parse_unicode_set(pattern)
    assert letters == ["-", "a", "b", "c", "d", "ß", "à", "á", "ch", "dž"]
    assert compress_ranges(letters) == "- a-d ß à á ch dž"
    assert expand_ranges("a-d ch x") == ["a", "b", "c", "d", "ch", "x"]


def test_the_letters_are_imported_from_cldr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    misc, core = tmp_path / "misc", tmp_path / "core"
    sets = {"sr": "[а-д]", "sr-Latn": "[a-d]", "sr-Cyrl": "[а-д]", "sr-RS": "[а]", "xx": "[x]"}
    for language, pattern in sets.items():
        folder = misc / "main" / language
        folder.mkdir(parents=True)
        content = {"main": {language: {"characters": {"exemplarCharacters": pattern}}}}
        (folder / "characters.json").write_text(json.dumps(content))
    core.mkdir()
    levels = {"effectiveCoverageLevels": {"sr": "modern", "sr-Latn": "modern", "sr-Cyrl": "modern", "sr-RS": "modern"}}
    (core / "coverageLevels.json").write_text(json.dumps(levels))
    (core / "package.json").write_text('{"version": "1.2"}')
    monkeypatch.setattr("rendering.management.commands.import_cldr.LETTERS_FILE", tmp_path / "letters.json")
    call_command("import_cldr", str(misc), str(core), stdout=io.StringIO())
    written = json.loads((tmp_path / "letters.json").read_text())
    assert written["languages"] == {"sr": "а-д", "sr-Latn": "a-d"}
    assert written["source"] == "CLDR 1.2"
