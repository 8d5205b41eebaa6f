"""The colour `auto` of a text, by what is really beneath its letters."""

import numpy as np
from PIL import Image

from rendering.engine.color.luminance import average_color, find_light, measure_contrast, measure_luminance
from rendering.engine.color.srgb import BLACK, RGB, WHITE, choose_ink
from rendering.engine.paint.sample import Sample

READABLE_CONTRAST = 3.0  # WCAG 2.2, 1.4.3, large text
_NEARLY_ALL = 0.99  # of the ink; the rest may be the edge of what is beneath


def choose_text_color(sample: Sample, ink: Image.Image) -> RGB:
    """Return black or white for a text, given its ink as a mask of the sample's part.

    Where the whole ground is light, or all of it dark, that decides, as on a background of one colour. Else it is the
    colour with which less of the ink is hard to read, or if they are equal, the one for the average of the ground. An
    unknown product is white.
    """
    product = sample.product or WHITE
    ground = sample.show_ground(product)
    weights = np.asarray(ink, np.int64)
    total = int(weights.sum())
    if not total:
        weights, total = np.ones_like(weights), weights.size
    light = int(weights[find_light(ground)].sum())
    if light >= _NEARLY_ALL * total or light <= (1 - _NEARLY_ALL) * total:
        return BLACK if light * 2 > total else WHITE
    beneath = measure_luminance(ground)
    unreadable = {}
    for color in (BLACK, WHITE):
        contrast = measure_contrast(measure_luminance(sample.show_color(color, product)), beneath)
        unreadable[color] = int(weights[contrast < READABLE_CONTRAST].sum())
    if unreadable[BLACK] == unreadable[WHITE]:
        return choose_ink(average_color(ground, weights))
    return min(unreadable, key=unreadable.__getitem__)
