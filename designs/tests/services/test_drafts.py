"""Drafts have a quota of their own, and abandoned ones are deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import redis
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from designs import lifecycle, services
from designs.lifecycle import QuotaExceededError
from designs.models import Design, Quota
from designs.reconciler import tick
from designs.tests.support import factories
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db
DAY = 86_400


def test_drafts_count_as_designs_when_they_are_rendered(user: User, make_design: MakeDesign) -> None:
    draft = make_design(render=False)
    assert Quota.objects.get(owner=user).designs == 0
    services.finish_design(draft.pk, None)
    assert Quota.objects.get(owner=user).designs == 1
    services.request_render(draft.pk, None)
    assert Quota.objects.get(owner=user).designs == 1


def test_a_draft_counts_once_however_it_is_rendered(user: User, make_design: MakeDesign) -> None:
    draft = make_design("One", render=False)
    factories.edit_design(draft, "Two")
    factories.edit_design(draft, "Three")
    for number in (1, 2):
        services.pin_revision(draft.pk, number, "", None)
    draft.refresh_from_db()
    assert draft.status == "draft"
    services.finish_design(draft.pk, None)
    assert Quota.objects.get(owner=user).designs == 1


def test_what_staff_render_is_counted_without_a_limit(settings: Any, user: User, make_design: MakeDesign) -> None:
    settings.QUOTAS = {"live": (1, 0, 0), "test": (1, 0, 0)}
    make_design("One")
    services.request_render(make_design("Two", render=False).pk, None, limited=False)
    assert Quota.objects.get(owner=user).designs == 2


@pytest.mark.parametrize("how", ["finish", "render", "edit", "pin"])
def test_a_draft_beyond_the_months_designs_stays_one(settings: Any, make_design: MakeDesign, how: str) -> None:
    settings.QUOTAS = {"live": (1, 0, 0), "test": (1, 0, 0)}
    make_design("One")
    draft = make_design(render=False)
    use_cases = {
        "finish": lambda: services.finish_design(draft.pk, None),
        "render": lambda: services.request_render(draft.pk, None),
        "edit": lambda: factories.edit_design(draft, "Other", render=True),
        "pin": lambda: services.pin_revision(draft.pk, 1, "", None),
    }
    with pytest.raises(QuotaExceededError) as refused:
        use_cases[how]()
    assert refused.value.resource == "designs"
    draft.refresh_from_db()
    assert (draft.status, draft.render_count, draft.revision) == ("draft", 0, 1)


def test_drafts_beyond_their_quota_are_refused(settings: Any, user: User, make_design: MakeDesign) -> None:
    settings.DRAFT_QUOTAS = {"live": 2, "test": 1}
    drafts = [make_design(render=False) for _ in range(2)]
    make_design(is_test=True, render=False)
    with pytest.raises(QuotaExceededError) as refused:
        make_design(render=False)
    error = refused.value
    assert (error.resource, error.used, error.limit, error.retry_after) == ("drafts", 2, 2, None)
    assert Design.objects.count() == 3
    services.delete_design(drafts[0].pk, None)
    make_design(render=False)
    make_design("Rendered at once")
    Quota.objects.filter(owner=user, test=False).update(drafts_limit=0)  # no limit
    make_design(render=False)


def test_a_full_storage_refuses_drafts_too(settings: Any, user: User, make_design: MakeDesign) -> None:
    settings.QUOTAS = {"live": (0, 0, 100), "test": (0, 0, 0)}
    make_design(render=False)
    Quota.objects.update(storage_bytes=100)
    with pytest.raises(QuotaExceededError) as refused:
        make_design(render=False)
    assert refused.value.resource == "storage"


def test_the_api_names_the_fix(settings: Any, shop: APIClient) -> None:
    settings.DRAFT_QUOTAS = {"live": 1, "test": 1}
    body = {**CREATE_BODY, "render": False}
    assert shop.post(DESIGNS_URL, body).status_code == 201
    refused = shop.post(DESIGNS_URL, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "drafts_quota_reached")
    assert refused.json()["detail"] == "Your quota is used up: 1 of 1 drafts. Delete some, or render them."
    assert shop.get("/api/v1/account").json()["quota"]["drafts"] == {"used": 1, "limit": 1}


def test_abandoned_drafts_are_deleted(settings: Any, make_design: MakeDesign, empty_redis: redis.Redis) -> None:
    settings.DRAFT_KEEP = timedelta(days=7)
    old, edited, published = make_design(render=False), make_design(render=False), make_design()
    factories.publish_newest_render(published)
    Design.objects.update(updated_at=factories.seconds_ago(8 * DAY))
    factories.edit_design(edited, "Still mine")
    assert tick.count_due().deleted_drafts == 1
    assert tick.run_tick().deleted_drafts == 1
    living = set(Design.objects.filter(deleted_at=None).values_list("pk", flat=True))
    assert living == {edited.pk, published.pk}
    assert factories.event_types(old.pk)[-1] == "deleted"


def test_drafts_are_kept_for_ever_unless_the_setting_says_otherwise(settings: Any, make_design: MakeDesign) -> None:
    make_design(render=False)
    Design.objects.update(updated_at=factories.seconds_ago(9_000 * DAY))
    assert lifecycle.delete_old_drafts() == 0
    settings.DRAFT_KEEP = timedelta(days=7)
    assert lifecycle.delete_old_drafts() == 1


def test_answers_say_when_a_draft_is_deleted(settings: Any, shop: APIClient) -> None:
    settings.DRAFT_KEEP = timedelta(days=7)
    draft = shop.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()
    rendered = shop.post(DESIGNS_URL, CREATE_BODY).json()
    shown = shop.get(f"{DESIGNS_URL}/{draft['id']}").json()
    row = Design.objects.get(pk=draft["id"])
    expected = (row.updated_at + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    assert (shown["expires_at"], draft["expires_at"], rendered["expires_at"]) == (expected, expected, None)
