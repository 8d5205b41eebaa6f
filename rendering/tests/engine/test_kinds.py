"""A kind of layer is one module a stage and one entry in `LAYER_KINDS`: a toy kind is added to a copy of the engine."""

import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from customify.testing.spawn import PROJECT
from rendering.engine.kinds import LAYER_KINDS, load_kind_modules
from rendering.engine.schema.base import Layer

# What each stage asks of a module, with the names of its parameters.
STAGES = {
    "validation": {
        "check_fields": ["layer", "pointer", "bad", "context", "area"],
        "find_conflicts": ["layer", "pointer"],
    },
    "layout": {"place_layer": ["path", "layer", "context", "transform"]},
    "paint": {"paint_layer": ["layer", "viewport"]},
    "preflight": {"inspect_layer": ["layer", "layout"]},
    "pdf": {"write_layer": ["content", "layer"]},
}

TOY = {
    "schema": '''
from typing import Literal

from rendering.engine.schema.base import Box, Color, Fill, Layer


class Band(Layer):
    """A layer of one upright rectangle of one colour."""

    type: Literal["band"]
    box: Box
    color: Color
    edge: Fill | None = None
    asset: str | None = None


LAYER_MODEL = Band
''',
    "validation": """
from rendering.engine.validation.problems import Problem

CHARACTER_FIELDS = ()


def check_fields(layer, pointer, bad, context, area):
    yield from ()


def find_conflicts(layer, pointer):
    if layer.box.height > layer.box.width:
        yield Problem(f"{pointer}/box", "conflict", "A band is wider than it is high.")
""",
    "layout": """
from dataclasses import dataclass

from rendering.engine.color.srgb import parse_hex
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.transform import Transform
from rendering.engine.layout.placed import PlacedLayer
from rendering.engine.schema.band import Band


@dataclass(frozen=True)
class BandLayer(PlacedLayer):
    source: Band
    transform: Transform

    @property
    def visible_bounds(self):
        box = self.source.box
        return self.transform.map_rect(Rect(box.x, box.y, box.x + box.width, box.y + box.height))

    @property
    def solid_color(self):
        return parse_hex(self.source.color)


def place_layer(path, layer, context, transform):
    center = (layer.box.x + layer.box.width / 2, layer.box.y + layer.box.height / 2)
    return BandLayer(path, layer, transform.compose_after(Transform.from_rotation(center, layer.rotation)))
""",
    "paint": """
from PIL import Image


def paint_layer(layer, viewport):
    if part := viewport.crop_to_rect(layer.visible_bounds):
        yield layer.solid_color, Image.new("L", (part.width, part.height), 255), part
""",
    "pdf": """
from rendering.engine.pdf.paths import write_rect


def write_layer(content, layer):
    yield f"{content.colors.write_fill(layer.solid_color)} {write_rect(layer.visible_bounds)} f"
""",
    "preflight": """
from rendering.engine.values import Finding


def inspect_layer(layer, layout):
    yield Finding("band_seen", "info", "A band is drawn.", layer=layer.index, placement=layout.placement)
""",
}
PROGRAM = """
import io
from PIL import Image
from rendering.tests.support.drawings import SQUARE, draw_data
from rendering.tests.support.print_files import lay_out_data, make_pdf, open_pdf, read_contours
from rendering.engine.validation.parse import collect_asset_ids
from rendering.engine.validation.problems import SpecError

def design(height, **more):
    band = {"type": "band", "box": {"x": 0, "y": 300, "width": 600, "height": height}, "color": "#FF0000", **more}
    group = {"type": "group", "opacity": 0.5, "layers": [{**band, "color": "#0000FF"}], "y": 150}
    return {"version": 1, "placements": {"front": {"background": {"type": "color", "color": "#FFFFFF"},
                                                   "layers": [band, group]}}}

drawing = draw_data(design(150))
image = Image.open(io.BytesIO(drawing.files[0].data)).convert("RGB")
print(image.getpixel((300, 200)), image.getpixel((300, 375)), image.getpixel((300, 525)))
print([finding.code for finding in drawing.findings])
(facts,) = drawing.facts
print(facts.layers["band"], facts.colors)
for wrong in (design(601), design(150, edge={"type": "linear", "angle": 999, "stops": []})):
    try:
        draw_data(wrong)
    except SpecError as error:
        print(error.problems[0].pointer, error.problems[0].message)
layouts = lay_out_data(design(150), areas=[SQUARE])
document = open_pdf(make_pdf(layouts))
print([[round(value) for value in box] for boxes in read_contours(document)[1:] for box in boxes])
print(collect_asset_ids(design(150, asset="0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80")))
"""


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_every_kind_has_what_each_stage_asks_of_it(kind: str, stage: str) -> None:
    module: ModuleType = load_kind_modules(stage)[kind]
    found = {name: list(inspect.signature(getattr(module, name)).parameters) for name in STAGES[stage]}
    assert found == STAGES[stage]
    assert stage != "validation" or isinstance(module.CHARACTER_FIELDS, tuple)


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_the_schema_of_a_kind_is_a_layer_of_that_type(kind: str) -> None:
    model = load_kind_modules("schema")[kind].LAYER_MODEL
    assert issubclass(model, Layer)
    assert model.model_json_schema()["properties"]["type"]["const"] == kind


def test_a_kind_is_added_by_a_module_a_stage_and_one_line(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "rendering", tmp_path / "rendering", ignore=shutil.ignore_patterns("__pycache__"))
    engine = tmp_path / "rendering" / "engine"
    for stage, source in TOY.items():
        (engine / stage / "band.py").write_text(source)
    registry = (engine / "kinds.py").read_text()
    longer, entries = re.subn(r"(?m)^(LAYER_KINDS = \(.*)\)", r'\1, "band")', registry)
    assert entries == 1
    (engine / "kinds.py").write_text(longer)
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "(255, 255, 255) (255, 0, 0) (127, 127, 255)",
        "['band_seen', 'band_seen']",
        "2 ('#0000FF', '#FF0000', '#FFFFFF')",
        "/placements/front/layers/0/box A band is wider than it is high.",
        "/placements/front/layers/0/edge/angle This must be at most 360.",
        "[[0, 300, 600, 450], [0, 450, 600, 600]]",
        "{'0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80'}",
    ], done.stderr
