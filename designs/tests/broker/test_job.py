"""Redis is a hint, not code: a worker runs two known functions with known arguments, whatever a job in Redis says."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from django_rq.jobs import get_job_class

from customify.testing.spawn import Spawner
from designs.broker.job import EARLIER_JOB_NAMES, SWEEP_JOB, WORK_JOB, LaneJob, UnknownJobError
from designs.broker.queue import lane_queue
from designs.models import Lane
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign
from designs.worker import jobs

pytestmark = pytest.mark.django_db(transaction=True)


def write_job(client: redis.Redis, call: list[Any], **fields: str) -> str:
    """Write a waiting job of the preview queue as anyone could who reaches Redis; return its id."""
    job_id = str(uuid.uuid4())
    now = "2026-11-30T14:00:00.000000Z"
    common = {"status": "queued", "created_at": now, "enqueued_at": now, "origin": "preview", "timeout": "60"}
    client.hset(f"rq:job:{job_id}", mapping={**common, "data": json.dumps(call), **fields})
    client.rpush("rq:queue:preview", job_id)
    return job_id


def fetch(client: redis.Redis, job_id: str) -> LaneJob:
    queue = lane_queue("preview")
    job = queue.fetch_job(job_id)
    assert isinstance(job, LaneJob)
    return job


@pytest.mark.parametrize(("name", "function"), [(WORK_JOB, jobs.work_lane), (SWEEP_JOB, jobs.sweep)])
def test_our_jobs_run_our_functions(empty_redis: redis.Redis, name: str, function: object) -> None:
    arguments = [[lane] for lane in Lane.values] if name == WORK_JOB else [[]]
    names = [name, *(earlier for earlier, today in EARLIER_JOB_NAMES.items() if today == name)]
    for spelt in names:
        for args in arguments:
            assert fetch(empty_redis, write_job(empty_redis, [spelt, None, args, {}])).func is function


@pytest.mark.parametrize(
    "call",
    [
        ["os.system", None, ["true"], {}],
        [WORK_JOB, None, ["preview; true"], {}],
        [WORK_JOB, None, [], {}],
        [WORK_JOB, None, ["preview"], {"lane": "print"}],
        [WORK_JOB, None, [["preview"]], {}],
        [SWEEP_JOB, None, ["preview"], {}],
        ["work_lane", "designs.worker.jobs", ["preview"], {}],
        [None, None, [], {}],
    ],
)
def test_no_other_job_has_a_function(empty_redis: redis.Redis, call: list[Any]) -> None:
    with pytest.raises(UnknownJobError, match="Who else writes to Redis"):
        _ = fetch(empty_redis, write_job(empty_redis, call)).func


def test_a_worker_runs_no_foreign_function_callback_or_webhook(
    make_design: MakeDesign, empty_redis: redis.Redis, spawn: Spawner, process_env: Mapping[str, str], tmp_path: Path
) -> None:
    design = make_design()
    empty_redis.flushdb()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        hooks = json.dumps(
            [
                {"url": url, "job_status": status, "method": "GET", "headers": None, "timeout": 1}
                for status in ("finished", "failed")
            ]
        )
        callbacks = {f"{kind}_callback_name": "pathlib.Path.touch" for kind in ("success", "failure", "stopped")}
        write_job(empty_redis, ["os.system", None, [f"touch {tmp_path / 'ran'}"], {}], webhooks=hooks, **callbacks)
        write_job(empty_redis, [WORK_JOB, None, ["preview"], {}], webhooks=hooks, **callbacks)
        with spawn("rqworker", "--skip-checks", "--burst", env=process_env) as process:
            assert process.wait_for_exit() == 0
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
        assert "callback" not in process.read_output()
    assert not (tmp_path / "ran").exists()
    assert factories.get_render(design).state == "succeeded"
    assert lane_queue("preview").failed_job_registry.count == 1


def test_the_workers_and_the_dashboard_read_jobs_as_ours() -> None:
    assert get_job_class() is LaneJob
    assert lane_queue("preview").job_class is LaneJob
