"""Chromium shapes with the same HarfBuzz: with the same font and text, widths, line breaks and order agree."""

from __future__ import annotations

import base64
import html
import itertools

import pytest
from playwright.sync_api import Page

from rendering.engine.text.fonts import load_faces
from rendering.engine.text.line_breaking import ParagraphBreaker
from rendering.engine.text.shaping import Paragraph, shape_paragraph
from rendering.engine.values import Font
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts

EM = 100  # px
TEXTS = {
    "Latin": ("Roboto-Regular", "The quick brown fox — jumps over 12½ lazy “dogs” (AVAVA, To, fi)"),
    "Script": ("Pacifico-Regular", "Slow mornings are worth the wait, don't you think so?"),
    "Vietnamese": ("Lora-Regular", "Một buổi sáng chậm rãi đáng để chờ đợi"),
    "Greek": ("Roboto-Regular", "Τα αργά πρωινά αξίζουν την αναμονή"),
    "Cyrillic": ("Montserrat-Bold", "Медленные утра стоят того, чтобы их ждать"),
    "Arabic": ("Amiri-Regular", "الصباح البطيء يستحق الانتظار دائماً يا صديقي"),
    "Hebrew": ("Noto Sans Hebrew", "בקרים איטיים שווים את ההמתנה נכון"),
    "Devanagari": ("Noto Sans Devanagari", "धीमी सुबहें इंतज़ार के लायक होती हैं"),
    "Bengali": ("Noto Sans Bengali", "ধীর সকালগুলো অপেক্ষার যোগ্য"),
    "Tamil": ("Noto Sans Tamil", "மெதுவான காலைகள் காத்திருக்கத் தகுந்தவை"),
    "Telugu": ("Noto Sans Telugu", "నెమ్మది ఉదయాలు వేచి ఉండదగినవి"),
    "Thai": ("Noto Sans Thai", "เช้าที่เชื่องช้านั้นคุ้มค่าแก่การรอคอย"),
    "Khmer": ("Noto Sans Khmer", "ព្រឹកយឺតៗមានតម្លៃនឹងរង់ចាំ"),
}
WITHOUT_SPACES = {"Thai", "Khmer"}  # the dictionaries of two ICU versions may differ
MIXED = (
    ("Roboto-Regular", "Noto Sans Hebrew", "Hello שלום עולם, 123 (ok) world!"),
    ("Roboto-Regular", "Noto Sans Hebrew", "שלום Ada, בוקר טוב! (12.5)"),
    ("Roboto-Regular", "Noto Sans Arabic", "Coffee قهوة طازجة 45٪ – since 1984، نعم!"),
    ("Montserrat-Bold", "Noto Sans Arabic", "no — \u2067قهوة A-1\u2069 end"),
    ("Bebas-Bold", "Noto Sans Devanagari", "CAFE नमस्ते भारत 2026"),
    ("Lora-Regular", "Noto Sans Thai", "Good สวัสดีชาวโลก morning"),
    ("Roboto-Regular", "Noto Sans Tamil", "காலை வணக்கம், Chennai 600001"),
)
BRACKETS = (
    *("Ada (آدا) x", "Ada (12 آدا 3) x", "(آدا) x", "قهوة (Ada 5) نعم", "a {آ [x] ب} 1", "(1) آدا (2) x (3)"),
    *("Ada (12) آدا", "a ) آ ( b (آ", "آ (x] y) z", "5 [آ] (b)"),
)
PLACES = """
async ([fonts, weight, em]) => {
  for (const [name, font] of fonts) {
    const face = new FontFace(name, `url(data:font/ttf;base64,${font})`, {weight: "1 1000"});
    document.fonts.add(await face.load());
  }
  const text = document.getElementById("text");
  const families = fonts.map((font) => font[0]).join(",");
  text.style.cssText = `font: ${weight} ${em}px ${families}; white-space: nowrap; position: absolute`;
  const range = document.createRange(), node = text.firstChild, left = text.getBoundingClientRect().left, places = [];
  for (let at = 0; at < node.length; at++) {
    range.setStart(node, at); range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect();
    places.push((box.left + box.right) / 2 - left);
  }
  return places;
}
"""
MEASURE = """
async ([font, css, em]) => {
  const face = new FontFace("Own", `url(data:font/ttf;base64,${font})`, {weight: "1 1000"});
  document.fonts.add(await face.load());
  const text = document.getElementById("text");
  text.style.cssText = `font: ${em}px Own; font-variation-settings: ${css}; white-space: nowrap; position: absolute`;
  const width = text.getBoundingClientRect().width;
  text.style.whiteSpace = "pre-wrap";
  text.style.width = `${width * 0.37}px`;
  const range = document.createRange(), node = text.firstChild, tops = [];
  for (let at = 0; at < node.length; at++) {
    range.setStart(node, at); range.setEnd(node, at + 1);
    const box = range.getClientRects()[0];
    tops.push(box ? Math.round((box.top + box.bottom) / 2) : null);
  }
  return [width, tops];
}
"""


