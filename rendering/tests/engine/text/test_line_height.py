"""Line height `auto`: as browsers have it, and never so small that the ink of two lines meets."""

from __future__ import annotations

import base64
import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.text.line_height import INK_CLEARANCE, LINE_HEIGHT_CEILING
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import SQUARE, long_form, text_layer
from rendering.tests.support.text_layout import RULES, lay_out_text

EM = 1000  # px; Chromium rounds ascent and descent to whole pixels
FONTS = ["Roboto-Regular", "Pacifico-Regular", "Amiri-Regular", "Poppins-Bold", "Montserrat-Bold", "Bebas-Bold"]
EXTREMES = "Jogging yfgjQ\nÄÖÜÅŚ bdfhk\n(ÑÇj|g)"
SCRIPTS = {
    "Thai": "สวัสดีปีใหม่ที่ปู่\nน้ำทั้งหมู่บ้าน\nญี่ปุ่นผู้ใหญ่",
    "Burmese": "မင်္ဂလာပါ ကြည့်\nမြန်မာနိုင်ငံ\nဩဇာ က္ကြွ ချွင့်",
    "Arabic": "السَّلَامُ عَلَيْكُمْ\nبِسْمِ اللَّهِ\nالصباح الجميل",
    "Devanagari": "र्क्षिं धीमी ज़ू\nकॉफ़ी ऑर्ड्रृ\nहूँ द्धृ",
    "Vietnamese": "Nguyễn Ấợng\nPhượng Ỗng\nĐặng Ổ",
    "mixed": "Hello สวัสดี\nمرحبا gyp\nनमस्ते Ångström",
}
LINE_TOPS = """
async ([fonts]) => {
  const found = [];
  for (const [name, weight, data] of fonts) {
    const face = new FontFace(name, `url(data:font/ttf;base64,${data})`, {weight: "1 1000"});
    document.fonts.add(await face.load());
    const text = document.createElement("div");
    text.style.cssText = `font: ${weight} 1000px/normal ${name}; white-space: pre; position: absolute`;
    text.innerHTML = "<span>noon</span>\\n<span>moon</span>";
    document.body.append(text);
    const [first, second] = text.querySelectorAll("span");
    found.push(second.getBoundingClientRect().top - first.getBoundingClientRect().top);
  }
  return found;
}
"""


def test_plain_lines_are_as_far_apart_as_in_chromium(page: Page) -> None:
    page.set_content("<body></body>")
    fonts = [installed_fonts()[name] for name in FONTS]
    data = [
        (f"F{number}", dict(font.axes).get("wght", 400), base64.b64encode(font.path.read_bytes()).decode())
        for number, font in enumerate(fonts)
    ]
    theirs = page.evaluate(LINE_TOPS, [data])
    ours = [lay_out_text("noon\nmoon", font=name).block.line_height for name in FONTS]
    assert ours == pytest.approx([height / EM for height in theirs], abs=0.002)
    assert ours[1] == pytest.approx(1.756)  # Pacifico


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_the_ink_of_lines_is_apart_in_every_script(text: str) -> None:
    _assert_blank_rows_between_lines(text, "Roboto-Regular")


def test_the_ink_of_lines_is_apart_in_every_font() -> None:
    for name in installed_fonts():
        _assert_blank_rows_between_lines(EXTREMES, name)


def _assert_blank_rows_between_lines(text: str, font: str) -> None:
    """Draw the lines, and look for a row of pixels without ink between each two."""
    fields = {"font": font, "size": 90, "box": {"x": 10, "y": 10, "width": 580, "height": 580}, "color": "#000000"}
    data = long_form(text_layer(text, **fields))
    drawing = draw(
        data, RULES, installed_fonts(), parse_outputs(["preview.png:600"]), fallbacks=fallback_fonts(), areas=[SQUARE]
    )
    assert "lines_touch" not in [finding.code for finding in drawing.findings]
    rows = np.asarray(Image.open(io.BytesIO(drawing.files[0].data)).convert("L")).min(axis=1)
    layer = lay_out_text(text, **fields)
    for upper, lower in pairwise(layer.block.lines):
        top, bottom = (layer.y + edge * layer.size for edge in (upper.ink.bottom, lower.ink.top))
        assert bottom - top >= (INK_CLEARANCE - 1e-9) * layer.size, font
        assert rows[round((top + bottom) / 2)] == 255, font


def test_all_lines_are_equally_far_apart() -> None:
    """The tallest pair decides, so that a text is even."""
    block = lay_out_text("noon\nmoon\nJg\nÅÄ\nnoon", font="JosefinSans-Bold").block
    assert {line.number for line in block.lines} == {0, 1, 2, 3, 4}
    assert block.line_height > lay_out_text("noon\nmoon", font="JosefinSans-Bold").block.line_height + 0.1


def test_accents_on_the_first_line_and_descenders_on_the_last_need_no_room() -> None:
    plain = lay_out_text("noon\nmoon", font="JosefinSans-Bold").block.line_height
    assert lay_out_text("ÅÄÖ\ngjy", font="JosefinSans-Bold").block.line_height == plain


def test_the_metrics_of_fallback_fonts_count_where_they_draw_letters() -> None:
    latin = lay_out_text("noon\nmoon", font="Roboto-Regular").block.line_height
    assert lay_out_text("noon\nปา", font="Roboto-Regular").block.line_height > latin + 0.1
    assert lay_out_text("noon\nno ☀ on", font="Roboto-Regular").block.line_height < latin + 0.1


def test_a_blank_line_is_as_high_as_others() -> None:
    apart, together = (lay_out_text(text, font="Roboto-Regular").block for text in ("noon\n\nmoon", "noon\nmoon"))
    assert apart.line_height == together.line_height
    assert [line.number for line in apart.lines] == [0, 2]


def test_stacked_marks_do_not_push_lines_apart_without_end() -> None:
    assert lay_out_text("a\na" + "\u0301" * 200, font="Roboto-Regular").block.line_height <= LINE_HEIGHT_CEILING


@pytest.mark.parametrize("fit", ["none", "shrink", "wrap", "wrap_shrink", "ellipsis"])
def test_a_number_is_kept_and_auto_is_the_same_in_every_fit(fit: str) -> None:
    box = {"x": 0, "y": 0, "width": 600, "height": 600}
    fields = {"font": "Pacifico-Regular", "size": 40, "box": box, "fit": fit}
    assert lay_out_text("Jogging\nÄÖÜ", **fields, line_height=1.2).block.line_height == 1.2
    assert lay_out_text("Jogging\nÄÖÜ", **fields).block.line_height == pytest.approx(1.756)


def test_wrapped_and_shrunk_lines_fill_the_box_with_auto() -> None:
    box = {"x": 0, "y": 0, "width": 300, "height": 300}
    layer = lay_out_text(
        "Jogging all day long by the river", font="Pacifico-Regular", size=200, box=box, fit="wrap_shrink"
    )
    assert layer.ink is not None
    assert layer.ink.height <= 300 + 1e-6
    assert max(layer.ink.height, layer.ink.width) > 285
    assert len(layer.block.lines) > 2
