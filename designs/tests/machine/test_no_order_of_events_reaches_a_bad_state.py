"""A few lives in the default run, always the same; hundreds under `-m chaos`, other ones each time (CHAOS_SEED)."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection
from django.db.models.functions import Now
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as Settings
from hypothesis.stateful import run_state_machine_as_test

from designs import lifecycle
from designs.lifecycle import Finished
from designs.models import Render
from designs.models.render import UNFINISHED, RenderQuerySet
from designs.tests import factories
from designs.tests.machine.life import Life

PROJECT = Path(__file__).resolve().parents[3]
FEW = Settings(
    max_examples=15,
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
MANY = Settings(FEW, max_examples=int(os.environ.get("CHAOS_LIVES", "150")), stateful_step_count=50, derandomize=False)
UNSHRUNK = Settings(FEW, max_examples=200, stateful_step_count=40, phases=[Phase.generate])

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def life(catalogue: None, settings: Any, tmp_path: Path, empty_redis: "redis.Redis") -> type[Life]:
    """The machine, with small pictures and a storage folder of its own."""
    settings.RENDER_OUTPUTS = ["preview.png:40", "thumbnail.png:20"]

    class ThisLife(Life):
        owners = [factories.make_user(), factories.make_user()]

    return ThisLife


def test_a_few_lives(life: type[Life]) -> None:
    run_state_machine_as_test(life, settings=FEW)


@pytest.mark.chaos
def test_many_lives(life: type[Life], capsys: pytest.CaptureFixture[str]) -> None:
    number = int(os.environ.get("CHAOS_SEED") or random.randrange(2**32))
    began = time.monotonic()
    with capsys.disabled():
        print(f"\n{MANY.max_examples} lives on {connection.vendor}: CHAOS_SEED={number}")
    run_state_machine_as_test(seed(number)(life), settings=MANY)
    with capsys.disabled():
        print(f"{MANY.max_examples} lives on {connection.vendor}: {time.monotonic() - began:.0f} s")


@pytest.mark.parametrize("test", ["test_a_few_lives", pytest.param("test_many_lives", marks=pytest.mark.chaos)])
def test_lives_on_sqlite(test: str, tmp_path: Path) -> None:
    # To the plugin the inner run is one more worker of this run: it uses our servers instead of starting its own.
    ours = {"PYTEST_XDIST_WORKER": os.environ.get("PYTEST_XDIST_WORKER", "gw0")}
    arguments = [f"{Path(__file__).relative_to(PROJECT)}::{test}", "-n0", "-p", "no:cacheprovider", "-m", ""]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, f"--basetemp={tmp_path}/inner"],
        cwd=PROJECT,
        env={**os.environ, **ours, "DATABASE_URL": f"sqlite:///{tmp_path}/life.sqlite3"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def publish_without_condition(finished: list[Finished]) -> set[int]:
    for one in finished:
        Render.objects.filter(pk=one.work.render_id).update(
            state="running", lease_token=one.work.token, lease_until=Now(), finished_at=None
        )
    return real_publish(finished)


def due_without_leases(self: RenderQuerySet, lane: str) -> RenderQuerySet:
    return self.filter(lane=lane, state__in=UNFINISHED)


def count_for_nothing(*args: object, **kwargs: object) -> int:
    return 0


def write_nothing(*args: object, **kwargs: object) -> None:
    return None


real_publish = lifecycle.publish
MUTANTS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "published without its condition": (lifecycle, "publish", publish_without_condition),
    "claimed without looking at the lease": (RenderQuerySet, "due", due_without_leases),
    "what a superseded worker stored is forgotten": (
        sys.modules["designs.lifecycle.asking"],
        "garbage_of_running",
        write_nothing,
    ),
    "what a dead worker stored is forgotten": (sys.modules["designs.lifecycle.claiming"], "add_garbage", write_nothing),
    "events are not counted": (
        sys.modules["designs.lifecycle.claiming"],
        "count_events",
        write_nothing,
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_life_with_a_defect_is_found_out(name: str, life: type[Life], monkeypatch: pytest.MonkeyPatch) -> None:
    holder, attribute, mutant = MUTANTS[name]
    monkeypatch.setattr(holder, attribute, mutant)
    with pytest.raises(BaseException) as found:  # noqa: PT011  # one fault or a group of several
        run_state_machine_as_test(life, settings=UNSHRUNK)
    print(found.value)
