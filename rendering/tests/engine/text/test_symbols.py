"""Symbols that shoppers write are drawn without set-up, whatever the design's font."""

import pytest

from rendering.engine.text.fonts import load_faces
from rendering.engine.text.shaping import Paragraph, shape_paragraph
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawings import draw_data, long_form, text_layer

PLAIN = {
    "hearts": "♥♡❣❥❦❧",
    "stars": "★☆✩✪✫✬✭✮✯✰✦✧✱✲✳✴✵✶✷✸✹✺",
    "ticks and crosses": "✓✔✗✘✕✖☐☑☒",
    "arrows": "←↑→↓↔↕↖↗↘↙⇐⇑⇒⇓⇔⇄➔➜➝➞➡➤➽⟵⟶⟷⟹",
    "planets and genders": "☉☽☾☿♀♂♃♄♅♆♇⚢⚣⚤⚥⚧",
    "cards": "♠♣♥♦♤♧♡♢🂡🂮",
    "chess and dice": "♔♕♖♗♘♙♚♛♜♝♞♟⚀⚁⚂⚃⚄⚅",
    "music": "♩♪♫♬♭♮♯𝄞𝄢",
    "mathematics": "∞√∛∑∏∫±×÷≠≈≡≤≥∅∈∉⊂⊃∪∩∀∃∂∇∆∝∠⊥∴πΩµ",
    "geometry": "▲△▶▷▼▽◀◁●○◎◉■□▢▣▪▫◆◇◈◊⬟⬢⬡⬤◐◑",
    "objects": "☎☏✁✂✃✄✆✉✈☀☁☂☃☄✎✏✒⚔⚖⚙⚛⚜⚠⛓⛰",
    "hands and faces": "☚☛☜☝☞☟☠☹☺☻",
    "faith and peace": "☥☦☧☨☩☪☫☬☮☯☸✝✞✟✠✡",
    "flowers and snow": "☘❀❁❂❃✿❄❅❆❇❈❉❊❋",
    "signs": "№℃℉℅ℓ℗℠™©®℮†‡§¶‽‼⁇※€£¥₹₽₩₺₿",
    "numbers": "①②③⓪❶❷➀½¼¾⅓⅛ⅠⅡⅢⅣⅩ",
    "keys": "⌘⌥⇧⌃⏎⌫",
    "frames": "─│┌┐└┘├┤━┃═║╔╗╚╝░▒▓█▀▄▌▐",
}
FANCY = "𝓗𝓮𝓵𝓵𝓸 𝕳𝖊𝖑𝖑𝖔 𝐇𝐞𝐥𝐥𝐨 𝐻𝑒𝑙𝑙𝑜 ℍ𝕖𝕝𝕝𝕠 𝙷𝚎𝚕𝚕𝚘 𝖧𝖾𝗅𝗅𝗈 𝟙𝟚𝟛 ⓗⓔⓛⓛⓞ"


def shaped(text: str, font: str = "Roboto-Regular") -> Paragraph:
    return shape_paragraph(load_faces(installed_fonts()[font], fallback_fonts()), text)


@pytest.mark.parametrize("font", ["Roboto-Regular", "Pacifico-Regular", "Bebas-Bold"])
@pytest.mark.parametrize("group", PLAIN)
def test_every_symbol_leaves_ink_in_the_colour_of_the_text(group: str, font: str) -> None:
    found = {char: shaped(char, font) for char in PLAIN[group]}
    assert {char for char, paragraph in found.items() if paragraph.missing or paragraph.cut_line().ink is None} == set()
    assert {char for char, paragraph in found.items() if paragraph.cut_line().runs[0].face.has_color_glyphs} == set()


def test_fancy_letters_are_drawn_as_written() -> None:
    found = shaped(FANCY)
    assert (found.missing, found.folded) == ("", ())
    assert {run.face.name for run in found.cut_line().runs} <= {"Noto Sans Math", "Noto Sans Symbols"}


def test_symbols_beside_each_other_have_one_style() -> None:
    for group in ("arrows", "geometry", "frames", "music"):
        fonts = {run.face.name for run in shaped(PLAIN[group]).cut_line().runs}
        assert len(fonts) <= 3, (group, fonts)
    assert {run.face.name for run in shaped("♠♣♥♦").cut_line().runs} == {"Noto Sans Symbols 2"}
    assert {run.face.name for run in shaped("←↑→↓⇒").cut_line().runs} == {"Noto Sans Math"}
    assert {run.face.name for run in shaped("ℍ𝕖𝕝𝕝𝕠 ℝℕℂ 𝑡ℎ𝑒 𝒽ℯ𝓁𝓁ℴ").cut_line().runs} == {"Noto Sans Math"}
    assert {run.face.name for run in shaped("┌─┬─┐│░█").cut_line().runs} == {"JetBrainsMono-Regular"}


def test_a_finding_names_the_font_of_a_symbol_and_no_error() -> None:
    drawing = draw_data(long_form(text_layer("I ♡ NY ★ ✓ ▲", font="Roboto-Regular")))
    (finding,) = drawing.findings
    assert finding.code == "substituted_font"
    assert "♡ (U+2661), ★ (U+2605), ✓ (U+2713), ▲ (U+25B2)" in finding.operator_message
    assert "♡, ★, ✓, ▲" in finding.message
    assert set(drawing.fonts) == {"Roboto-Regular", "Noto Sans Symbols 2"}
