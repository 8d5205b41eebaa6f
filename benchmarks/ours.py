"""Our engine, through its one door: JSON in, files out, nothing kept of a design."""

from collections.abc import Sequence
from typing import Any

from benchmarks.designs import Job, four_layers, large, long, mixed, short
from rendering.engine.draw import draw
from rendering.engine.layout.page import lay_out
from rendering.engine.outputs import STANDARD, parse_outputs
from rendering.engine.text.fonts import faces_of
from rendering.engine.validation.parse import parse
from rendering.engine.values import Area, Font, Output, Rules
from rendering.fonts.catalogue import installed
from rendering.fonts.fallbacks import fallbacks

RULES = Rules(text_min=1, text_max=2000, size_min=1, size_max=600)
SQUARE = Area("front", 600, 600)
PRINT = Area("front", 450, 540)
PAIR = parse_outputs(["preview.png:600", "thumbnail.png:200"])
LARGE = (Output("print.png", "print_file", "png", 5400),)


def pair(job: Job) -> list[bytes]:
    """Draw preview and thumbnail."""
    return _drawn(short(job), PAIR)


def long_pair(job: Job) -> list[bytes]:
    """Draw preview and thumbnail from the long form."""
    return _drawn(long(job), PAIR)


def standard(job: Job) -> list[bytes]:
    """Draw the standard six."""
    return _drawn(short(job), STANDARD)


def four(job: Job) -> list[bytes]:
    """Draw preview and thumbnail of four layers."""
    return _drawn(four_layers(job), PAIR)


def print_file(job: Job) -> list[bytes]:
    """Draw a flat print file of 4500 × 5400 px."""
    return _drawn(large(job), LARGE, PRINT)


def lay_out_mixed(number: int, fit: str) -> None:
    """Check and lay out 1,000 code points of mixed scripts."""
    (sheet,) = parse(mixed(number, fit), RULES, installed(), [SQUARE])
    lay_out(sheet, installed(), _faces)


def _faces(font: Font) -> Any:
    return faces_of(font, fallbacks())


def _drawn(design_data: dict[str, Any], outputs: Sequence[Output], area: Area = SQUARE) -> list[bytes]:
    drawing = draw(design_data, RULES, installed(), outputs, fallbacks=fallbacks(), areas=[area])
    return [file.data for file in drawing.files]
