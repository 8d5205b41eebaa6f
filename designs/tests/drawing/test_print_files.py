"""Print files have the same bytes whenever they are drawn, and are made for the press that their snapshot names."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from designs import lifecycle, services
from designs.drawing.draw import draw_render, files_to_store
from designs.drawing.errors import UndrawableError
from designs.drawing.verify import verify_files
from designs.integrity.repair import redraw_files
from designs.models import Design, PrintFile, Render, RenderState
from designs.renders.print_options import PrintOptions, PrintOptionsError
from designs.tests.support.fixture_types import MakeDesign, RunLane
from rendering import storage
from rendering.engine.color.icc import SRGB_PROFILE
from rendering.tests.support.print_files import CMYK_PROFILE, needs_profile, open_pdf

pytestmark = pytest.mark.django_db
EVERY = ("pdf", "png", "svg", "tiff")


@pytest.fixture
def published(design: Design, run_lane: RunLane) -> Design:
    run_lane()
    return design


def order(design: Design, *formats: str, **options: Any) -> PrintFile:
    return services.order_print_file(services.NewPrintFile(design.pk, PrintOptions(formats, **options)))[0]


def render_of(printed: PrintFile) -> Render:
    return Render.objects.get(pk=PrintFile.objects.get(pk=printed.pk).pin.render_id)


def test_files_drawn_again_are_identical_and_the_receipt_names_their_inputs(
    published: Design, run_lane: RunLane
) -> None:
    printed = order(published, *EVERY, white={}, cut={}, marks=True)
    run_lane("print")
    render = render_of(printed)
    assert render.state == RenderState.SUCCEEDED
    verified = verify_files(render)
    assert verified.is_identical
    assert set(verified.names) == {output["name"] for output in render.frozen["outputs"]}
    assert render.receipt["inputs"] == render.inputs_sha256
    facts = {file["name"]: file for file in render.receipt["files"]}
    assert (facts["print.pdf"]["pages"], facts["print.pdf"]["dpi"]) == (1, None)
    assert facts["print-front.tiff"]["dpi"] == 300
    call_command("verify_render", published.pk, render=render.number)


def test_a_lost_print_file_is_drawn_again_from_its_snapshot(published: Design, run_lane: RunLane) -> None:
    printed = order(published, "pdf")
    run_lane("print")
    before = render_of(printed).renditions.get(name="print.pdf")
    storage.delete_files([before.key], alias="private")
    redraw_files(render_of(printed).pk)
    after = render_of(printed).renditions.get(name="print.pdf")
    assert (after.sha256, after.key != before.key) == (before.sha256, True)
    assert storage.measure_file(after.key, alias="private").sha256 == before.sha256


def test_the_temporary_folder_goes_with_the_drawing(published: Design) -> None:
    printed = order(published, "pdf")
    work = lifecycle.build_redraw(render_of(printed))
    drawn = draw_render(work)
    (file,) = files_to_store(work, drawn)
    assert isinstance(file.content, Path)
    assert hashlib.sha256(file.content.read_bytes()).hexdigest() == drawn.rows[0].sha256
    folder = file.content.parent
    del drawn
    assert not folder.exists()


@needs_profile
def test_inks_are_those_of_the_press_and_each_has_a_plate(
    published: Design, run_lane: RunLane, settings: Settings
) -> None:
    settings.PRINT_PROFILE, settings.PRINT_MAX_INK = CMYK_PROFILE, 260.0
    printed = order(published, "pdf", "tiff", color="cmyk")
    run_lane("print")
    render = render_of(printed)
    assert render.state == RenderState.SUCCEEDED, render.error_message
    assert [plate["ink"] for plate in render.receipt["plates"]] == ["Cyan", "Magenta", "Yellow", "Black"]
    assert render.receipt["parity"] is None
    assert render.receipt["press"]["profile"] == hashlib.sha256(CMYK_PROFILE.read_bytes()).hexdigest()
    assert render.receipt["press"]["max_ink"] == 260
    file = storage.read_file(render.renditions.get(name="print.pdf").key, alias="private").data
    with open_pdf(file) as document:
        assert isinstance(document, pikepdf.Pdf)
        assert int(document.Root.OutputIntents[0].DestOutputProfile.N) == 4
        assert str(document.docinfo["/Title"]) == f"Design {published.pk}, revision 1"
        assert render.inputs_sha256 in str(document.docinfo["/Subject"])


@needs_profile
def test_a_file_is_never_made_with_another_profile_than_it_was_ordered_for(
    published: Design, run_lane: RunLane, settings: Settings, tmp_path: Path
) -> None:
    settings.PRINT_PROFILE = CMYK_PROFILE
    printed = order(published, "pdf", color="cmyk")
    settings.PRINT_PROFILE = tmp_path / "other.icc"
    settings.PRINT_PROFILE.write_bytes(CMYK_PROFILE.read_bytes() + b"\0")
    run_lane("print")
    render = render_of(printed)
    assert (render.state, render.error_code) == (RenderState.FAILED, "press_unusable")
    assert "mount that one" in render.error_message
    assert order(published, "pdf", color="cmyk").pk != printed.pk  # for the press of today


def test_an_area_of_too_many_pixels_is_refused_by_name(published: Design, settings: Settings) -> None:
    printed = order(published, "png")
    settings.RENDER_MAX_MEGAPIXELS = 1
    with pytest.raises(UndrawableError, match=r"print-front\.png would have .* megapixels; at most 1 are drawn"):
        draw_render(lifecycle.build_redraw(render_of(printed)))


def test_the_command_writes_what_the_api_makes(published: Design, run_lane: RunLane, tmp_path: Path) -> None:
    target = tmp_path / "shirt.pdf"
    call_command("print_file", published.pk, out=target)
    assert not PrintFile.objects.exists()
    printed = order(published, "pdf")
    run_lane("print")
    row = render_of(printed).renditions.get(name="print.pdf")
    assert hashlib.sha256(target.read_bytes()).hexdigest() == row.sha256


def test_the_command_says_why_there_is_no_file(design: Design, run_lane: RunLane, tmp_path: Path) -> None:
    target = tmp_path / "shirt.pdf"
    with pytest.raises(CommandError, match="has not been rendered"):
        call_command("print_file", design.pk, out=target)
    run_lane()
    with pytest.raises(CommandError, match="revisions 1 to 1, no 7"):
        call_command("print_file", design.pk, out=target, revision=7)
    with pytest.raises(CommandError, match="PRINT_PROFILE"):
        call_command("print_file", design.pk, out=target, color="cmyk")
    Render.objects.update(findings=[{"code": "low_resolution", "severity": "error", "message": "Too coarse."}])
    with pytest.raises(CommandError, match=r"low_resolution: Too coarse\. Change the design, or override"):
        call_command("print_file", design.pk, out=target)
    assert not target.exists()


def test_a_profile_for_screens_is_no_press(published: Design, settings: Settings, tmp_path: Path) -> None:
    settings.PRINT_PROFILE = tmp_path / "screen.icc"
    settings.PRINT_PROFILE.write_bytes(SRGB_PROFILE)
    with pytest.raises(CommandError, match="no ICC profile of a CMYK press"):
        call_command("print_file", published.pk, out=tmp_path / "shirt.pdf")


def test_a_drawing_that_has_no_outlines_fails_by_name(make_design: MakeDesign, run_lane: RunLane) -> None:
    design = make_design("I 😀")
    run_lane()
    printed = order(design, "svg")
    run_lane("print")
    render = render_of(printed)
    assert (render.state, render.error_code) == (RenderState.FAILED, "no_outlines")
    assert render.error_message.startswith("print-front.svg cannot be made: emoji in colour have no outlines: ")


def test_a_revision_that_an_earlier_version_rendered_is_rendered_again_first(
    published: Design, run_lane: RunLane
) -> None:
    render = Render.objects.get(lane="preview")
    Render.objects.update(frozen={**{k: v for k, v in render.frozen.items() if k != "areas"}, "area": None})
    with pytest.raises(PrintOptionsError, match="Render the design again first"):
        order(published, "pdf")
    assert not PrintFile.objects.exists()
    services.request_render(published.pk, None)
    run_lane()
    order(published, "pdf")
