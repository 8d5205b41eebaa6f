"""`manage.py verify_render`: identical files, or the inputs that changed."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from designs import services
from designs.drawing import receipt as receipts
from designs.models import Design, Render, Rendition
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stored_at_once")]


@pytest.fixture
def published(make_design: MakeDesign, run_lane: RunLane) -> Design:
    design = make_design()
    run_lane()
    return design


def test_a_render_drawn_again_is_identical(published: Design, capsys: pytest.CaptureFixture[str]) -> None:
    before = Render.objects.count(), Rendition.objects.count()
    call_command("verify_render", str(published.pk))
    output = capsys.readouterr().out
    assert output.count("identical  ") == 6
    assert output.endswith(f"Render 1 of {published.pk} is identical.\n")
    assert (Render.objects.count(), Rendition.objects.count()) == before


def test_a_differing_file_is_named_with_the_changed_input(
    published: Design, capsys: pytest.CaptureFixture[str]
) -> None:
    Rendition.objects.filter(name="preview.png").update(sha256="0" * 64)
    render = Render.objects.get()
    receipt = {**render.receipt, "engine": "0", "libraries": {**render.receipt["libraries"], "pillow": "1.0"}}
    Render.objects.update(receipt={**receipt, "fonts": {"Bebas-Bold": "f" * 64}})
    with pytest.raises(CommandError, match="1 files of render 1 differ"):
        call_command("verify_render", str(published.pk))
    output = capsys.readouterr().out
    assert "different  preview.png" in output
    for change in ("engine: 0, now ", "library pillow: 1.0, now ", "font Bebas-Bold: ffff"):
        assert f"changed    {change}" in output


def test_an_unexplained_difference_is_reported(published: Design) -> None:
    Rendition.objects.filter(name="preview.png").update(sha256="0" * 64)
    with pytest.raises(CommandError, match="Nothing that the receipt names has changed"):
        call_command("verify_render", str(published.pk))


def test_a_reused_render_is_verified_by_its_source(published: Design, capsys: pytest.CaptureFixture[str]) -> None:
    services.edit_design(published.pk, services.DesignEdit(design_data=factories.design_data()), None)
    assert Render.objects.latest("number").reuses is not None
    call_command("verify_render", str(published.pk), "--render", "2")
    assert "is identical" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (["00000000-0000-4000-8000-000000000000"], "There is no design"),
        (["DESIGN", "--render", "9"], "has no render 9"),
        (["DRAFT"], "has no published render"),
        (["QUEUED", "--render", "1"], "has no files"),
    ],
)
def test_an_unverifiable_render_is_explained(
    published: Design, make_design: MakeDesign, arguments: list[str], output: str
) -> None:
    ids = {"DESIGN": published, "DRAFT": make_design(render=False), "QUEUED": make_design("Later")}
    with pytest.raises(CommandError, match=output):
        call_command("verify_render", *(str(ids[word].pk) if word in ids else word for word in arguments))


def test_a_rerender_of_an_approved_design_reports_an_engine_change(
    published: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "ENGINE_VERSION", "next")
    services.request_render(published.pk, None)
    run_lane()
    codes = {finding["code"] for finding in Render.objects.latest("number").findings}
    assert "engine_changed" in codes
    services.request_render(published.pk, None)
    run_lane()
    assert "engine_changed" not in {finding["code"] for finding in Render.objects.latest("number").findings}


def test_a_new_revision_was_never_approved(
    published: Design, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "ENGINE_VERSION", "next")
    factories.edit_design(published, "Other")
    run_lane()
    assert "engine_changed" not in {finding["code"] for finding in Render.objects.latest("number").findings}
