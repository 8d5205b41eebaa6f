"""Whatever is sent: a picture within the bounds of time and memory, or every problem named; never a crash."""

import random
from pathlib import Path

import pytest

from rendering.engine.validation.problems import PROBLEMS_CEILING, SpecError
from rendering.engine.values import Area, Drawing, Output, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.random_designs import corrupt_design, random_design

RULES = Rules(text_min=1, text_max=2000, size_min=0.1, size_max=1000)
AREAS = [Area("front", 300, 200), Area("back", 100, 300)]
KILOBYTES = 200_000  # beyond what the process has before, which may not yet have loaded a font
OUTPUTS = [Output("preview.png", "preview", "png", 300), Output("thumbnail.webp", "thumbnail", "webp", 100)]


def outcome(design: object) -> Drawing | SpecError:
    try:
        return draw(design, RULES, installed_fonts(), OUTPUTS, fallbacks=fallback_fonts(), areas=AREAS)
    except SpecError as error:
        return error


@pytest.mark.parametrize("seed", range(8))
def test_a_random_design_is_drawn(seed: int) -> None:
    lot = random.Random(seed)
    for _ in range(40):
        found = outcome(random_design(lot))
        assert isinstance(found, Drawing), found
        assert [(file.width, file.height) for file in found.files] in (
            [(300, 200), (100, 67)],
            [(300, 300), (100, 100)],
        )


@pytest.mark.parametrize("seed", range(8))
def test_a_corrupted_design_is_drawn_or_refused_with_a_sentence(seed: int) -> None:
    lot, refused = random.Random(seed), 0
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak: proc(5)
    before = kilobytes("VmRSS")
    for _ in range(80):
        found = outcome(corrupt_design(random_design(lot), lot))
        if isinstance(found, SpecError):
            refused += 1
            assert 0 < len(found.problems) <= PROBLEMS_CEILING + 1
            assert all(one.message.endswith(".") and one.code.isidentifier() for one in found.problems)
            assert all(one.pointer == "" or one.pointer.startswith("/") for one in found.problems)
    assert refused > 20
    assert kilobytes("VmHWM") - before < KILOBYTES


def kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
