"""Program: draw a print file of 60 megapixels with soft shadows and gradients, print how many MB the peak grew."""

import gc
import os
from pathlib import Path

from rendering.engine.values import Area, Output
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import RULES, long_form, text_layer
from rendering.tests.support.memory import read_proc_kilobytes, reset_peak_memory

STOPS = [{"offset": 0, "color": "#5E60CE"}, {"offset": 1, "color": "#1B1B3A"}]
FADED = text_layer("One", size=150, color="#FF0000", rotation=9)
DATA = long_form(
    text_layer("Soft", size=200, shadow={"blur": 4}, outline={"width": 2, "color": "#000000"}),
    text_layer("wide", size=90, rotation=12, shadow={"blur": 40}),
    {"type": "group", "opacity": 0.6, "blend": "multiply", "layers": [FADED]},
    background={"type": "radial", "stops": STOPS},
)


def draw_print_file(size: int) -> None:
    with Path(os.devnull).open("wb") as stream:
        output = Output("print.png", "print_file", "png", size)
        draw(DATA, RULES, installed_fonts(), [output], areas=[Area("front", 300, 360)], sink=lambda _: stream)


if __name__ == "__main__":
    draw_print_file(100)
    gc.collect()
    reset_peak_memory()
    before = read_proc_kilobytes("VmRSS")
    draw_print_file(8480)
    print((read_proc_kilobytes("VmHWM") - before) / 1024)
