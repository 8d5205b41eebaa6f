"""Random (seeded) input gives an image within the memory limit, or names every problem; it never crashes."""

import random

import pytest

from rendering.engine.validation.problems import PROBLEMS_CEILING, SpecError
from rendering.engine.values import Area, Drawing, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import LENIENT_RULES
from rendering.tests.support.memory import read_proc_kilobytes, reset_peak_memory
from rendering.tests.support.random_designs import corrupt_design, random_design

AREAS = [Area("front", 300, 200), Area("back", 100, 300)]
KILOBYTES = 200_000  # above what the process had before, which may not yet have loaded a font
OUTPUTS = [Output("preview.png", "preview", "png", 300), Output("thumbnail.webp", "thumbnail", "webp", 100)]


def outcome(design: object) -> Drawing | SpecError:
    try:
        return draw(design, LENIENT_RULES, installed_fonts(), OUTPUTS, fallbacks=fallback_fonts(), areas=AREAS)
    except SpecError as error:
        return error


@pytest.mark.parametrize("seed", range(8))
def test_a_random_design_is_drawn(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(40):
        found = outcome(random_design(rng))
        assert isinstance(found, Drawing), found
        assert [(file.width, file.height) for file in found.files] in (
            [(300, 200), (100, 67)],
            [(300, 300), (100, 100)],
        )


@pytest.mark.parametrize("seed", range(8))
def test_a_corrupted_design_is_drawn_or_refused_with_a_sentence(seed: int) -> None:
    rng, refused = random.Random(seed), 0
    reset_peak_memory()
    before = read_proc_kilobytes("VmRSS")
    for _ in range(80):
        found = outcome(corrupt_design(random_design(rng), rng))
        if isinstance(found, SpecError):
            refused += 1
            assert 0 < len(found.problems) <= PROBLEMS_CEILING + 1
            assert all(one.message.endswith(".") and one.code.isidentifier() for one in found.problems)
            assert all(one.pointer == "" or one.pointer.startswith("/") for one in found.problems)
    assert refused > 20
    assert read_proc_kilobytes("VmHWM") - before < KILOBYTES
