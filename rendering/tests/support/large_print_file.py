"""Draws a print file of 60 megapixels with soft shadows and gradients; prints by how many MB that raised the peak."""

import gc
import os
from pathlib import Path

from rendering.engine.draw import draw
from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed
from rendering.tests.support.drawings import RULES, long_form, text

STOPS = [{"offset": 0, "color": "#5E60CE"}, {"offset": 1, "color": "#1B1B3A"}]
FADED = text("One", size=150, color="#FF0000", rotation=9)
DATA = long_form(
    text("Soft", size=200, shadow={"blur": 4}, outline={"width": 2, "color": "#000000"}),
    text("wide", size=90, rotation=12, shadow={"blur": 40}),
    {"type": "group", "opacity": 0.6, "blend": "multiply", "layers": [FADED]},
    background={"type": "radial", "stops": STOPS},
)


def kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def drawn(size: int) -> None:
    with Path(os.devnull).open("wb") as stream:
        output = Output("print.png", "print_file", "png", size)
        draw(DATA, RULES, installed(), [output], areas=[Area("front", 300, 360)], sink=lambda _: stream)


if __name__ == "__main__":
    drawn(100)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = kilobytes("VmRSS")
    drawn(8480)
    print((kilobytes("VmHWM") - before) / 1024)
