"""The reconciler does all due work; a failed step does not stop the others."""

from typing import Any

import pytest
import redis
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from pytest_django import Settings

from designs import lifecycle
from designs.models import Design
from designs.reconciler import tick
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign


@pytest.mark.django_db
def test_a_lost_wake_is_repeated(design: Design, empty_redis: "redis.Redis") -> None:
    assert tick.run_tick().woken == 1
    assert empty_redis.llen("rq:queue:preview") == 1


@pytest.mark.django_db
def test_ticks_without_a_worker_do_not_flood_the_queue(
    make_design: MakeDesign, empty_redis: "redis.Redis", settings: Settings
) -> None:
    settings.RENDER_WORKERS = 2
    for _ in range(40):
        make_design()
    assert [tick.run_tick().woken for _ in range(4)] == [2, 0, 0, 0]
    assert empty_redis.llen("rq:queue:preview") == 2


@pytest.mark.django_db
def test_a_tick_without_work_is_idle(catalogue: None, empty_redis: "redis.Redis") -> None:
    report = tick.run_tick()
    assert report.is_idle
    assert str(report) == (
        "woken 0, poison 0, raised 0, given_up 0, swept 0, purged 0, forgotten_keys 0, given_up_assets 0,"
        " swept_assets 0, deleted_tests 0, deleted_drafts 0, failed 0"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("lost"), InterfaceError("closed")])
def test_a_database_error_in_one_step_does_not_stop_the_others(
    design: Design, empty_redis: "redis.Redis", monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail() -> int:
        raise error

    monkeypatch.setattr(lifecycle, "fail_poison_renders", fail)
    report = tick.run_tick()
    assert (report.poison, report.woken) == (0, 1)


called: list[str] = []


def hook() -> None:
    called.append("hook")


@pytest.mark.django_db
def test_hooks_are_called_at_every_tick(catalogue: None, empty_redis: "redis.Redis", settings: Settings) -> None:
    called.clear()
    settings.RECONCILE_HOOKS = [f"{__name__}.hook"]
    tick.run_tick()
    tick.run_tick()
    assert called == ["hook", "hook"]


@pytest.mark.django_db
def test_the_once_option_does_due_work_and_reports_it(
    design: Design, empty_redis: "redis.Redis", capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("reconcile", "--once")
    output = capsys.readouterr().out
    assert output.startswith("woken 1, poison 0, raised 0, given_up 0, ")
    assert output.endswith(", failed 0\n")


@pytest.mark.django_db
def test_a_tick_fails_poison_before_it_wakes_workers(design: Design, empty_redis: "redis.Redis") -> None:
    for _ in range(5):
        factories.lose_lease(factories.claim_next_render())
    report = tick.run_tick()
    assert (report.poison, report.woken) == (1, 0)


def test_a_report_counts_every_step() -> None:
    for name in ("woken", "poison", "raised", "given_up", "swept", "purged"):
        values: dict[str, Any] = {name: 1}
        assert not tick.TickReport(**values).is_idle
