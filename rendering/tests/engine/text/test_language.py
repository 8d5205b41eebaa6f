"""The language of a text chooses the forms of its letters and its line breaks, as `lang` does in Chromium."""

from __future__ import annotations

import base64
import functools
import html
from typing import Any

import numpy as np
import pytest
import uharfbuzz as hb
from PIL import Image
from playwright.sync_api import Page

from rendering.engine.text.fonts import load_faces
from rendering.engine.text.language import reduce_language
from rendering.engine.text.line_breaking import find_breaks
from rendering.engine.text.shaping import ShapingStyle, shape_paragraph
from rendering.engine.validation.problems import SpecError
from rendering.engine.values import Font
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import (
    draw_data,
    draw_short_form,
    find_ink_box,
    long_form,
    open_rgb,
    text_layer,
)
from rendering.tests.support.layers import layer_problems

EM = 60  # px
CASES = (
    ("Montserrat-Regular", "istanbul", "tr", {"smcp": 1}),
    ("Montserrat-Regular", "България вклю", "bg", {}),
    ("Lora-Regular", "Şţ Ţş", "ro", {}),  # with cedilla; Romanian has a comma below
    ("Noto Sans", "бгдпт", "sr", {}),
    ("Amiri-Regular", "۴۵۶۷", "ur", {}),
    ("Noto Sans Arabic", "۴۵۶۷", "ur", {}),
    *(("Noto Sans CJK", "返直骨画", language, {}) for language in ("ja", "ko", "zh-Hans", "zh-Hant", "zh-Hant-HK")),
)
SHOW = """
async ([font, css, features, em]) => {
  const face = new FontFace("Own", `url(data:font/ttf;base64,${font})`, {weight: "1 1000"});
  document.fonts.add(await face.load());
  document.getElementById("text").style.cssText =
    `font: ${em}px/2 Own; font-variation-settings: ${css}; font-feature-settings: ${features}; white-space: nowrap`;
  await document.fonts.ready;
}
"""

FIND_BREAKS = """
() => {
  const node = document.getElementById("text").firstChild, range = document.createRange(), breaks = [];
  let last = null;
  for (let at = 0; at < node.length; at++) {
    range.setStart(node, at); range.setEnd(node, at + 1);
    const top = Math.round(range.getClientRects()[0].top);
    if (last !== null && top !== last) breaks.push(at);
    last = top;
  }
  return breaks;
}
"""


def find_font(name: str) -> Font:
    return {font.name: font for font in (*installed_fonts().values(), *fallback_fonts())}[name]


@functools.cache
def read_font(name: str) -> bytes:
    """Return a font file; of a collection, the one font, with a few characters."""
    font = find_font(name)
    if font.path.suffix != ".ttc":
        return font.path.read_bytes()
    wanted = hb.SubsetInput()
    wanted.unicode_set.set({ord(char) for case in CASES if case[0] == name for char in case[1]})
    return bytes(hb.subset(hb.Face(hb.Blob.from_file_path(str(font.path)), font.index), wanted).blob.data)


def crop_ink(picture: Image.Image) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(picture.convert("L").crop(find_ink_box(picture)), dtype=np.float64)


def show_in_chromium(page: Page, name: str, text: str, language: str, features: dict[str, int]) -> Image.Image:
    attribute = f' lang="{language}"' if language else ""
    page.set_content(f'<meta charset="utf-8"><div id="text"{attribute}>{html.escape(text)}</div>')
    css = ", ".join(f'"{tag}" {value:g}' for tag, value in find_font(name).axes) or "normal"
    settings = ", ".join(f'"{tag}" {value}' for tag, value in features.items()) or "normal"
    page.evaluate(SHOW, [base64.b64encode(read_font(name)).decode(), css, settings, EM])
    return open_rgb(page.screenshot())


def draw_here(name: str, text: str, language: str, features: dict[str, int]) -> Image.Image:
    layer = text_layer(text, size=EM, fit="none", color="#000000", features=features)
    layer |= {
        "font": name if name in installed_fonts() else "Fredoka-Regular"
    }  # which lacks the letters of these texts
    data = long_form(layer)
    data |= {"language": language} if language else {}
    return open_rgb(draw_data(data).files[0].data)


def difference(ours: Image.Image, theirs: Image.Image) -> float:
    """Return the mean difference of the ink, of 255; 255 if it is not equally large."""
    one, other = crop_ink(ours), crop_ink(theirs)
    rows, columns = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    if max(abs(one.shape[0] - other.shape[0]), abs(one.shape[1] - other.shape[1])) > 2:
        return 255.0
    return float(np.abs(one[:rows, :columns] - other[:rows, :columns]).mean())


