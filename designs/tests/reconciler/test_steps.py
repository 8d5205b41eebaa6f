"""Old idempotency keys are deleted; a tick with a failed step reports failure."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from designs import lifecycle, services
from designs.models import IdempotencyKey
from designs.reconciler import tick
from designs.tests.support import factories

pytestmark = pytest.mark.django_db


def test_an_idempotency_key_is_deleted_after_its_retention(user: object) -> None:
    wanted = services.NewDesign(user.pk, "t-shirt", factories.design_data())  # type: ignore[attr-defined]
    for key in ("old", "new"):
        services.create_design(wanted, key, "0" * 64)
    IdempotencyKey.objects.filter(key="old").update(created_at=factories.seconds_ago(700_000))
    assert tick.count_due().forgotten_keys == 1
    assert tick.run_tick().forgotten_keys == 1
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_the_once_option_fails_if_a_step_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> int:
        raise DatabaseError("the database is away")

    monkeypatch.setattr(lifecycle, "fail_poison_renders", away)
    with pytest.raises(CommandError, match="1 steps failed"):
        call_command("reconcile", "--once")
