"""The samples of the fonts: their versions, and that they are drawn once."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

import pytest
from PIL import Image, ImageChops

from rendering.fonts import sample_sprite, samples
from rendering.fonts.catalogue import installed_fonts

NAME = "Lobster-Regular"


@pytest.fixture(autouse=True)
def clear_caches() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    for function in (samples.sample_version, sample_sprite.sprite_version, sample_sprite.sprite_cells):
        function.cache_clear()
    sample_sprite._draw_sprite.cache_clear()


def test_another_font_file_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before, sprite = samples.sample_version(NAME), sample_sprite.sprite_version()
    other = samples.sample_version("Anton-Regular")
    fonts = {**installed_fonts(), NAME: replace(installed_fonts()[NAME], sha256="0" * 64)}
    monkeypatch.setattr(samples, "installed_fonts", lambda: fonts)
    forget()
    assert samples.sample_version(NAME) != before
    assert sample_sprite.sprite_version() != sprite
    assert samples.sample_version("Anton-Regular") == other


def test_another_engine_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before, sprite = samples.sample_version(NAME), sample_sprite.sprite_version()
    monkeypatch.setattr(samples, "ENGINE_VERSION", "next")
    forget()
    assert samples.sample_version(NAME) != before
    assert sample_sprite.sprite_version() != sprite


def test_every_process_draws_the_same_sprite_under_the_same_version() -> None:
    program = (
        "from hashlib import sha256; from rendering.fonts import sample_sprite as s; "
        "print(s.sprite_version(), sha256(s.load_sprite()).hexdigest())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert told == [sample_sprite.sprite_version(), sha256(sample_sprite.load_sprite()).hexdigest()]


def test_many_threads_draw_the_sprite_once(monkeypatch: pytest.MonkeyPatch) -> None:
    strips: list[int] = []
    draw_strips = sample_sprite._draw_strips

    def count_strips() -> Iterator[tuple[int, Image.Image]]:
        strips.append(1)
        yield from draw_strips()

    monkeypatch.setattr(sample_sprite, "_draw_strips", count_strips)
    with ThreadPoolExecutor(8) as threads:
        loaded = list(threads.map(lambda _: sample_sprite.load_sprite(), range(16)))
    assert len(set(loaded)) == 1
    assert strips == [1]


def test_a_sprite_of_several_strips_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A design has at most 100 layers, and the catalogue may grow."""
    whole = sample_sprite.load_sprite()
    monkeypatch.setattr(sample_sprite, "CELLS_OF_STRIP", 4 * sample_sprite.COLUMNS)
    forget()
    with Image.open(io.BytesIO(whole)) as one, Image.open(io.BytesIO(sample_sprite.load_sprite())) as other:
        difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    assert max(difference.tobytes()) <= 2  # the letters' positions are rounded otherwise
