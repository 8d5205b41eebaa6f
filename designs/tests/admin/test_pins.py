"""Pins in the admin: listed, searched and removed; what is pinned is not deleted."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designs import services
from designs.models import Design, Event, Pin
from designs.tests.support import factories
from designs.tests.support.admin_urls import delete_url
from designs.tests.support.fixture_types import MakeDesign

PINS_URL = reverse("admin:designs_pin_changelist")


@pytest.fixture
def pinned(design: Design) -> Pin:
    """A pin of a published design."""
    factories.publish_newest_render(design)
    return services.pin_revision(design.pk, 1, "order-7", None)[0]


def test_pins_are_found_by_order_design_owner_and_id(
    pages: Client, pinned: Pin, make_design: MakeDesign, user: User
) -> None:
    other = make_design("Another", owner=factories.make_user("other"))
    services.pin_revision(other.pk, 1, "order-8", None)
    for term in ("order-7", str(pinned.design_id), str(pinned.pk), user.username):
        found = pages.get(PINS_URL, {"q": term}).context["cl"].result_list
        assert list(found) == [pinned], term
    assert len(pages.get(PINS_URL).context["cl"].result_list) == 2


def test_a_pins_page_links_its_files(pages: Client, pinned: Pin) -> None:
    text = pages.get(reverse("admin:designs_pin_change", args=[pinned.pk])).content.decode()
    for file in pinned.render.renditions.all():
        assert file.key in text


def test_a_deleted_pin_goes_through_the_use_case(pages: Client, pinned: Pin, administrator: User) -> None:
    url = reverse("admin:designs_pin_delete", args=[pinned.pk])
    assert pages.post(url, {"post": "yes"}).status_code == 302
    assert not Pin.objects.exists()
    assert Event.objects.get(design_id=pinned.design_id, type="unpinned").actor == administrator


def test_a_pinned_design_is_not_deleted(pages: Client, pinned: Pin) -> None:
    answer = pages.post(delete_url(pinned.design), {"post": "yes"}, follow=True)
    assert "its files are kept for orders" in answer.content.decode()
    assert Design.objects.get(pk=pinned.design_id).deleted_at is None
