"""Flat designs drawn by the engine through its public entry point: JSON in, files out, no design cached."""

from collections.abc import Sequence
from typing import Any

from benchmarks.design_jobs import (
    DesignJob,
    four_layers,
    large_design,
    large_four_layers,
    long_form,
    mixed_scripts,
    short_form,
)
from rendering.engine.draw import draw
from rendering.engine.encode.outputs import STANDARD_OUTPUTS, parse_outputs
from rendering.engine.layout.page import lay_out
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.engine.values import Area, Font, Output, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts

RULES = Rules(text_min=1, text_max=2000, size_min=1, size_max=600)
SQUARE_AREA = Area("front", 600, 600)
PRINT_AREA = Area("front", 450, 540)
PAIR_OUTPUTS = parse_outputs(["preview.png:600", "thumbnail.png:200"])
PRINT_OUTPUTS = (Output("print.png", "print_file", "png", 5400),)


def draw_pair(job: DesignJob) -> list[bytes]:
    """Draw a preview and a thumbnail from the short form."""
    return _draw_files(short_form(job), PAIR_OUTPUTS)


def draw_long_pair(job: DesignJob) -> list[bytes]:
    """Draw a preview and a thumbnail from the long form."""
    return _draw_files(long_form(job), PAIR_OUTPUTS)


def draw_standard(job: DesignJob) -> list[bytes]:
    """Draw the six standard files."""
    return _draw_files(short_form(job), STANDARD_OUTPUTS)


def draw_four_layers(job: DesignJob) -> list[bytes]:
    """Draw a preview and a thumbnail of four layers."""
    return _draw_files(four_layers(job), PAIR_OUTPUTS)


def draw_print_file(job: DesignJob) -> list[bytes]:
    """Draw a flat print file of 4500 × 5400 px."""
    return _draw_files(large_design(job), PRINT_OUTPUTS, PRINT_AREA)


def draw_large_four_layers(job: DesignJob) -> list[bytes]:
    """Draw a print file of 4500 × 5400 px with four layers on transparency."""
    return _draw_files(large_four_layers(job), PRINT_OUTPUTS, PRINT_AREA)


def lay_out_mixed(number: int, fit: str) -> None:
    """Validate and lay out 1,000 code points of mixed scripts."""
    (placement,) = parse_design(mixed_scripts(number, fit), RULES, installed_fonts(), [SQUARE_AREA]).placements
    lay_out(placement, installed_fonts(), _fallback_faces)


def _fallback_faces(font: Font) -> Any:
    return load_faces(font, fallback_fonts())


def _draw_files(design_data: dict[str, Any], outputs: Sequence[Output], area: Area = SQUARE_AREA) -> list[bytes]:
    drawing = draw(DrawRequest(design_data, RULES, outputs, [area]), Resources(installed_fonts(), fallback_fonts()))
    return [file.data for file in drawing.files]
