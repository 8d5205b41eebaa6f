"""Letters that collide on a circle, against their pictures, drawn one by one."""

import random

import numpy as np
import pytest

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.raster.glyphs import TextOrigin, rasterize_glyphs
from rendering.engine.text.arc import Circle, LetterLine, bend_letters
from rendering.engine.text.collisions import find_collision
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.bent_text import circle_of, letters_of
from rendering.tests.support.drawings import draw_data, long_form, text_layer

EM, SIDE = 60, 700  # px
WORDS = ("MOUNTAIN COFFEE", "AVATAR Tom", "fjord (quick)", "ILLIL", "To. V.A.L.T", "gypsy joy", "1. FC Köln")


def shared_pixels(line: LetterLine, circle: Circle) -> int:
    """Return how many pixels lie in more than one letter, most of them whole."""
    counts = np.zeros((SIDE, SIDE), dtype=int)
    origin, viewport = TextOrigin(SIDE / 2, SIDE / 2, EM), Viewport(1.0, 0, 0, SIDE, SIDE)
    for letter in line.letters:
        runs = bend_letters(LetterLine((letter,), line.length, 0), circle).runs
        counts += np.asarray(rasterize_glyphs(origin, runs, viewport)) > 200
    return int((counts - 1).clip(0).sum())


def finding_codes(words: str, **fields: object) -> list[str]:
    data = long_form(text_layer(words, **fields))
    return [finding.code for finding in draw_data(data).findings if finding.code == "letters_collide"]


@pytest.mark.parametrize("seed", range(24))
def test_a_collision_is_found_if_and_only_if_letters_share_pixels(seed: int) -> None:
    rng = random.Random(seed)
    font = rng.choice([name for name, font in sorted(installed_fonts().items()) if font.category != "script"])
    line = letters_of(font, rng.choice(WORDS))
    circle = circle_of(line, rng.choice([-1, 1]) * rng.choice([60, 120, 200, 300, 360, 420, 500]))
    more = shared_pixels(line, circle) - shared_pixels(line, Circle(1e6, circle.anchor))
    found = find_collision(line, circle)
    # Letters that only touch may go either way.
    if more > 0.0015 * EM**2:
        assert found is not None
    elif more <= 0:
        assert found is None or found.depth < 0.03


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("COLLISION", {"arc": -300}),  # heads on the inner side
        ("roasted by hand", {"arc": -100}),
        ("gypsy", {"arc": 360, "font": "Montserrat-Bold", "letter_spacing": -0.1}),
        ("once around and once again", {"radius": 40, "fit": "none", "font": "Roboto-Regular"}),
        ("once around and once again", {"path": {"type": "circle", "radius": 60}, "fit": "none", "size": 60}),
        ("Love", {"arc": -360, "font": "GreatVibes-Regular"}),  # taller than the circle's radius
        ("सुप्रभात सुप्रभात", {"radius": 30, "fit": "none"}),
    ],
)
def test_letters_that_collide_are_a_finding(words: str, fields: dict[str, object]) -> None:
    assert finding_codes(words, **fields) == ["letters_collide"]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("MOUNTAIN COFFEE", {"arc": 150}),
        ("AVATAR To. VA LT", {"arc": 120, "font": "Roboto-Regular"}),
        ("Wolfgang", {"arc": 60, "font": "PlayfairDisplay-Bold"}),
        ("roasted by hand", {"arc": -100, "letter_spacing": 0.1}),
        ("since 1984", {"arc": -60, "font": "Montserrat-Bold"}),
        ("ROUND AND ROUND IT GOES •", {"arc": 360}),
        ("Happy Birthday", {"arc": 200, "font": "GreatVibes-Regular"}),
        ("Happy Birthday", {"arc": -120, "font": "GreatVibes-Regular"}),
        ("Summer Feelings", {"arc": -200, "font": "Pacifico-Regular"}),
        ("السلام عليكم ورحمة الله", {"arc": 300, "font": "Amiri-Regular"}),
        ("नमस्ते दुनिया", {"arc": -90, "font": "Roboto-Regular"}),
        ("I", {"arc": 360}),
        ("bells & whistles", {"arc": 40, "font": "Zeyada-Regular"}),
        ("tight", {"arc": 90, "letter_spacing": -0.2}),
    ],
)
def test_kerned_and_joined_letters_are_no_finding(words: str, fields: dict[str, object]) -> None:
    assert finding_codes(words, **fields) == []


def test_the_finding_says_what_to_do() -> None:
    (finding,) = draw_data(long_form(text_layer("COFFEE", size=60, radius=-90))).findings
    assert (finding.code, finding.severity, finding.required) == ("letters_collide", "warning", 0)
    assert finding.measured is not None
    assert finding.measured > 0.5
    assert "overlap" in finding.message
    assert "letter spacing" in finding.message
