"""Print files are made once for a revision and its options, and never change."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from rest_framework.test import APIClient

from designs import services
from designs.lifecycle import garbage
from designs.models import Garbage, Pin, PrintArea, PrintFile, Render, Rendition
from designs.tests.support import factories
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of, create_published_design
from designs.tests.support.fixture_types import RunLane, RunWorker
from rendering import storage

PDF = {"formats": ["pdf"]}
CLEAR = {
    "version": 1,
    "placements": {
        "front": {"layers": [{"type": "text", "text": "Test", "font": "Bebas-Bold", "size": 20, "color": "#FF0000"}]}
    },
}


@pytest.fixture
def printer(catalogue: None) -> APIClient:
    """A client of the shop's with the scope for print files."""
    return client_of("shop", scopes=["designs:read", "designs:write", "print:write"])


@pytest.fixture
def design_url(shop: APIClient, work: RunWorker) -> str:
    return f"{DESIGNS_URL}/{create_published_design(shop, work)['id']}"


def order(client: APIClient, url: str, body: dict[str, Any] = PDF) -> dict[str, Any]:
    answer = client.post(f"{url}/print-files", body)
    assert answer.status_code == 202, answer.content
    made: dict[str, Any] = answer.json()
    assert answer["Location"].endswith(f"{url}/print-files/{made['id']}")
    return made