@pytest.mark.parametrize(("name", "text", "language", "features"), CASES)
def test_letters_have_the_forms_that_chromium_gives_them(
    page: Page, name: str, text: str, language: str, features: dict[str, int]
) -> None:
    theirs = show_in_chromium(page, name, text, language, features)
    right = difference(draw_here(name, text, language, features), theirs)
    assert right < 16  # Chromium's letters have softer edges
    if language != "zh-Hans":  # the default
        assert difference(draw_here(name, text, "", features), theirs) > 1.5 * right


def test_japanese_lines_break_as_in_chromium(page: Page) -> None:
    text = "きゃーっと言って、ケーキ屋でスーパーのコーヒーをちょっと飲んだ〜ゃゃゃーーー"
    page.set_content(f'<meta charset="utf-8"><div id="text" lang="ja" style="width: 1px">{text}</div>')
    breaks = find_breaks(text, "ja")
    assert breaks[:-1] == page.evaluate(FIND_BREAKS)
    assert breaks != find_breaks(text)


def glyphs(text: str, language: str, font: str = "Lora-Regular") -> list[int]:
    faces = load_faces(installed_fonts()[font], fallback_fonts())
    shaped = shape_paragraph(faces, text, style=ShapingStyle(language=language))
    return [glyph for run in shaped.shaped_runs for glyph, *_ in run.glyphs]


def test_the_language_of_han_characters_outranks_the_letters_beside_them() -> None:
    assert glyphs("返す", "zh-Hant")[0] == glyphs("返回", "zh-TW")[0] != glyphs("返す", "")[0]
    assert glyphs("返す", "en")[0] == glyphs("返す", "")[0] == glyphs("返", "ja")[0]


def test_only_what_forms_depend_on_is_kept_of_a_language() -> None:
    """HarfBuzz keeps all tags that it has seen, so that their number must be limited."""
    kept = {
        tag: reduce_language(tag) for tag in ("TR", "tr-TR", "sr-Cyrl-RS", "zh-Hant-HK", "ca-ES-valencia", "", "xyz")
    }
    assert list(kept.values()) == ["tr", "tr", "sr", "zh-hant-hk", "ca", "und", "und"]


@pytest.mark.parametrize("script", ["latn", "cyrl", "arab"])
def test_every_language_that_a_font_has_forms_for_can_be_said(script: str) -> None:
    tags = {tag for font in (*installed_fonts().values(), *fallback_fonts()) for tag in language_systems(font, script)}
    assert tags
    for tag in tags - {"APPH", "IPPH", "TOD0"}:  # phonetic notation, and Todo, which is not Latin
        assert reduce_language(hb.ot_tag_to_language(tag)) != "und", tag


def language_systems(font: Font, script: str) -> set[str]:
    face = hb.Face(hb.Blob.from_file_path(str(font.path)), font.index)
    scripts = face.get_table_script_tags("GSUB")
    return set(face.get_script_language_tags("GSUB", scripts.index(script))) if script in scripts else set()


def test_a_layers_language_outranks_the_designs() -> None:
    def draw(design: str | None, layer: str | None) -> bytes:
        fields: dict[str, Any] = {"language": layer} if layer else {}
        data = long_form(text_layer("бгдпт", font="Lora-Regular", **fields))
        return draw_data(data | ({"language": design} if design else {})).files[0].data

    assert draw("sr", None) == draw(None, "sr") == draw("bg", "sr") != draw("bg", None)
    assert draw(None, None) == draw("en", None) == draw("xyz", None)


def test_the_short_form_has_a_language() -> None:
    serbian, plain = (draw_short_form(text="бгдпт", font="Lora-Regular", **more) for more in ({"language": "sr"}, {}))
    assert serbian.files[0].data != plain.files[0].data


@pytest.mark.parametrize("language", ["tr_TR", "turkish", "", "t", "tr-", "zh-Hant-" + "x" * 9])
def test_a_malformed_language_is_refused(language: str) -> None:
    layer = {"type": "text", "text": "a", "font": "Lora-Regular", "size": 10, "language": language}
    assert layer_problems([layer]) == [("/placements/front/layers/0/language", "invalid_language")]
    with pytest.raises(SpecError, match="BCP 47"):
        draw_short_form(text="a", language=language)
