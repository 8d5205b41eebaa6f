"""`baseline` and `cap` place a text by its font, not by its letters: a series of names does not jump."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFont

from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import draw_data, long_form, text_layer
from rendering.tests.support.layers import layer_problems
from rendering.tests.support.text_layout import find_baselines, lay_out_text

NAMES = ("Anna", "Peggy", "Ålesund", "gyp", "noon", "Christopher-Alexander Longfellow")
BOX = {"x": 100, "y": 200, "width": 400, "height": 120}
FONTS = ["Roboto-Regular", "Pacifico-Regular", "JosefinSans-Bold", "GreatVibes-Regular", "Amiri-Regular"]
HAIR = 1e-6


def baselines(valign: str, font: str, **fields: Any) -> list[float]:
    """Return the baseline of each name, mm."""
    return [
        baseline
        for name in NAMES
        for baseline in find_baselines(lay_out_text(name, valign=valign, font=font, box=BOX, **fields))
    ]


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("fit", ["none", "shrink"])
def test_names_share_one_baseline_also_if_one_is_shrunk(font: str, fit: str) -> None:
    found = baselines("baseline", font, size=60, fit=fit)
    assert found == pytest.approx([found[0]] * len(NAMES))
    assert len(set(baselines("middle", font, size=60, fit=fit))) > 1


@pytest.mark.parametrize("font", FONTS)
def test_capitals_are_centred_whatever_letters_a_name_has(font: str) -> None:
    """The height of capitals is that of Pillow's H."""
    file = installed_fonts()[font]
    face = ImageFont.truetype(str(file.path), 1000)
    if file.axes:
        face.set_variation_by_axes(
            [
                dict(file.axes)["wght"] if b"Weight" in axis["name"] else axis["default"] or 0
                for axis in face.get_variation_axes()
            ]
        )
    capital = -face.getbbox("H", anchor="ls")[1] / 1000
    for name in NAMES:
        layer = lay_out_text(name, valign="cap", font=font, box=BOX, size=60)
        (baseline,) = find_baselines(layer)
        assert baseline - capital * layer.size / 2 == pytest.approx(260, abs=0.002 * layer.size)


def test_drawn_capitals_are_in_the_middle_with_and_without_descenders() -> None:
    for words in ("HEN", "HEN, gyp"):
        layer = text_layer(
            words,
            font="Roboto-Regular",
            valign="cap",
            box={**BOX, "x": 0, "width": 600},
            size=60,
            align="left",
            color="#000000",
        )
        (file,) = draw_data(long_form(layer)).files
        dark = np.asarray(Image.open(io.BytesIO(file.data)).convert("L"))[:, 3:90] < 128  # the first letters
        (rows,) = np.nonzero(dark.any(axis=1))
        assert (rows[0] + rows[-1] + 1) / 2 == pytest.approx(260, abs=0.75)


@given(
    st.text("Hagpjé ÅQ|", min_size=1, max_size=20).filter(lambda one: bool(one.strip())),
    st.sampled_from(FONTS),
    st.sampled_from(["baseline", "cap"]),
    st.sampled_from(["shrink", "wrap_shrink"]),
    st.floats(20, 400),
    st.integers(1, 3),
)
def test_shrunk_text_is_in_its_box(words: str, font: str, valign: str, fit: str, height: float, lines: int) -> None:
    box = {**BOX, "height": height}
    layer = lay_out_text("\n".join([words] * lines), valign=valign, font=font, box=box, fit=fit, size=150)
    assert layer.ink is not None
    assert layer.ink.top >= layer.box.top - HAIR * height
    assert layer.ink.bottom <= layer.box.bottom + HAIR * height
    assert layer.ink.width <= 400 * (1 + HAIR)


@pytest.mark.parametrize("valign", ["baseline", "cap"])
def test_names_get_the_same_size_where_the_height_limits_it(valign: str) -> None:
    """The font's highest and lowest letters count, whether a name has them or not."""
    sizes = {
        lay_out_text(name, valign=valign, font="Roboto-Regular", box={**BOX, "width": 600, "height": 40}, size=60).size
        for name in ("Anna", "Peggy", "noon", "gyp")
    }
    assert len(sizes) == 1
    assert 30 < sizes.pop() < 60


@pytest.mark.parametrize("valign", ["baseline", "cap"])
def test_lines_of_one_number_share_their_baselines(valign: str) -> None:
    found = [
        find_baselines(lay_out_text(words, valign=valign, font="Roboto-Regular", box=BOX, size=30, line_height=1.5))
        for words in ("Anna\nnoon", "gyp\nÅÅ", "Hg\npj")
    ]
    assert found[0] == pytest.approx(found[1])
    assert found[0] == pytest.approx(found[2])
    assert found[0][1] - found[0][0] == pytest.approx(45)


def test_text_beyond_one_edge_of_its_box_is_a_finding() -> None:
    """It is no higher than the box, but its accent is above it."""
    box = {"x": 0, "y": 200, "width": 600, "height": 68}
    codes = {
        valign: [
            finding.code
            for finding in draw_data(
                long_form(text_layer("Å", font="Roboto-Regular", size=70, box=box, valign=valign, fit="none"))
            ).findings
        ]
        for valign in ("middle", "baseline")
    }
    assert codes == {"middle": [], "baseline": ["text_overflow"]}


@pytest.mark.parametrize("curve", [{"arc": 90}, {"radius": 50}, {"path": {"type": "circle", "radius": 50}}])
def test_text_on_a_curve_has_no_straight_baseline(curve: dict[str, Any]) -> None:
    for valign in ("baseline", "cap"):
        layer = {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 10, "valign": valign, **curve}
        assert layer_problems([layer]) == [("/placements/front/layers/0/valign", "conflict")]