def show(client: APIClient, url: str, made: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = client.get(f"{url}/print-files/{made['id']}").json()
    return shown


def read(file: dict[str, Any]) -> bytes:
    """Fetch a file from its signed address, as a printer does."""
    answer: Any = Client().get(file["url"].removeprefix("http://testserver"))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_a_pdf_is_made_in_the_real_size_and_kept_private(
    printer: APIClient, design_url: str, run_lane: RunLane
) -> None:
    made = order(printer, design_url)
    assert (made["status"], made["files"], made["test"]) == ("rendering", [], False)
    assert run_lane("print") == 1
    shown = show(printer, design_url, made)
    assert (shown["status"], shown["error"]) == ("ready", None)
    (file,) = shown["files"]
    document = pypdfium2.PdfDocument(read(file))
    left, bottom, right, top = document[0].get_trimbox()
    size = [(right - left) * 25.4 / 72, (top - bottom) * 25.4 / 72]
    assert size == pytest.approx(file["mm"][0], abs=0.01)
    assert len(document) == file["pages"] == 1
    assert shown["parity"][0]["mean"] < shown["parity"][0]["limit"]
    row = Rendition.objects.get(kind="print_file")
    assert storage.file_exists(row.key, alias="private")
    assert not storage.file_exists(row.key)
    assert Client().get(file["url"].removeprefix("http://testserver").partition("?")[0]).status_code == 404
    listed = printer.get(f"{design_url}/print-files").json()["results"]
    assert [one["id"] for one in listed] == [made["id"]]


def test_the_same_request_gets_the_same_print_file(printer: APIClient, design_url: str, run_lane: RunLane) -> None:
    first = order(printer, design_url)
    again = order(printer, design_url, {"formats": ["pdf"], "placements": ["front"], "options": {"color": "rgb"}})
    assert again["id"] == first["id"]
    assert run_lane("print") == 1
    assert order(printer, design_url)["id"] == first["id"]
    other = order(printer, design_url, {"formats": ["pdf"], "options": {"marks": True}})
    assert other["id"] != first["id"]
    assert Render.objects.filter(lane="print").count() == PrintFile.objects.count() == 2


def test_later_edits_and_catalogue_changes_leave_a_print_file_alone(
    printer: APIClient, design_url: str, work: RunWorker, run_lane: RunLane
) -> None:
    made = order(printer, design_url, {"formats": ["pdf", "png"], "options": {"revision": 1}})
    printer.patch(design_url, {"design_data": {**CREATE_BODY["design_data"], "text": "Other"}})
    PrintArea.objects.update(width_mm=100, height_mm=100)
    work()
    run_lane("print")
    before = show(printer, design_url, made)
    files = [read(file) for file in before["files"]]
    assert before["files"][0]["mm"][0] != [100, 100]
    Render.objects.update(finished_at="2020-01-01T00:00:00Z")
    Render.objects.exclude(replaced_at=None).update(replaced_at="2020-01-01T00:00:00Z")
    assert garbage.discard_replaced() == 1  # the preview of revision 1
    after = show(printer, design_url, made)
    assert [read(file) for file in after["files"]] == files
    # A later order of that revision is drawn from what was frozen, too.
    later = order(printer, design_url, {"formats": ["svg"], "options": {"revision": 1}})
    run_lane("print")
    assert show(printer, design_url, later)["files"][0]["mm"] == before["files"][0]["mm"]


def test_a_print_file_keeps_its_design_until_its_pin_is_deleted(
    printer: APIClient, design_url: str, run_lane: RunLane
) -> None:
    made = order(printer, design_url)
    run_lane("print")
    refused = printer.delete(design_url)
    assert (refused.status_code, refused.json()["code"]) == (409, "pinned")
    assert printer.get(f"/api/v1/pins/{made['pin']}").json()["renditions"][0]["kind"] == "print_file"
    assert printer.delete(f"/api/v1/pins/{made['pin']}").status_code == 204
    assert printer.get(f"{design_url}/print-files/{made['id']}").status_code == 404
    key = Rendition.objects.get(kind="print_file").key
    assert printer.delete(design_url).status_code == 204
    row = Garbage.objects.get(lane="print")
    assert garbage.garbage_keys(row) == [key]


def test_errors_of_preflight_stop_a_print_file_until_they_are_overridden(
    printer: APIClient, design_url: str, run_lane: RunLane
) -> None:
    finding = {"code": "low_resolution", "severity": "error", "message": "Too coarse.", "layer": 0,
               "placement": "front", "measured": 20, "required": 150}  # fmt: skip
    Render.objects.update(findings=[finding])
    refused = printer.post(f"{design_url}/print-files", PDF)
    assert (refused.status_code, refused.json()["code"]) == (409, "preflight_errors")
    assert [one["code"] for one in refused.json()["preflight"]] == ["low_resolution"]
    assert not PrintFile.objects.exists()
    printer.put(f"{design_url}/revisions/1/overrides/low_resolution", {"reason": "The customer knows."})
    order(printer, design_url)
    assert run_lane("print") == 1


def test_a_revision_without_a_render_has_no_print_file(printer: APIClient) -> None:
    draft = printer.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()
    answer = printer.post(f"{DESIGNS_URL}/{draft['id']}/print-files", PDF)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_print_files_leave_the_design_as_it_is(printer: APIClient, design_url: str, run_lane: RunLane) -> None:
    before = printer.get(design_url).json()
    order(printer, design_url)
    run_lane("print")
    after = printer.get(design_url).json()
    unchanged = ("status", "revision", "published_revision", "preview_url", "renditions", "preflight", "facts")
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert printer.get(f"{design_url}?revision=1").json()["renditions"] == before["renditions"]
    events = factories.event_types(UUID(design_url.rsplit("/", 1)[1]))
    assert events[-6:] == ["requested", "pinned", "claimed", "stage", "stage", "print_ready"]


def test_every_format_is_made_of_each_placement(printer: APIClient, work: RunWorker, run_lane: RunLane) -> None:
    design_url = f"{DESIGNS_URL}/{create_published_design(printer, work, design_data=CLEAR)['id']}"
    made = order(printer, design_url, {"formats": ["tiff", "png", "svg"], "options": {"white": {}, "mirrored": False}})
    run_lane("print")
    shown = show(printer, design_url, made)
    files = {file["name"]: file for file in shown["files"]}
    assert list(files) == ["print-front.png", "print-front.svg", "print-front.tiff", "white-front.png"]
    width_mm, height_mm = files["print-front.png"]["mm"][0]
    with Image.open(io.BytesIO(read(files["print-front.png"]))) as png:
        dpi = files["print-front.png"]["dpi"]
        assert png.size == pytest.approx((width_mm * dpi / 25.4, height_mm * dpi / 25.4), abs=1)
        assert png.mode in {"RGBA", "P"}
    assert read(files["print-front.svg"]).startswith(b"<svg ")
    (plate,) = printer.get(f"{design_url}/print-files/{made['id']}/plates").json()["results"]
    assert (plate["ink"], plate["placement"]) == ("White", "front")
    assert 0 < plate["coverage"] < 50
    with Image.open(io.BytesIO(read(plate))) as picture:
        assert picture.mode == "L"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/formats"),
        ({"formats": []}, "#/formats"),
        ({"formats": ["eps"]}, "#/formats/0"),
        ({**PDF, "placements": ["moon"]}, "#/placements"),
        ({**PDF, "options": {"color": "cmyk"}}, "#/options/color"),
        ({**PDF, "options": {"mirrored": True}}, "#/options/mirrored"),
        ({**PDF, "options": {"dpi": 300}}, "#/options/dpi"),
        ({**PDF, "options": {"cut": {"offset_mm": 900}}}, "#/options/cut/offset_mm"),
    ],
)
def test_a_wrong_order_is_refused(printer: APIClient, design_url: str, body: dict[str, Any], pointer: str) -> None:
    answer = printer.post(f"{design_url}/print-files", body)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Pin.objects.exists()


