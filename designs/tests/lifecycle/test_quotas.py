"""Quotas: counted exactly, refused with a reason, given back on deletion."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from designs import lifecycle, services
from designs.lifecycle import QuotaExceededError
from designs.models import Design, Quota, Render, Rendition
from designs.models.tenant import Tenant
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane

pytestmark = pytest.mark.django_db


def allow(settings: Any, designs: int = 0, renders: int = 0, storage: int = 0) -> None:
    settings.QUOTAS = {"live": (designs, renders, storage), "test": (2, 2, 10_000_000)}


def counted(user: User, *, test: bool = False) -> Quota:
    return Quota.objects.get(owner=user, test=test)


def test_designs_of_a_month_are_counted_and_the_next_is_refused(
    settings: Any, user: User, make_design: MakeDesign
) -> None:
    allow(settings, designs=2)
    make_design("One")
    make_design("Two")
    with pytest.raises(QuotaExceededError) as refused:
        make_design("Three")
    error = refused.value
    assert (error.resource, error.used, error.limit) == ("designs", 2, 2)
    assert error.retry_after is not None
    assert 0 < error.retry_after <= 31 * 86_400 + 1
    assert (Design.objects.count(), Render.objects.count(), counted(user).designs) == (2, 2, 2)


def test_a_new_month_starts_at_zero(settings: Any, user: User, make_design: MakeDesign) -> None:
    allow(settings, designs=1)
    make_design()
    Quota.objects.update(month="2020-01-01", designs=1_000)
    make_design("Another")
    row = counted(user)
    assert (row.designs, row.month) == (1, timezone.now().date().replace(day=1))


def test_a_limit_in_the_admin_overrides_the_settings(settings: Any, user: User, make_design: MakeDesign) -> None:
    allow(settings, designs=1)
    make_design()
    Quota.objects.update(designs_limit=2)
    make_design("Two")
    with pytest.raises(QuotaExceededError):
        make_design("Three")
    Quota.objects.update(designs_limit=0)  # no limit
    make_design("Three")


def test_each_owner_has_a_count_of_their_own(settings: Any, make_design: MakeDesign) -> None:
    allow(settings, designs=1)
    make_design()
    make_design(owner=factories.make_user())
    assert Quota.objects.count() == 2


def test_a_repeated_request_is_counted_once(settings: Any, user: User) -> None:
    allow(settings, designs=1)
    new = services.NewDesign(user.pk, "t-shirt", factories.design_data())
    assert services.create_design(new, "order-1", "a" * 64)[1]
    assert not services.create_design(new, "order-1", "a" * 64)[1]
    assert counted(user).designs == 1


def test_unfinished_renders_are_bounded_and_finished_ones_make_room(
    settings: Any, make_design: MakeDesign, run_lane: RunLane, stored_at_once: None
) -> None:
    allow(settings, renders=2)
    first = make_design("One")
    make_design("Two")
    with pytest.raises(QuotaExceededError) as refused:
        make_design("Three")
    assert (refused.value.resource, refused.value.retry_after) == ("renders", 5)
    factories.edit_design(first, "One again")  # it supersedes its own render, so the count stays
    with pytest.raises(QuotaExceededError):
        services.request_render(make_design("Draft", render=False).pk, None)
    run_lane()
    make_design("Three")


def test_rendering_again_in_the_admin_ignores_the_quota(settings: Any, make_design: MakeDesign) -> None:
    allow(settings, renders=1)
    design = make_design(render=False)
    make_design("Two")
    assert services.request_render(design.pk, None, limited=False).number == 1


def stored_bytes() -> int:
    return Rendition.objects.aggregate(size=Sum("bytes"))["size"] or 0


def test_stored_bytes_follow_what_is_published_replaced_and_deleted(
    settings: Any, user: User, make_design: MakeDesign, run_lane: RunLane, stored_at_once: None
) -> None:
    design, other = make_design("One"), make_design("Two")
    run_lane()
    both = counted(user).storage_bytes
    assert both == stored_bytes() > 0
    factories.edit_design(design, "Changed")
    run_lane()
    assert counted(user).storage_bytes == stored_bytes() > both
    Render.objects.filter(replaced_at__isnull=False).update(replaced_at=factories.seconds_ago(100_000))
    assert lifecycle.discard_replaced() == 1
    assert counted(user).storage_bytes == stored_bytes()
    for one in (design, other):
        services.delete_design(one.pk, None)
    assert (counted(user).storage_bytes, stored_bytes()) == (0, 0)


def test_no_design_is_made_while_the_storage_is_used_up(settings: Any, user: User, make_design: MakeDesign) -> None:
    allow(settings, storage=1_000)
    make_design()
    Quota.objects.update(storage_bytes=1_000)
    with pytest.raises(QuotaExceededError) as refused:
        make_design("Two")
    assert (refused.value.resource, refused.value.retry_after) == ("storage", None)


def test_test_keys_have_a_count_and_a_queue_of_their_own(settings: Any, user: User, make_design: MakeDesign) -> None:
    allow(settings, designs=1, renders=1)
    make_design()
    made = [make_design(f"Test {number}", is_test=True) for number in range(2)]
    with pytest.raises(QuotaExceededError):
        make_design("Test 2", is_test=True)
    assert (counted(user).designs, counted(user, test=True).designs) == (1, 2)
    turns = Render.objects.filter(design__in=made).order_by("pk").values_list("turn", flat=True)
    assert list(turns) == [1, 2]


def test_creating_a_design_takes_constant_queries(settings: Any, user: User, make_design: MakeDesign) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            make_design()
        return len(queries.captured_queries)

    make_design()
    few = statements()
    for number in range(20):
        make_design(f"More {number}")
    assert statements() == few


def test_the_count_before_the_first_design_is_zero(user: User) -> None:
    row = lifecycle.find_quota(Tenant(user.pk))
    assert (row, lifecycle.designs_this_month(row)) == (None, 0)
