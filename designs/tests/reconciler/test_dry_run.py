"""`reconcile --dry-run` counts and changes nothing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from designs import lifecycle
from designs.models import Design, Garbage, Render
from designs.reconciler import tick
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db


def test_a_dry_run_counts_due_work_and_changes_nothing(make_design: MakeDesign) -> None:
    make_design()
    deleted = make_design()
    factories.publish_newest_render(deleted)
    lifecycle.tombstone_design(lifecycle.lock_designs([deleted.pk])[deleted.pk])
    Design.objects.filter(pk=deleted.pk).update(deleted_at=factories.seconds_ago(3600))
    before = list(Render.objects.order_by("pk").values()), list(Garbage.objects.values()), Design.objects.count()
    out = StringIO()
    call_command("reconcile", "--dry-run", stdout=out)
    assert "renders due: 1\n" in out.getvalue()
    assert "attempts whose files would be deleted: 1\n" in out.getvalue()
    assert "deleted designs whose rows would be purged: 1" in out.getvalue()
    assert before == (
        list(Render.objects.order_by("pk").values()),
        list(Garbage.objects.values()),
        Design.objects.count(),
    )


def test_a_tick_does_what_a_dry_run_counts(make_design: MakeDesign, empty_redis: object) -> None:
    deleted = make_design()
    factories.publish_newest_render(deleted)
    lifecycle.tombstone_design(lifecycle.lock_designs([deleted.pk])[deleted.pk])
    Design.objects.filter(pk=deleted.pk).update(deleted_at=factories.seconds_ago(3600))
    seen, done = tick.count_due(), tick.run_tick()
    assert (seen.swept, seen.purged, seen.poison, seen.given_up) == (1, 1, 0, 0)
    assert (done.swept, done.purged, done.poison, done.given_up) == (1, 1, 0, 0)
