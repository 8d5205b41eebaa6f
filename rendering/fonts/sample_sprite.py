"""One image with the samples of all fonts, so that a menu of them needs one request instead of one for each font."""

import functools
import io
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

from PIL import Image

from rendering.engine.draw import draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.samples import BACKGROUND, RULES, hash_inputs, make_layer, sample_version

CELL_WIDTH, CELL_HEIGHT, MARGIN, SIZE = 300, 80, 8, 44  # px: a row of a menu at twice its size, for dense screens
COLUMNS = 4
CELLS_OF_STRIP = 80  # drawn as one design, which may have 100 layers
WEBP_EFFORT = 2  # of 0 to 6; more takes longer and saves nothing here

_lock = Lock()


class Cell(NamedTuple):
    """Where a font's sample is in the sprite, px."""

    x: int
    y: int
    width: int
    height: int


@functools.cache
def sprite_cells() -> dict[str, Cell]:
    """Return the place of each font of the catalogue, by name."""
    return {
        name: Cell(index % COLUMNS * CELL_WIDTH, index // COLUMNS * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT)
        for index, name in enumerate(installed_fonts())
    }


def sprite_size() -> tuple[int, int]:
    """Return width and height, px."""
    return COLUMNS * CELL_WIDTH, -(-len(installed_fonts()) // COLUMNS) * CELL_HEIGHT


@functools.cache
def sprite_version() -> str:
    """Return a hash of all that decides the sprite's bytes, without drawing it."""
    return hash_inputs([MARGIN, SIZE, WEBP_EFFORT], sprite_cells(), list(map(sample_version, installed_fonts())))


def load_sprite() -> bytes:
    """Return the sprite, a lossless WebP. It is drawn once in a process, however many ask for it at once."""
    with _lock:
        return _draw_sprite()


@functools.cache
def _draw_sprite() -> bytes:
    sprite = Image.new("L", sprite_size())
    for top, strip in _draw_strips():
        sprite.paste(strip, (0, top))
    file = io.BytesIO()
    sprite.save(file, "WEBP", lossless=True, method=WEBP_EFFORT)
    return file.getvalue()


def _draw_strips() -> Iterator[tuple[int, Image.Image]]:
    """Yield parts of the sprite, grey, with their distance from its top, px."""
    width = COLUMNS * CELL_WIDTH
    all_cells = list(sprite_cells().items())
    for first in range(0, len(all_cells), CELLS_OF_STRIP):
        cells = all_cells[first : first + CELLS_OF_STRIP]
        top, height = cells[0][1].y, -(-len(cells) // COLUMNS) * CELL_HEIGHT
        layers = [make_layer(name, SIZE, cell._replace(y=cell.y - top), MARGIN) for name, cell in cells]
        data = {"version": 1, "placements": {"sample": {"background": BACKGROUND, "layers": layers}}}
        output = Output("samples.png", "preview", "png", max(width, height))
        request = DrawRequest(data, RULES, [output], [Area("sample", float(width), float(height))])
        yield top, Image.open(io.BytesIO(draw(request, Resources(installed_fonts())).files[0].data)).convert("L")
