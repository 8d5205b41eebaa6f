from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from designs import services
from designs.admin import design as design_admin
from designs.models import Design, Render
from designs.tests.support import factories
from designs.tests.support.admin_urls import LIST_URL, change_url, render_again_url
from designs.tests.support.fixture_types import MakeDesign

CANNOT = "is deleted or empty, and cannot be rendered"


def selected(*designs: Design, action: str = "render_selected") -> dict[str, object]:
    return {"action": action, "_selected_action": [str(design.pk) for design in designs]}


def renders(design: Design) -> int:
    return Render.objects.filter(design=design).count()


def test_the_button_renders_one_design_again(pages: Client, design: Design, administrator: User) -> None:
    factories.publish_newest_render(design)
    assert render_again_url(design) in pages.get(change_url(design)).content.decode()
    answer = pages.post(render_again_url(design), follow=True)
    assert "The design will be rendered again." in answer.content.decode()
    render = factories.get_render(design)
    assert (render.number, render.state, render.requested_by) == (2, "queued", administrator)
    assert LogEntry.objects.get().get_change_message() == "Requested render 2."


def test_a_selection_is_rendered_again(pages: Client, make_design: MakeDesign) -> None:
    chosen, left = [make_design("One"), make_design("Two")], make_design("Left")
    answer = pages.post(LIST_URL, selected(*chosen), follow=True)
    assert "2 designs will be rendered again." in answer.content.decode()
    assert [renders(design) for design in (*chosen, left)] == [2, 2, 1]


def test_a_selection_that_is_too_large_is_refused_whole(
    pages: Client, make_design: MakeDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(design_admin, "MAX_SELECTED", 1)
    chosen = [make_design("One"), make_design("Two")]
    answer = pages.post(LIST_URL, selected(*chosen), follow=True)
    assert "Select at most 1 designs. None was rendered again." in answer.content.decode()
    assert [renders(design) for design in chosen] == [1, 1]


def test_a_deleted_design_is_not_rendered_again(pages: Client, design: Design) -> None:
    services.delete_design(design.pk, None)
    assert render_again_url(design) not in pages.get(change_url(design)).content.decode()
    assert CANNOT in pages.post(render_again_url(design), follow=True).content.decode()
    pages.post(f"{LIST_URL}?deleted=yes", selected(design))
    assert renders(design) == 1


def test_a_link_renders_nothing(pages: Client, design: Design) -> None:
    assert pages.get(render_again_url(design)).status_code == 405
    assert renders(design) == 1


def test_a_viewer_cannot_rerender_a_design(viewer_pages: Client, design: Design) -> None:
    text = viewer_pages.get(change_url(design)).content.decode()
    assert str(design.pk) in text
    assert render_again_url(design) not in text
    assert "render_selected" not in viewer_pages.get(LIST_URL).content.decode()
    assert viewer_pages.post(render_again_url(design)).status_code == 403
    viewer_pages.post(LIST_URL, selected(design))
    assert renders(design) == 1


def test_anonymous_visitors_are_redirected_to_the_login(client: Client, design: Design) -> None:
    for answer in (client.post(render_again_url(design)), client.get(change_url(design)), client.get(LIST_URL)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")
    assert renders(design) == 1


@pytest.mark.parametrize(("wrong", "status"), [(uuid4(), 404), ("nonsense", 302), ("0" * 36, 302)])
def test_an_unknown_design_is_not_a_server_error(wrong: object, status: int, pages: Client) -> None:
    assert pages.post(f"/admin/designs/design/{wrong}/actions/render_again/").status_code == status


def test_an_empty_draft_is_not_rendered(pages: Client, administrator: User) -> None:
    empty = services.create_design(services.NewDesign(administrator.pk, "t-shirt", None, render=False))[0]
    answer = pages.post(render_again_url(empty), follow=True)
    assert CANNOT in answer.content.decode()
    assert renders(empty) == 0
