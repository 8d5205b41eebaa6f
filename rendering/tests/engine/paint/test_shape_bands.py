"""Shapes in bands: any band has the same pixels as the whole image."""

import random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rendering.engine.geometry import bezier
from rendering.engine.geometry.transform import Transform
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.layout import qr as qr_layout
from rendering.engine.layout import shape as shape_layout
from rendering.engine.layout.placed import PlacedLayer
from rendering.engine.paint.layer import draw_layer
from rendering.engine.raster import polygons
from rendering.engine.schema import Qr, Shape
from rendering.tests.support.contexts import layout_context

KINDS = ["rectangle", "ellipse", "line", "polygon", "star", "heart"]
SIZE = 420
STOPS = [{"offset": 0, "color": "#FFD166"}, {"offset": 1, "color": "#D1495B"}]


def random_shape(kind: str, rng: random.Random) -> PlacedLayer:
    box = {"x": rng.uniform(-80, 300), "y": rng.uniform(-80, 300)}
    box |= {"width": rng.uniform(1, 900), "height": rng.uniform(1, 900)}
    layer: dict[str, Any] = {"type": "shape", "shape": kind, "box": box, "rotation": rng.uniform(-360, 360)}
    if kind != "line":
        layer["fill"] = {"type": "linear", "angle": rng.uniform(0, 360), "stops": STOPS}
    layer["stroke"] = {"width": rng.choice([0.1, 3, 200]), "color": "#22223B", "cap": rng.choice(["butt", "round"])}
    layer["stroke"]["dash"] = rng.choice([(), (20, 12), (3, 90, 40, 7)])
    layer |= {"points": rng.randint(3, 40), "inner": rng.uniform(0.05, 1), "radius": rng.choice([0, 30, 500])}
    transform = Transform.from_rotation((210, 210), rng.choice([0, 0.01, 33, 90]))
    return shape_layout.place_layer(0, Shape.model_validate(layer), layout_context(), transform)


def drawn(layer: PlacedLayer, zoom: float, left: int, top: int, width: int, height: int) -> np.ndarray[Any, Any]:
    picture = Image.new("RGBA", (width, height))
    draw_layer(picture, layer, Viewport(zoom, left, top, width, height))
    return np.asarray(picture)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_any_viewport_shows_its_part_of_the_whole(kind: str, seed: int) -> None:
    rng = random.Random(f"{kind} {seed}")
    layer, zoom = random_shape(kind, rng), rng.choice([0.3, 1.0, 2.7])
    whole = drawn(layer, zoom, 0, 0, SIZE, SIZE)
    rows = rng.choice([1, 7, 64])
    bands = [drawn(layer, zoom, 0, top, SIZE, min(rows, SIZE - top)) for top in range(0, SIZE, rows)]
    assert (np.concatenate(bands) == whole).all()
    left, top = rng.randrange(SIZE - 100), rng.randrange(SIZE - 100)
    part = drawn(layer, zoom, left, top, 100, 90)
    # A gradient's positions are relative to the viewport's origin, in 32 bits.
    assert np.abs(part.astype(int) - whole[top : top + 90, left : left + 100]).max() <= 1


@pytest.mark.parametrize(("rotation", "zoom"), [(0, 1.0), (33, 1.0), (90, 2.3), (0, 0.07)])
def test_the_bands_of_a_code_equal_the_whole(rotation: float, zoom: float) -> None:
    box = {"x": 10.3, "y": 20.7, "width": 320, "height": 300}
    source = Qr.model_validate({"type": "qr", "value": "in bands", "box": box, "rotation": rotation})
    layer = qr_layout.place_layer(0, source, layout_context(), Transform())
    whole = drawn(layer, zoom, 0, 0, SIZE, SIZE)
    bands = [drawn(layer, zoom, 0, top, SIZE, min(13, SIZE - top)) for top in range(0, SIZE, 13)]
    assert whole.any()
    assert (np.concatenate(bands) == whole).all()


def test_little_is_computed_of_a_shape_far_larger_than_the_viewport() -> None:
    box = {"x": -5_000, "y": -9_000, "width": 10_000, "height": 10_000}
    stroke = {"width": 1, "color": "#000000", "dash": [10, 12], "cap": "round"}
    layer = shape_layout.place_layer(
        0,
        Shape.model_validate({"type": "shape", "shape": "ellipse", "box": box, "stroke": stroke}),
        layout_context(),
        Transform(),
    )
    assert layer.stroke
    view = Viewport(120.0, 0, 0, 600, 600)
    points, starts = layer.stroke.to_polygons(layer.frame_transform, view.zoom, polygons.FLATTEN_TOLERANCE, view)
    assert len(points) < 20_000
    assert len(polygons._subdivide_lines(bezier.Polygons(points, starts), view)[0]) < 20_000
    fill = {"type": "color", "color": "#FF0000"}
    shape = Shape.model_validate({"type": "shape", "shape": "heart", "box": box, "rotation": 0.2, "fill": fill})
    one = shape_layout.place_layer(0, shape, layout_context(), Transform())
    assert (drawn(one, 120.0, 0, 0, 600, 600)[300] == drawn(one, 120.0, 0, 300, 600, 1)[0]).all()
