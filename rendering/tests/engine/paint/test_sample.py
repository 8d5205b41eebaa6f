"""Samples of layers, compared with ordinary drawings of the same designs with and without the layer."""

import random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from rendering.engine.layout.page import lay_out
from rendering.engine.layout.placed import Layout
from rendering.engine.paint.layer import draw_layer
from rendering.engine.paint.sample import Sample
from rendering.engine.paint.sampler import sample_layout
from rendering.engine.raster.background import paint_background
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import CLEAR, LENIENT_RULES, long_form
from rendering.tests.support.layers import AREA

Layer = dict[str, Any]

MARK = "judged"
PRODUCT, COLOR = (200, 40, 90), (30, 170, 60)
BOX = {"x": 20, "y": 30, "width": 60, "height": 30}
BLENDS = ["normal", "multiply", "screen"]
ROUNDING = 4  # of 255: Pillow rounds at every layer and group


def random_plate(rng: random.Random) -> Layer:
    """Return a shape that covers much of the frame, with any colour, opacity and blend mode."""
    return {
        "type": "shape",
        "shape": rng.choice(["rectangle", "ellipse"]),
        "box": {"x": rng.uniform(-20, 40), "y": rng.uniform(-20, 40), "width": 90, "height": 90},
        "fill": {"type": "color", "color": f"#{rng.randrange(1 << 24):06X}"},
        "opacity": rng.choice([1, 0.3, 0.7]),
        "blend": rng.choice(BLENDS),
    }


def random_design(rng: random.Random, judged: Layer) -> list[Layer]:
    """Return layers with `judged` among them, perhaps in a group or two, between plates."""
    layers: list[Layer] = [random_plate(rng), judged, random_plate(rng)]
    for _ in range(rng.randint(0, 2)):
        group = {"type": "group", "opacity": rng.choice([0.5, 0.9]), "blend": rng.choice(BLENDS), "layers": layers}
        layers = [random_plate(rng), group, random_plate(rng)]
    return layers


def make_layout(layers: list[Layer], background: Any) -> Layout:
    (spec,) = parse_design(
        long_form(*layers, background=background), LENIENT_RULES, installed_fonts(), [AREA]
    ).placements
    return lay_out(spec, installed_fonts(), load_faces)


def draw_part(layers: list[Layer], background: Any, sample: Sample) -> NDArray[np.int64]:
    """Draw a design on the product, in the part and at the zoom of a sample."""
    layout, part = make_layout(layers, background), sample.part
    assert part is not None
    picture = paint_background(layout.background, part)
    for layer in layout.layers:
        draw_layer(picture, layer, part)
    product = Image.new("RGBA", picture.size, PRODUCT)
    return np.asarray(Image.alpha_composite(product, picture.convert("RGBA")).convert("RGB"), np.int64)


def find_sample(layout: Layout) -> Sample:
    sampled = sample_layout(layout)
    pairs = zip(sampled.layout.iter_leaves(), sampled.samples, strict=True)
    (sample,) = (sample for layer, sample in pairs if layer.source.name == MARK)
    assert sample is not None
    return sample


@pytest.mark.parametrize("seed", range(12))
def test_a_sample_shows_the_colors_of_an_ordinary_drawing(seed: int) -> None:
    rng = random.Random(seed)
    background: Any = rng.choice(["#E0C0A0", CLEAR])
    style = {"opacity": rng.choice([1, 0.4]), "blend": rng.choice(BLENDS), "rotation": rng.choice([0, 30])}
    words = {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 20, "color": "#1EAA3C", "box": BOX}
    sample = find_sample(make_layout(random_design(random.Random(seed), {**words, **style, "name": MARK}), background))
    fill = {"type": "color", "color": "#1EAA3C"}
    plate = {"type": "shape", "shape": "rectangle", "box": {**BOX, "y": -300, "height": 600}, "fill": fill, **style}
    plate["box"] = {"x": -300, "y": -300, "width": 700, "height": 700}
    with_color = draw_part(random_design(random.Random(seed), plate), background, sample)
    without = draw_part(random_design(random.Random(seed), {**plate, "hidden": True}), background, sample)
    assert np.abs(sample.show_color(COLOR, PRODUCT) - with_color).max() <= ROUNDING
    assert np.abs(sample.show_ground(PRODUCT) - without).max() <= ROUNDING


def test_a_layer_alone_on_one_color_needs_no_picture() -> None:
    words = {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 20, "box": BOX}
    beside = {**words, "box": {**BOX, "y": 70}}
    assert sample_layout(make_layout([words], "#FFFFFF")).samples == (None,)
    assert sample_layout(make_layout([words, beside], "#FFFFFF")).samples == (None, None)
    ((faded,),) = (sample_layout(make_layout([{**words, "opacity": 0.5}], "#FFFFFF")).samples,)
    assert faded is not None
    assert faded.part is None
    assert faded.show_color((0, 0, 0), PRODUCT).tolist() == [[[128, 128, 128]]]


def test_an_unknown_product_may_be_light_or_dark() -> None:
    words = {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 20, "opacity": 0.5, "box": BOX}
    for background, products in ((CLEAR, {(255, 255, 255), (0, 0, 0)}), ("#808080", {(255, 255, 255)})):
        (sample,) = sample_layout(make_layout([words], background)).samples
        assert sample is not None
        assert set(sample.products) == products


def test_the_picture_is_small_whatever_the_layers() -> None:
    """Its size decides the time: it is limited also for many small texts."""
    letter = {"type": "text", "text": "a", "font": "Roboto-Regular", "size": 1}
    texts = [{**letter, "box": {"x": 10 * n, "y": 10 * n, "width": 9, "height": 9}} for n in range(10)]
    ground = {"type": "linear", "stops": [{"offset": 0, "color": "#FFFFFF"}, {"offset": 1, "color": "#DDDDDD"}]}
    samples = sample_layout(make_layout(texts, ground)).samples
    parts = [sample.part for sample in samples if sample and sample.part]
    assert len(parts) == 10
    right, bottom = max(part.left + part.width for part in parts), max(part.top + part.height for part in parts)
    assert right * bottom <= 500**2
