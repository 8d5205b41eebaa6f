"""Real worker processes that hang, are killed or stopped: nothing is lost, nothing done twice."""

import signal
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import redis

from customify.testing.spawn import SpawnedProcess, Spawner, eventually_true
from designs.lifecycle.claim import MAX_LOST_LEASES
from designs.models import Design, Rendition
from designs.reconciler import tick
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign

pytestmark = pytest.mark.django_db(transaction=True)

Worker = Callable[..., AbstractContextManager[SpawnedProcess]]


@pytest.fixture
def go_on(tmp_path: Path) -> Path:
    """The file that ends a paused drawing."""
    return tmp_path / "go on"


@pytest.fixture
def worker(spawn: Spawner, process_env: Mapping[str, str], empty_redis: "redis.Redis", go_on: Path) -> Worker:
    """`with worker(lease=…) as process:` runs a MisbehavingWorker of every lane; its hard limit is 0.4 lease."""

    def run(lease: float) -> AbstractContextManager[SpawnedProcess]:
        env = {**process_env, "RENDER_LEASE_PREVIEW": str(lease), "PAUSE_UNTIL": str(go_on)}
        # Without system checks, which would load the whole API into each worker.
        return spawn(
            "rqworker", "--skip-checks", "--worker-class", "designs.tests.support.workers.MisbehavingWorker", env=env
        )

    return run


def tick_until(holds: Callable[[], bool]) -> bool:
    """Run reconciler ticks until `holds`; False after 60 s."""

    def tick_and_look() -> bool:
        tick.run_tick()
        return holds()

    return eventually_true(tick_and_look, 60)


def status(design: Design) -> str:
    design.refresh_from_db()
    return design.status


def assert_published_once(design: Design) -> None:
    assert status(design) == "published"
    assert factories.event_types(design.pk).count("published") == 1
    keys = list(Rendition.objects.filter(render__design=design).values_list("key", flat=True))
    assert len(factories.stored_keys(keys)) == len(keys) == 6


def test_a_hanging_render_ends_its_worker_and_is_retried(make_design: MakeDesign, worker: Worker) -> None:
    design = make_design("HANG")
    with worker(lease=2) as process:
        process.wait_for_output("drawing HANG, attempt 1")
        assert process.wait_for_exit() == 1
        assert "Timeout" in process.read_output()
    render = factories.get_render(design)
    assert (render.state, render.lost) == ("running", 0)
    with worker(lease=30):
        assert tick_until(lambda: status(design) != "rendering")
    assert_published_once(design)
    render.refresh_from_db()
    assert (render.attempt, render.lost) == (2, 1)


def test_a_killed_workers_renders_are_published_once_their_lease_is_over(
    make_design: MakeDesign, worker: Worker, spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    designs = [make_design("HANG"), make_design("neighbour")]
    with worker(lease=5) as process:
        process.wait_for_output("drawing HANG, attempt 1")
        process.send_signal(signal.SIGKILL)
        assert process.wait_for_exit() == -signal.SIGKILL
    lease_until = factories.get_render(designs[0]).lease_until
    assert lease_until is not None
    interval = {"RENDER_RECONCILE_INTERVAL": "0.2"}
    with worker(lease=30), spawn("reconcile", env={**process_env, **interval}):
        assert eventually_true(lambda: all(status(design) != "rendering" for design in designs), 60)
    for design in designs:
        assert_published_once(design)
        render = factories.get_render(design)
        assert (render.attempt, render.lost) == (2, 1)
        assert render.started_at is not None
        assert render.started_at >= lease_until


def test_sigterm_finishes_the_current_design_and_returns_the_rest(
    make_design: MakeDesign, worker: Worker, go_on: Path
) -> None:
    paused, rest = make_design("PAUSE"), [make_design("A"), make_design("B")]
    with worker(lease=120) as process:
        process.wait_for_output("drawing PAUSE, attempt 1")
        process.send_signal(signal.SIGTERM)
        go_on.touch()
        assert process.wait_for_exit() == 0
        assert "drawing A" not in process.read_output()
    assert_published_once(paused)
    for design in rest:
        render = factories.get_render(design)
        assert (render.state, render.attempt, render.lost) == ("queued", 1, 0)


def test_a_design_that_kills_its_worker_fails_and_others_are_published(make_design: MakeDesign, worker: Worker) -> None:
    killer = make_design("KILL")
    for _ in range(MAX_LOST_LEASES - 1):
        factories.lose_lease(factories.claim_next_render())
    tick.run_tick()
    neighbour = make_design("neighbour")
    with worker(lease=30) as process:
        assert process.wait_for_exit() == -signal.SIGKILL
    factories.expire(factories.get_render(killer))
    with worker(lease=30):
        assert tick_until(lambda: status(neighbour) != "rendering")
    assert_published_once(neighbour)
    assert factories.get_render(neighbour).lost == 0
    assert status(killer) == "failed"
    assert (killer.error_code, factories.get_render(killer).lost) == ("poison", MAX_LOST_LEASES)


def test_the_reconciler_ticks_until_sigterm(
    make_design: MakeDesign, empty_redis: "redis.Redis", spawn: Spawner, process_env: Mapping[str, str]
) -> None:
    design = make_design()
    empty_redis.flushdb()
    with spawn("reconcile", env={**process_env, "RENDER_RECONCILE_INTERVAL": "0.1"}) as process:
        process.wait_for_output("woken 1")
        process.send_signal(signal.SIGTERM)
        assert process.wait_for_exit() == 0
    assert empty_redis.llen("rq:queue:preview") == 1
    assert factories.get_render(design).state == "queued"
