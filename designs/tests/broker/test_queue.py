"""Waking a lane: jobs in Redis for the due renders, after the commit, and never an error."""

import json
import logging
from datetime import timedelta

import pytest
import redis
from django.db import OperationalError, transaction
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from designs.broker import client, queue
from designs.models import Lane, Render
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign


@pytest.fixture
def preview(settings: Settings, empty_redis: "redis.Redis") -> "redis.Redis":
    settings.RENDER_WORKERS, settings.RENDER_CLAIM_SIZE = 3, 2
    return empty_redis


def waiting(client: "redis.Redis", lane: str = "preview") -> int:
    return int(client.llen(f"rq:queue:{lane}"))


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "jobs"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 3), (9, 3)])
def test_a_lane_gets_a_job_for_every_claim_but_not_more_than_there_are_workers(
    preview: "redis.Redis", make_design: MakeDesign, rows: int, jobs: int
) -> None:
    for _ in range(rows):
        make_design()
    assert queue.wake_lane(Lane.PREVIEW) == jobs
    assert waiting(preview) == jobs


@pytest.mark.django_db
def test_jobs_that_wait_already_are_counted(preview: "redis.Redis", make_design: MakeDesign) -> None:
    for _ in range(3):
        make_design()
    assert [queue.wake_lane(Lane.PREVIEW) for _ in range(3)] == [2, 0, 0]
    preview.lpop("rq:queue:preview")
    assert queue.wake_lane(Lane.PREVIEW) == 1


@pytest.mark.django_db
def test_an_expired_lease_counts_as_due(preview: "redis.Redis", make_design: MakeDesign) -> None:
    make_design()
    work = factories.claim_next_render()
    assert queue.wake_lane(Lane.PREVIEW) == 0
    factories.lose_lease(work)
    assert queue.wake_lane(Lane.PREVIEW) == 1


@pytest.mark.django_db
def test_renders_due_later_or_in_another_lane_wake_no_worker(preview: "redis.Redis", make_design: MakeDesign) -> None:
    make_design()
    assert queue.wake_lane(Lane.PRINT) == 0
    Render.objects.update(due_at=Now() + timedelta(seconds=30))
    assert queue.wake_lane(Lane.PREVIEW) == 0


@pytest.mark.django_db
def test_a_job_names_only_its_lane(preview: "redis.Redis", make_design: MakeDesign) -> None:
    make_design()
    queue.wake_lane(Lane.PREVIEW)
    (job,) = queue.lane_queue("preview").jobs
    assert (job.func_name, job.args, job.kwargs) == ("designs.worker.jobs.work_lane", ["preview"], {})
    assert isinstance(json.dumps(job.args), str)
    assert job.timeout is not None
    assert job.timeout > 60


@pytest.mark.django_db
def test_a_redis_that_is_down_is_logged_and_swallowed(
    settings: Settings, make_design: MakeDesign, caplog: pytest.LogCaptureFixture
) -> None:
    make_design()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.redis_connection.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert queue.wake_lane(Lane.PREVIEW) == 0
    assert "could not be woken" in caplog.text


@pytest.mark.django_db
def test_a_request_wakes_its_lane_only_after_its_commit(
    preview: "redis.Redis",
    make_design: MakeDesign,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_design()
        assert waiting(preview) == 0
    assert waiting(preview) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_request_wakes_no_worker(preview: "redis.Redis", make_design: MakeDesign) -> None:
    with transaction.atomic():
        make_design()
        transaction.set_rollback(True)
    assert waiting(preview) == 0
    assert not Render.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_lost_after_the_commit_does_not_undo_the_answer(
    preview: "redis.Redis", make_design: MakeDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object) -> int:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(queue, "_count_needed_jobs", gone)
    assert make_design().status == "rendering"
    assert waiting(preview) == 0


@pytest.mark.django_db
def test_a_draft_wakes_no_worker(
    preview: "redis.Redis",
    make_design: MakeDesign,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_design(render=False)
    assert waiting(preview) == 0


@pytest.mark.django_db
def test_a_full_claim_wakes_the_lane_again(preview: "redis.Redis", make_design: MakeDesign) -> None:
    from designs.worker import jobs

    for _ in range(3):
        make_design()
    assert jobs.work_lane("preview") == 2
    assert waiting(preview) == 1
    assert jobs.work_lane("preview") == 1
    assert waiting(preview) == 1
