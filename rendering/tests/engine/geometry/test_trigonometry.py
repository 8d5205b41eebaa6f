"""Angles give the same px on every processor: only operations that IEEE 754 makes exact are used."""

import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from customify.testing.spawn import PROJECT
from rendering.engine.geometry.trigonometry import cos_sin, lengths, sines

_RNG = np.random.default_rng(7)
ANGLES = np.concatenate(
    [
        *(_RNG.uniform(-reach, reach, 500) for reach in (0.8, 7, 6_000)),
        *([0.0, -0.0, 1e-300, math.tau], np.arange(-40, 41) * (math.pi / 4)),
    ]
)
LIBRARIES = "import math, numpy as np; x = np.random.default_rng(1).uniform(-7, 7, 9_999);"
OURS = "from rendering.engine.geometry.trigonometry import cos_sin, lengths, sines;"
PRINT = (
    "import hashlib; print(hashlib.sha256(np.concatenate([np.ravel(part) for part in parts]).tobytes()).hexdigest())"
)
# Without instructions that multiply and add in one step, in the C library, and in numpy.
OLD_PROCESSORS = (
    {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX512F"},
    {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
    {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX"},
)


def test_sine_and_cosine_are_right_to_two_units_in_the_last_place() -> None:
    for angle in ANGLES.tolist():
        cos, sin = cos_sin(angle)
        assert abs(cos - math.cos(angle)) <= 2 * math.ulp(math.cos(angle)), angle
        assert abs(sin - math.sin(angle)) <= 2 * math.ulp(math.sin(angle)), angle


def test_sines_of_arrays_are_those_of_numbers() -> None:
    angles = np.concatenate([ANGLES, [1e9, -3e12, 1e300]])
    assert sines(angles).tolist() == [cos_sin(angle)[1] for angle in angles.tolist()]


@pytest.mark.parametrize("angle", [1e6, -1e9, 3e12, 1e300])
def test_turns_without_number_still_end_on_the_circle(angle: float) -> None:
    assert math.hypot(*cos_sin(angle)) == pytest.approx(1)
    assert abs(float(sines(np.array([angle]))[0])) <= 1


def test_lengths_are_those_of_the_pythagorean_theorem() -> None:
    assert lengths(np.array([[[3.0, -4.0], [0.0, 0.0]]])).tolist() == [[5.0, 0.0]]


@pytest.mark.parametrize("environment", OLD_PROCESSORS)
def test_another_processor_gives_the_same_bits(environment: dict[str, str]) -> None:
    parts = "parts = [sines(x), [cos_sin(each) for each in x.tolist()], lengths(x.reshape(-1, 3, 3)[..., :2])];"
    program = LIBRARIES + OURS + parts + PRINT
    assert _run(program, environment) == _run(program, {})


def _run(program: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout


ONLY_FINDINGS = {"difference.py", "process_inks.py"}  # colours, compared with a tolerance


def test_the_engine_leaves_nothing_that_decides_pixels_to_the_libraries() -> None:
    banned = re.compile(
        r"\b(?:np\.(?:sin|cos|tan|arc\w+|sinh|cosh|tanh|exp\w*|log(?!ical)\w*|cbrt|hypot|power|float_power|hanning)"
        r"|math\.(?:sin|cos|tan|a?sinh?|a?cosh?|a?tan[2h]?|exp\w*|log\w*|pow|cbrt))\b"
    )
    engine = PROJECT / "rendering" / "engine"
    found = {
        f"{file.relative_to(engine)}: {name}"
        for file in engine.rglob("*.py")
        if file.parent.name != "preflight" and file.name not in ONLY_FINDINGS  # change no pixel
        for name in banned.findall(re.sub(r'""".*?"""', "", file.read_text(), flags=re.DOTALL))
    }
    # Of these, one is rounded to a quarter turn, and the others decide a finding with a tolerance.
    assert found == {"layout/qr.py: math.atan2", "text/collisions.py: math.atan2"} | {
        f"text/collisions.py: np.{name}" for name in ("arctan2", "hypot")
    }
