"""`manage.py verify_render`: identical files, or the inputs that changed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from designs import services
from designs.drawing import receipt as receipts
from designs.models import Design, Render, Rendition
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane
from designs.tests.support.stored_files import damage_file, lose_file, truncate_file
from rendering import storage
from rendering.storage import StorageUnavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stored_at_once")]


NAMES = [
    "preview.png",
    "preview.webp",
    "thumbnail.png",
    "thumbnail.webp",
    "thumbnail-100.webp",
    "thumbnail-400.webp",
]


@pytest.fixture
def published(make_design: MakeDesign, run_lane: RunLane) -> Design:
    design = make_design()
    run_lane()
    return design


def test_a_render_drawn_again_is_identical(published: Design, capsys: pytest.CaptureFixture[str]) -> None:
    before = Render.objects.count(), Rendition.objects.count()
    call_command("verify_render", str(published.pk))
    output = capsys.readouterr().out
    assert re.findall(r"^identical  (\S+)  \(stored file: identical\)$", output, re.MULTILINE) == NAMES
    assert "Compared by SHA-256 with the rows: the files as they are drawn now, and the stored files." in output
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


@pytest.mark.parametrize(
    ("harm", "word"), [(lose_file, "missing"), (damage_file, "damaged"), (truncate_file, "damaged")]
)
def test_a_stored_file_that_is_lost_or_damaged_is_no_identical_render(
    published: Design, capsys: pytest.CaptureFixture[str], harm: Callable[[str], None], word: str
) -> None:
    harm(Rendition.objects.get(name="preview.png").key)
    with pytest.raises(
        CommandError, match=r"^1 stored files of render 1 are missing or damaged: verify_files --repair"
    ):
        call_command("verify_render", str(published.pk))
    output = capsys.readouterr().out
    assert f"identical  preview.png  (stored file: {word})" in output
    assert output.count("(stored file: identical)") == 5


def test_an_outage_of_the_storage_is_no_missing_file(published: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StorageUnavailable("Nobody is at home.")

    monkeypatch.setattr(storage, "measure_file", refuse)
    with pytest.raises(CommandError, match="cannot be drawn again or compared: Nobody is at home"):
        call_command("verify_render", str(published.pk))
