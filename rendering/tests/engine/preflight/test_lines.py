"""Findings about lines: those that run into each other, and words that are cut."""

import random
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, features

from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import draw_data, long_form, text_layer

EM = 200  # px
TOLERANCE = 5  # px; two drawings of the same glyphs differ by less
FONTS = ["Pacifico-Regular", "GreatVibes-Regular", "Lobster-Regular", "AbrilFatface-Regular", "Bebas-Bold"]
WORDS = ["Jogging", "yfgj", "ÄÖÜ", "bdfhk", "moon", "pq", "Tal", "Hill", "noon", "(j)", "Åre", "gyp", ". . .", "''"]
ROOM = {"x": 0, "y": 0, "width": 600, "height": 600}


def findings(text: str, code: str, **fields: Any) -> list[Any]:
    layer = text_layer(text, **{"box": ROOM, "size": 60, **fields})
    return [finding for finding in draw_data(long_form(layer), "preview.png:60").findings if finding.code == code]


def draw_line(words: str, font: str, baseline: int) -> np.ndarray:
    """Draw a line with Pillow's own HarfBuzz, its ink at the left; True where it is."""
    face = ImageFont.truetype(str(installed_fonts()[font].path), EM, layout_engine=ImageFont.Layout.RAQM)
    image = Image.new("L", (12 * EM, 5 * EM))
    ImageDraw.Draw(image).text(
        (100 - face.getbbox(words, anchor="ls")[0], baseline), words, fill=255, font=face, anchor="ls"
    )
    return np.asarray(image) > 127


def shift(mask: np.ndarray, rows: int) -> np.ndarray:
    return np.roll(mask, rows, axis=0)


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow without Raqm does not kern as HarfBuzz does")
def test_lines_touch_where_their_drawn_letters_do() -> None:
    rng = random.Random(16)
    seen = {True: 0, False: 0}
    for _ in range(60):
        font, height = rng.choice(FONTS), rng.choice([0.6, 0.7, 0.8, 0.9, 1.0, 1.2])
        lines = [" ".join(rng.choices(WORDS, k=2)) for _ in range(2)]
        upper, lower = (draw_line(words, font, round((2 + number * height) * EM)) for number, words in enumerate(lines))
        overlaps = int((upper & lower).sum()) > 30
        is_apart = not any((upper & shift(lower, -rows)).any() for rows in range(TOLERANCE + 1))
        if overlaps or is_apart:  # otherwise they are too close for this comparison
            seen[overlaps] += 1
            found = findings(
                "\n".join(lines), "lines_touch", font=font, line_height=height, align="left", fit="none", size=20
            )
            assert bool(found) == overlaps, (font, height, lines)
    assert min(seen.values()) >= 15


def test_lines_that_touch_are_named_with_the_height_that_separates_them() -> None:
    fields = {"font": "Pacifico-Regular", "size": 40}
    (finding,) = findings("moon\n\nJogging yfgj\nÄÖÜ bdfhk", "lines_touch", line_height=1.2, **fields)
    assert (finding.severity, finding.measured) == ("warning", 1.2)
    assert finding.message.startswith("Lines 3 and 4 run into each other")
    assert finding.required is not None
    assert findings("Jogging yfgj\nÄÖÜ bdfhk", "lines_touch", line_height=finding.required, **fields) == []
    assert findings("Jogging yfgj\nÄÖÜ bdfhk", "lines_touch", **fields) == []


def test_a_descender_that_passes_between_letters_is_no_alarm() -> None:
    """The boxes of the lines overlap, and those of the letters p and b, but not the letters."""
    fields = {"font": "Roboto-Regular", "line_height": 0.85, "fit": "none", "align": "left", "size": 40}
    assert findings("p\nab", "lines_touch", **fields) == []
    assert len(findings("pp\nbb", "lines_touch", **fields)) == 1


def test_one_line_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rendering.engine.text.line_collisions.pathops.op", None)
    for fields in ({}, {"fit": "wrap"}, {"arc": 180}):
        assert findings("Jogging", "lines_touch", **fields) == []


def test_comparing_letters_ends() -> None:
    """Rectangles overlap, letters do not: at most PAIRS_CEILING pairs are compared."""
    text = "j" * 100 + "\n" + "L" * 99
    assert len(findings(text, "lines_touch", font="Roboto-Regular", line_height=0.6, fit="none", size=10)) <= 1


@pytest.mark.parametrize("fit", ["wrap", "wrap_shrink", "ellipsis"])
def test_a_word_that_must_be_cut_is_named(fit: str) -> None:
    box = {**ROOM, "width": 200, "height": 60}
    (finding,) = findings("Donaudampfschifffahrt", "word_cut", fit=fit, box=box, min_size=50)
    assert (finding.severity, finding.measured, finding.required) == ("warning", 1, 0)
    assert "Donaudampfschifffahrt" in finding.message


@pytest.mark.parametrize("fit", ["wrap", "wrap_shrink", "ellipsis", "shrink", "none"])
@pytest.mark.parametrize(
    "text", ["one two three", "well-known", "Donau\u00addampf", "สวัสดีชาวโลก", "日本語の文です", "https://a.eu/b?c=d"]
)
def test_words_that_end_with_their_line_are_not_cut(fit: str, text: str) -> None:
    assert findings(text, "word_cut", fit=fit, box={**ROOM, "width": 340}, font="Roboto-Regular") == []


def test_each_cut_word_is_counted_once() -> None:
    box = {**ROOM, "width": 100}
    (finding,) = findings("abcdefghijklmnop qr stuvwxyzabcdefg", "word_cut", fit="wrap", box=box)
    assert finding.measured == 2