def test_print_files_need_their_scope_and_their_owner(shop: APIClient, printer: APIClient, design_url: str) -> None:
    assert shop.post(f"{design_url}/print-files", PDF).json()["code"] == "missing_scope"
    assert shop.get(f"{design_url}/print-files").status_code == 403
    stranger = client_of("stranger", scopes=["print:write"])
    made = order(printer, design_url)
    for path in ("", f"/{made['id']}", f"/{made['id']}/plates"):
        assert stranger.get(f"{design_url}/print-files{path}").status_code == 404
    assert stranger.post(f"{design_url}/print-files", PDF).status_code == 404


def test_a_failed_print_file_is_tried_again_by_the_same_request(
    printer: APIClient, design_url: str, run_lane: RunLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(printer, design_url)
    with monkeypatch.context() as patch:
        patch.setattr("rendering.engine.pdf.parity.PART_LIMIT", -1.0)
        run_lane("print")
    failed = show(printer, design_url, made)
    assert (failed["status"], failed["error"]["code"], failed["files"]) == ("failed", "parity", [])
    assert factories.event_types(UUID(design_url.rsplit("/", 1)[1]))[-1] == "print_failed"
    assert order(printer, design_url)["id"] == made["id"]
    run_lane("print")
    assert show(printer, design_url, made)["status"] == "ready"


def test_blockers_are_those_of_the_preview_also_when_print_files_are_newer(
    printer: APIClient, design_url: str, run_lane: RunLane
) -> None:
    order(printer, design_url)
    run_lane("print")
    Render.objects.filter(lane="print").update(findings=[{"code": "low_resolution", "severity": "error"}])
    design_id = UUID(design_url.rsplit("/", 1)[1])
    revision = Render.objects.filter(design=design_id, lane="preview").get().revision
    assert services.find_blockers(revision) == []


def test_a_test_design_is_printed_without_its_watermark_and_marked(
    catalogue: None, work: RunWorker, run_lane: RunLane, settings: Any
) -> None:
    settings.RENDER_WATERMARK = "TEST"
    tester = client_of("shop", scopes=["designs:read", "designs:write", "print:write"], test=True)
    plain = client_of("shop", scopes=["designs:read", "designs:write", "print:write"])
    hashes = []
    for client in (tester, plain):
        url = f"{DESIGNS_URL}/{create_published_design(client, work)['id']}"
        settings.RENDER_WATERMARK = ""
        made = order(client, url, {"formats": ["png"]})
        run_lane("print")
        shown = show(client, url, made)
        assert shown["test"] is (client is tester)
        hashes.append(shown["files"][0]["sha256"])
    assert hashes[0] == hashes[1]


def test_no_session_orders_or_sees_print_files(printer: APIClient, design_url: str) -> None:
    made = order(printer, design_url)
    token = printer.post(f"{design_url}/sessions", {"origins": ["https://shop.example"]}).json()["token"]
    page = Client(headers={"Authorization": f"Bearer {token}", "Origin": "https://shop.example"})
    calls = [page.post(f"{design_url}/print-files", PDF, content_type="application/json")]
    calls += [page.get(f"{design_url}/print-files{path}") for path in ("", f"/{made['id']}", f"/{made['id']}/plates")]
    assert [(answer.status_code, answer.json()["code"]) for answer in calls] == [(403, "not_for_sessions")] * 4
    assert PrintFile.objects.count() == 1


def test_a_page_of_print_files_costs_the_same_queries_however_many_there_are(
    printer: APIClient, design_url: str
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert printer.get(f"{design_url}/print-files").status_code == 200
        return len(statements)

    order(printer, design_url)
    count()  # which records the use of the key
    before = count()
    order(printer, design_url, {"formats": ["svg"]})
    assert count() == before
