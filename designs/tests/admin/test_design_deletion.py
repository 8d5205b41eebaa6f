from django.contrib.auth.models import User
from django.test import Client

from designs import services
from designs.models import Design, Event, Render
from designs.tests.support import factories
from designs.tests.support.admin_urls import LIST_URL, change_url, delete_url
from designs.tests.support.fixture_types import MakeDesign


def test_a_deleted_design_is_a_tombstone(pages: Client, design: Design, administrator: User) -> None:
    factories.publish_newest_render(design)
    factories.edit_design(design, "Second")
    assert pages.post(delete_url(design), {"post": "yes"}).status_code == 302
    design.refresh_from_db()
    assert design.deleted_at is not None
    assert Render.objects.filter(design=design).count() == 2
    assert factories.get_render(design).state == "superseded"
    assert (1, 1) in factories.waiting_garbage(design)
    assert Event.objects.get(design_id=design.pk, type="deleted").actor == administrator


def test_the_confirmation_names_only_the_design(pages: Client, design: Design) -> None:
    factories.publish_newest_render(design)
    text = pages.get(delete_url(design)).content.decode()
    assert str(design.pk) in text
    assert "Rendition" not in text


def test_a_selection_is_deleted_through_the_use_case(pages: Client, make_design: MakeDesign) -> None:
    chosen, left = [make_design("One"), make_design("Two")], make_design("Left")
    ids = [str(design.pk) for design in chosen]
    answer = pages.post(LIST_URL, {"action": "delete_selected", "_selected_action": ids, "post": "yes"})
    assert answer.status_code == 302
    assert Design.objects.count() == 3
    assert list(Design.objects.filter(deleted_at=None)) == [left]


def test_a_deleted_design_cannot_be_deleted_again(pages: Client, design: Design) -> None:
    services.delete_design(design.pk, None)
    assert delete_url(design) not in pages.get(change_url(design)).content.decode()
    assert pages.post(delete_url(design), {"post": "yes"}).status_code == 403
    assert Event.objects.filter(design_id=design.pk, type="deleted").count() == 1


def test_a_viewer_cannot_delete_a_design(viewer_pages: Client, design: Design) -> None:
    assert viewer_pages.post(delete_url(design), {"post": "yes"}).status_code == 403
    viewer_pages.post(LIST_URL, {"action": "delete_selected", "_selected_action": [str(design.pk)], "post": "yes"})
    assert Design.objects.filter(deleted_at=None).get() == design
