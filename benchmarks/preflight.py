"""CPU time of preflight: layout, the small picture and all findings, without drawing a file."""

import argparse
import functools
import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.engine import RULES, SQUARE_AREA
from benchmarks.photo_engine import twenty_layers
from benchmarks.photo_jobs import ASSET_ID, generate_photos
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.page import lay_out
from rendering.engine.paint.sampler import sample_layout
from rendering.engine.preflight.inspect import inspect_layouts
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.engine.values import Area, DrawLimits, Picture, Technique
from rendering.fonts.catalogue import installed_fonts, warm_fonts
from rendering.fonts.fallbacks import fallback_fonts

PRODUCT = (31, 42, 68)
WARM_UP = 10  # designs
TECHNIQUE = Technique(
    "dtg",
    min_line_mm=0.35,
    min_gap_mm=0.35,
    min_text_mm=1.5,
    min_module_mm=0.5,
    max_ink=300,
    blur_mm=0.1,
    semi_transparency=False,
)
DTG_AREA = replace(SQUARE_AREA, min_dpi=150, safe_mm=5, bleed_mm=3, technique=TECHNIQUE)
ASSETS = tuple(f"{number}" * 8 + ASSET_ID[8:] for number in range(3))


def photo_layers(text: str) -> dict[str, Any]:
    """Return a design of twenty layers, six of them with three photos; texts change, the QR code does not."""
    design = twenty_layers(text)
    placement = design["placements"]["front"]
    photos = [layer for layer in placement["layers"] if layer["type"] == "image"]
    for number, layer in enumerate(photos):
        layer["asset"] = ASSETS[number % len(ASSETS)]
    for layer in placement["layers"]:
        if layer["type"] == "qr":
            layer["value"] = "https://example.com/order"
    placement["layers"][-1]["layers"][0]["asset"] = ASSETS[0]
    return design


def text_layers(text: str) -> dict[str, Any]:
    """Return a design of six texts and no photo."""
    design = twenty_layers(text)
    placement = design["placements"]["front"]
    placement["layers"] = [layer for layer in placement["layers"] if layer["type"] == "text"]
    return design


def one_text(text: str) -> dict[str, Any]:
    """Return a design of one text."""
    return {"text": text, "font": "Roboto-Regular", "color": "#FFFFFF"}


ROWS: tuple[tuple[str, Callable[[str], dict[str, Any]], float], ...] = (
    ("twenty layers with three photos", photo_layers, 8),
    ("six texts", text_layers, 2),
    ("one text", one_text, 2),
)


STEPS = ("read", "lay out", "sample", "judge")


def measure_steps(design: dict[str, Any], area: Area, pictures: dict[str, Picture]) -> list[float]:
    """Return the CPU ms of the steps of one preflight."""
    fonts = installed_fonts()
    faces = functools.partial(load_faces, fallbacks=fallback_fonts())
    times = [time.process_time_ns()]
    (spec,) = parse_design(design, RULES, fonts, [area], DrawLimits(), pictures).placements
    spec = replace(spec, product_color=PRODUCT)
    times.append(time.process_time_ns())
    layout = lay_out(spec, fonts, faces, image_cache=ImageCache(pictures))
    times.append(time.process_time_ns())
    sampled = sample_layout(layout)
    times.append(time.process_time_ns())
    inspect_layouts([sampled])
    times.append(time.process_time_ns())
    return [(end - start) / 1e6 for start, end in itertools.pairwise(times)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preflight", description=__doc__)
    parser.add_argument("-n", type=int, default=100, help="designs per row (default: 100)")
    count = max(1, parser.parse_args().n)
    warm_fonts()
    jobs = list(itertools.islice(generate_photos(), len(ASSETS)))
    pictures = {
        asset: replace(job.to_picture(), asset=asset, sha256=str(number) * 64)
        for number, (asset, job) in enumerate(zip(ASSETS, jobs, strict=True))
    }
    print(f"CPU ms, median of {count} designs after {WARM_UP}, no text twice, one process\n")
    print(f"| design | technique | {' | '.join(STEPS)} | all | bar |\n|---|---|{'---|' * len(STEPS)}---|---|")
    for (name, make, bar), area in itertools.product(ROWS, (SQUARE_AREA, DTG_AREA)):
        rows = [measure_steps(make(f"Order {number}"), area, pictures) for number in range(count + WARM_UP)][WARM_UP:]
        steps = " | ".join(f"{statistics.median(step):.2f}" for step in zip(*rows, strict=True))
        whole = statistics.median(map(sum, rows))
        print(f"| {name} | {area.technique.name or 'none'} | {steps} | {whole:.2f} | {bar:g} |", flush=True)


if __name__ == "__main__":
    main()