def font_named(name: str) -> Font:
    return next(font for font in (*installed_fonts().values(), *fallback_fonts()) if font.name == name)


def in_chromium(page: Page, font: Font, text: str) -> tuple[float, list[int | None]]:
    """Return the text's width (px), and for each UTF-16 unit its vertical position in a box of 37 % of that width."""
    page.set_content(f'<meta charset="utf-8"><div id="text" dir="auto">{html.escape(text)}</div>')
    css = ", ".join(f'"{tag}" {value:g}' for tag, value in font.axes) or "normal"
    data = base64.b64encode(font.path.read_bytes()).decode()
    width, tops = page.evaluate(MEASURE, [data, css, EM])
    return width, tops


def paragraph(font: Font, text: str) -> Paragraph:
    return shape_paragraph(load_faces(font), text)


@pytest.mark.parametrize("script", TEXTS)
def test_a_line_is_as_wide_as_in_chromium(page: Page, script: str) -> None:
    name, text = TEXTS[script]
    font = font_named(name)
    assert not paragraph(font, text).missing
    theirs, _ = in_chromium(page, font, text)
    assert paragraph(font, text).cut_line().advance * EM == pytest.approx(theirs, rel=0.01)


@pytest.mark.parametrize("script", sorted(set(TEXTS) - WITHOUT_SPACES))
def test_lines_break_at_the_same_words_as_in_chromium(page: Page, script: str) -> None:
    name, text = TEXTS[script]
    font = font_named(name)
    width, tops = in_chromium(page, font, text)
    lines = ParagraphBreaker(paragraph(font, text)).break_lines(width * 0.37 / EM)
    heights = [top for (start, end) in lines for top in [_one_height(tops[start:end], text[start:end])]]
    assert len(lines) > 2
    assert all(one < other for one, other in itertools.pairwise(heights))


@pytest.mark.parametrize(("own", "other", "text"), MIXED)
def test_letters_of_two_fonts_and_directions_are_placed_as_in_chromium(
    page: Page, own: str, other: str, text: str
) -> None:
    first, second = font_named(own), font_named(other)
    page.set_content(f'<meta charset="utf-8"><div id="text" dir="auto">{html.escape(text)}</div>')
    weight = first.weight
    data = [(name, base64.b64encode(font.path.read_bytes()).decode()) for name, font in (("A", first), ("B", second))]
    theirs = page.evaluate(PLACES, [data, weight, EM])
    ours = _places(shape_paragraph(load_faces(first, (second,)), text))
    letters = [at for at in ours if text[at].isprintable() and not text[at].isspace()]
    assert len(letters) > len(text) / 2
    assert [ours[at] for at in letters] == pytest.approx([theirs[at] for at in letters], abs=0.5)


@pytest.mark.parametrize("text", BRACKETS)
def test_both_brackets_of_a_pair_have_the_form_that_chromium_gives_them(page: Page, text: str) -> None:
    """Amiri's brackets are narrower in Latin text than in Arabic."""
    font = font_named("Amiri-Regular")
    page.set_content(f'<meta charset="utf-8"><div id="text" dir="auto">{html.escape(text)}</div>')
    theirs = page.evaluate(PLACES, [[("A", base64.b64encode(font.path.read_bytes()).decode())], 400, EM])
    ours = _places(paragraph(font, text))
    brackets = [at for at in ours if text[at] in "()[]{}"]
    assert [ours[at] for at in brackets] == pytest.approx([theirs[at] for at in brackets], abs=0.5)


def _places(found: Paragraph) -> dict[int, float]:
    """Return the middle of each cluster (px) by its first character."""
    edges: dict[int, tuple[float, float]] = {}
    pen = 0.0
    for _, _, glyphs in found.slice_runs(0, len(found.text)):
        for _, _, _, advance, cluster, _ in glyphs:
            edges[cluster] = (edges.get(cluster, (pen,))[0], pen + advance)
            pen += advance
    return {cluster: (left + right) / 2 * EM for cluster, (left, right) in edges.items()}


def _one_height(tops: list[int | None], text: str) -> int:
    """Return the vertical position that all letters of a line share in Chromium."""
    found = {top for top, char in zip(tops, text, strict=True) if top is not None and not char.isspace()}
    assert len(found) == 1, f"Chromium breaks {text!r}"
    return found.pop()
