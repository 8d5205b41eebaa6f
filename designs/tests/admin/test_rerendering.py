from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from designs import services
from designs.admin import design as design_admin
from designs.models import Design, Render
from designs.tests.conftest import MakeDesign
from designs.tests.support import factories
from designs.tests.support.admin_urls import LIST, button, page


def selected(*designs: Design, action: str = "render_selected") -> dict[str, object]:
    return {"action": action, "_selected_action": [str(design.pk) for design in designs]}


def renders(design: Design) -> int:
    return Render.objects.filter(design=design).count()


def test_one_design_is_rendered_again_by_its_button(pages: Client, design: Design, administrator: User) -> None:
    factories.publish_newest(design)
    assert button(design) in pages.get(page(design)).content.decode()
    answer = pages.post(button(design), follow=True)
    assert "The design will be rendered again." in answer.content.decode()
    render = factories.render_of(design)
    assert (render.number, render.state, render.requested_by) == (2, "queued", administrator)
    assert LogEntry.objects.get().get_change_message() == "Asked for render 2."


def test_a_selection_is_rendered_again(pages: Client, make_design: MakeDesign) -> None:
    chosen, left = [make_design("One"), make_design("Two")], make_design("Left")
    answer = pages.post(LIST, selected(*chosen), follow=True)
    assert "2 designs will be rendered again." in answer.content.decode()
    assert [renders(design) for design in (*chosen, left)] == [2, 2, 1]


def test_a_selection_that_is_too_large_is_refused_whole(
    pages: Client, make_design: MakeDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(design_admin, "AT_ONCE", 1)
    chosen = [make_design("One"), make_design("Two")]
    answer = pages.post(LIST, selected(*chosen), follow=True)
    assert "Select at most 1 designs at once: none was rendered again." in answer.content.decode()
    assert [renders(design) for design in chosen] == [1, 1]


def test_a_deleted_design_is_not_rendered_again(pages: Client, design: Design) -> None:
    services.delete_design(design.pk, None)
    assert button(design) not in pages.get(page(design)).content.decode()
    assert "there is nothing to render" in pages.post(button(design), follow=True).content.decode()
    pages.post(f"{LIST}?deleted=yes", selected(design))
    assert renders(design) == 1


def test_a_link_renders_nothing(pages: Client, design: Design) -> None:
    assert pages.get(button(design)).status_code == 405
    assert renders(design) == 1


def test_who_may_only_look_can_render_nothing(viewer_pages: Client, design: Design) -> None:
    text = viewer_pages.get(page(design)).content.decode()
    assert str(design.pk) in text
    assert button(design) not in text
    assert "render_selected" not in viewer_pages.get(LIST).content.decode()
    assert viewer_pages.post(button(design)).status_code == 403
    viewer_pages.post(LIST, selected(design))
    assert renders(design) == 1


def test_strangers_are_sent_to_the_log_in(client: Client, design: Design) -> None:
    for answer in (client.post(button(design)), client.get(page(design)), client.get(LIST)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")
    assert renders(design) == 1


@pytest.mark.parametrize(("wrong", "status"), [(uuid4(), 404), ("nonsense", 302), ("0" * 36, 302)])
def test_an_unknown_design_is_no_server_error(wrong: object, status: int, pages: Client) -> None:
    assert pages.post(f"/admin/designs/design/{wrong}/actions/render_again/").status_code == status
