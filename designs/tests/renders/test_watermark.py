"""Watermarks by setting, and always on test designs; a placeholder for every preview."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from designs.drawing.verify import verify_files
from designs.models import Design
from designs.services import request_render
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from rendering import storage

pytestmark = pytest.mark.django_db


def preview(design: Design, run_lane: RunLane) -> Image.Image:
    run_lane()
    design.refresh_from_db()
    assert design.published_render
    key = design.published_render.renditions.get(name="preview.png").key
    return Image.open(io.BytesIO(storage.read_file(key).data)).convert("RGB")


def test_by_default_only_test_designs_have_a_watermark(make_design: MakeDesign, run_lane: RunLane) -> None:
    live, test = (preview(make_design("Same", is_test=made), run_lane) for made in (False, True))
    assert live.size == test.size
    assert live.tobytes() != test.tobytes()
    assert "watermark" not in Design.objects.get(test=False).renders.get().frozen
    assert Design.objects.get(test=True).renders.get().frozen["watermark"]["text"] == "TEST"


@pytest.mark.parametrize("place", ["corner", "tiled"])
def test_a_text_watermark_covers_every_output(
    settings: Settings, make_design: MakeDesign, run_lane: RunLane, place: str
) -> None:
    plain = preview(make_design("Same"), run_lane)
    settings.RENDER_WATERMARK, settings.RENDER_WATERMARK_PLACE = "SHOP", place
    design = make_design("Same")
    assert preview(design, run_lane).tobytes() != plain.tobytes()
    settings.RENDER_WATERMARK = ""
    render = design.renders.get()
    assert verify_files(render).is_identical  # the watermark is in the snapshot
    request_render(design.pk, None)
    assert preview(design, run_lane).tobytes() == plain.tobytes()


def test_an_image_watermark_covers_every_output_and_a_changed_one_is_a_finding(
    settings: Settings, make_design: MakeDesign, run_lane: RunLane, tmp_path: Path
) -> None:
    plain = preview(make_design("Same"), run_lane)
    for name, color in (("one.png", "lime"), ("two.png", "blue")):
        Image.new("RGB", (40, 20), color).save(tmp_path / name)
    settings.RENDER_WATERMARK_PICTURE = tmp_path / "one.png"
    assert preview(make_design("Same"), run_lane).tobytes() != plain.tobytes()
    late, later = make_design("Same"), make_design("Same")
    settings.RENDER_WATERMARK_PICTURE = tmp_path / "two.png"
    assert preview(late, run_lane).tobytes() != plain.tobytes()
    later.refresh_from_db()
    assert later.published_render
    (finding,) = (one for one in later.published_render.findings if one["code"] == "inputs_changed")
    assert "watermark" in finding["message"]


def test_a_removed_watermark_image_delays_the_render(
    settings: Settings, make_design: MakeDesign, run_lane: RunLane, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 20), "lime").save(tmp_path / "mark.png")
    settings.RENDER_WATERMARK_PICTURE = tmp_path / "mark.png"
    design = make_design("Same")
    settings.RENDER_WATERMARK_PICTURE = None
    run_lane()
    render = factories.get_render(design)
    assert (render.state, render.failures) == ("queued", 1)
    assert "RENDER_WATERMARK_PICTURE" in render.error_message


def test_the_placeholder_is_stored_with_the_render(make_design: MakeDesign, run_lane: RunLane) -> None:
    design = make_design("Same")
    whole = preview(design, run_lane)
    assert design.published_render
    uri = design.published_render.receipt["placeholder"]
    assert uri.startswith("data:image/webp;base64,")
    small = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    assert max(small.size) == 16
    assert small.convert("RGB").getpixel((0, 0)) == pytest.approx(whole.getpixel((0, 0)), abs=6)
