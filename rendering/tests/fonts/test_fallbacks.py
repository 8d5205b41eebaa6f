"""The fallback fonts: which characters they have together, and that the files kept here are those documented."""

import hashlib
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from rendering.fonts import fallbacks
from rendering.fonts.fallbacks import fallback_fonts, hash_fallback_fonts

FILES = fallbacks._OWN_FILES
BLOCKS = {
    "punctuation": (0x2010, 0x205E),
    "letterlike symbols": (0x2100, 0x214F),
    "number forms": (0x2150, 0x218B),
    "arrows": (0x2190, 0x21FF),
    "mathematical operators": (0x2200, 0x22FF),
    "enclosed letters and digits": (0x2460, 0x24FF),
    "box drawing, blocks": (0x2500, 0x259F),
    "geometric shapes": (0x25A0, 0x25FF),
    "miscellaneous symbols (zodiac, weather, chess)": (0x2600, 0x26FF),
    "dingbats (ticks, stars)": (0x2700, 0x27BF),
    "Braille": (0x2800, 0x28FF),
    "more arrows and stars": (0x2B00, 0x2BFF),
    "musical symbols": (0x1D100, 0x1D126),
    "mathematical letters": (0x1D400, 0x1D7FF),
    "dominoes, playing cards": (0x1F030, 0x1F0FF),
    "pictures": (0x1F300, 0x1F64F),
    "transport": (0x1F680, 0x1F6FF),
}


@pytest.fixture(scope="module")
def covered() -> set[int]:
    """Return the code points of all fallback fonts except the optional ones for Chinese, Japanese and Korean."""
    codes: set[int] = set()
    for font in fallback_fonts():
        if "CJK" not in font.name:
            with TTFont(font.path, lazy=True) as opened:
                codes.update(opened.getBestCmap() or ())
    return codes


@pytest.mark.parametrize("block", BLOCKS)
def test_symbols_are_covered_block_by_block(covered: set[int], block: str) -> None:
    first, last = BLOCKS[block]
    assigned = {code for code in range(first, last + 1) if unicodedata.category(chr(code)) not in {"Cn", "Cf"}}
    assert {f"U+{code:04X}" for code in assigned - covered} == set()


def test_colors_are_the_last_resort_and_a_chosen_font_comes_before_our_own() -> None:
    colored = [font.colored for font in fallback_fonts()]
    assert colored == sorted(colored)
    assert fallback_fonts()[-1].name == "Noto Color Emoji"
    chosen = fallback_fonts(fallback_fonts()[-1].path)  # any font file
    assert [font.name for font in chosen[-2:]] == ["NotoColorEmoji-Regular", "Noto Color Emoji"]
    assert all(font.colored for font in chosen[-2:])


def test_names_and_hashes_are_those_of_the_files() -> None:
    fonts = fallback_fonts()
    assert len({font.name for font in fonts}) == len(fonts)
    for font in fonts:
        assert font.sha256 == hashlib.sha256(font.path.read_bytes()).hexdigest()
    assert hash_fallback_fonts() == hashlib.sha256("".join(font.sha256 for font in fonts).encode()).hexdigest()


def test_every_font_file_kept_here_is_documented_with_its_hash_and_licence() -> None:
    readme = (FILES / "README.md").read_text()
    for path in FILES.glob("*.ttf"):
        assert f"| `{path.name}` | `{hashlib.sha256(path.read_bytes()).hexdigest()}` |" in readme
        with TTFont(path, lazy=True) as opened:
            assert "SIL Open Font License, Version 1.1" in (opened["name"].getDebugName(13) or "")
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FILES / "OFL.txt").read_text()


def test_workers_warm_the_fonts_that_they_draw_with() -> None:
    assert fallback_fonts() is fallback_fonts(None)
