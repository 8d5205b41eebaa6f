from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from designs.models import Design, Rendition
from designs.tests.support import factories
from designs.tests.support.admin_urls import change_url
from rendering import storage


def test_the_preview_is_shown_in_full(pages: Client, design: Design) -> None:
    work = factories.publish_newest_render(design)
    (key,) = [key for key in factories.attempt_keys(work) if key.endswith("/preview.png")]
    text = pages.get(change_url(design)).content.decode()
    assert f'<img src="{storage.file_url(key)}" width="600" height="600" alt="Preview of revision 1">' in text


def test_all_renditions_are_listed_with_links_sizes_and_hashes(pages: Client, design: Design) -> None:
    factories.publish_newest_render(design)
    text = pages.get(change_url(design)).content.decode()
    files = list(Rendition.objects.filter(render__design=design))
    assert len(files) == 6
    for file in files:
        assert f'<a href="{storage.file_url(file.key)}">{file.name}</a>' in text
        assert f"<td>{file.width} × {file.height}</td>" in text
        assert f"<code>{file.sha256}</code>" in text


def test_the_render_history_is_shown(pages: Client, design: Design) -> None:
    factories.lose_lease(factories.claim_next_render())
    factories.publish_newest_render(design)
    factories.edit_design(design, "Second")
    history = pages.get(change_url(design)).context["history"]
    shown = [(row["row"].number, row["row"].state, row["row"].attempt, row["row"].lost) for row in history["renders"]]
    assert shown == [(2, "queued", 0, 0), (1, "succeeded", 2, 1)]
    assert history["renders"][1]["took"].endswith(" s")
    assert [row["row"].number for row in history["revisions"]] == [2, 1]
    assert history["events"][0]["row"].type == "requested"
    assert history["events"][-1]["row"].type == "created"


def test_an_error_is_shown_with_its_code(pages: Client, design: Design) -> None:
    from designs import lifecycle

    assert lifecycle.fail_render(factories.claim_next_render(), "too_slow", "It took longer than 15 s to draw.")
    assert "too_slow: It took longer than 15 s to draw." in pages.get(change_url(design)).content.decode()


def test_a_shoppers_text_is_escaped(pages: Client, user: None, design: Design) -> None:
    factories.edit_design(design, "<script>alert(1)</script>", metadata={"note": "<b>bold</b>"})
    text = pages.get(change_url(design)).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<b>bold</b>" not in text


def test_a_longer_history_takes_no_more_queries(pages: Client, design: Design) -> None:
    factories.publish_newest_render(design)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert pages.get(change_url(design)).status_code == 200
        return len(captured)

    before = count()
    for number in range(4):
        factories.edit_design(design, f"Version {number}")
        factories.publish_newest_render(design)
    assert count() == before


def test_nothing_can_be_edited(pages: Client, design: Design) -> None:
    before = Design.objects.filter(pk=design.pk).values().get()
    text = pages.get(change_url(design)).content.decode()
    assert 'name="_save"' not in text
    assert pages.post(change_url(design), {"status": "published", "external_id": "forged"}).status_code == 403
    assert Design.objects.filter(pk=design.pk).values().get() == before


def test_designs_cannot_be_added(pages: Client) -> None:
    assert pages.get("/admin/designs/design/add/").status_code == 403


def test_a_design_without_files_has_a_page(pages: Client, design: Design) -> None:
    assert "No preview is published." in pages.get(change_url(design)).content.decode()


def test_an_unknown_design_redirects_to_the_list(pages: Client) -> None:
    for wrong in (uuid4(), "nonsense"):
        assert pages.get(f"/admin/designs/design/{wrong}/change/").status_code == 302
