"""Real worker processes make print files: one that is killed in mid-file loses and doubles nothing."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import redis

from customify.testing.spawn import SpawnedProcess, Spawner, eventually_true
from designs import services
from designs.drawing.verify import verify_files
from designs.models import Design, PrintFile, Render, Rendition
from designs.reconciler import tick
from designs.renders.print_options import PrintOptions
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane

pytestmark = pytest.mark.django_db(transaction=True)
Worker = Callable[[float], AbstractContextManager[SpawnedProcess]]


@pytest.fixture
def go_on(tmp_path: Path) -> Path:
    return tmp_path / "go on"


@pytest.fixture
def worker(spawn: Spawner, process_env: Mapping[str, str], empty_redis: redis.Redis, go_on: Path) -> Worker:
    """`with worker(lease) as process:` runs a MisbehavingWorker of the lane `print`."""

    def run(lease: float) -> AbstractContextManager[SpawnedProcess]:
        env = {**process_env, "RENDER_LEASE_PRINT": str(lease), "PAUSE_UNTIL": str(go_on)}
        misbehaving = "designs.tests.support.workers.MisbehavingWorker"
        return spawn("rqworker", "print", "--skip-checks", "--worker-class", misbehaving, env=env)

    return run


def order(design: Design) -> Render:
    options = PrintOptions(("pdf", "png"))
    printed, _ = services.order_print_file(services.NewPrintFile(design.pk, options))
    return Render.objects.get(pk=PrintFile.objects.get(pk=printed.pk).pin.render_id)


def is_finished(render: Render) -> bool:
    tick.run_tick()
    render.refresh_from_db()
    return render.state == "succeeded"


def test_a_worker_that_is_killed_in_mid_file_leaves_it_to_another(
    make_design: MakeDesign, run_lane: RunLane, worker: Worker
) -> None:
    design = make_design("PAUSE")
    run_lane()
    render = order(design)
    with worker(3) as process:
        process.wait_for_output("drawing PAUSE, attempt 1")
        process.send_signal(signal.SIGKILL)
        assert process.wait_for_exit() == -signal.SIGKILL
    with worker(60):
        assert eventually_true(lambda: is_finished(render), 60)
    assert (render.attempt, render.lost) == (2, 1)
    assert factories.event_types(design.pk).count("print_ready") == 1
    files = Rendition.objects.filter(render=render)
    assert [file.name for file in files] == ["print.pdf", "print-front.png"]
    assert verify_files(render).is_identical  # the stored files, and what this process draws


def test_sigterm_lets_a_print_file_be_finished(
    make_design: MakeDesign, run_lane: RunLane, worker: Worker, go_on: Path
) -> None:
    design = make_design("PAUSE")
    run_lane()
    render = order(design)
    with worker(120) as process:
        process.wait_for_output("drawing PAUSE, attempt 1")
        process.send_signal(signal.SIGTERM)
        go_on.touch()
        assert process.wait_for_exit() == 0
    render.refresh_from_db()
    assert (render.state, render.attempt, render.lost) == ("succeeded", 1, 0)
