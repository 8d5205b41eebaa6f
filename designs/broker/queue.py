"""Tells a lane that it has work. Redis is only a hint: a wake that is lost costs one tick of the reconciler."""

from __future__ import annotations

import logging
from math import ceil

from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from designs.broker.client import redis_connection
from designs.db import bulk
from designs.models import Render
from designs.renders.lanes import LaneRules, rules_for_lane

WORK_JOB = "designs.worker.jobs.work_lane"  # by dotted name: only workers load what draws
SWEEP_JOB = "designs.worker.jobs.sweep"
KEEP_FAILED = 3600  # s that RQ shows a failed job; the rows hold the truth

log = logging.getLogger(__name__)


def lane_queue(lane: str) -> Queue:
    """Return a lane's RQ queue. JSON, for a pickle is code execution for whoever can write to Redis."""
    return Queue(lane, connection=redis_connection(), serializer=JSONSerializer)


def wake_lane(lane: str) -> int:
    """Enqueue as many jobs as the lane's due rows call for and its queue lacks; return how many.

    Never raises for Redis: the rows wait, and the reconciler asks again.
    """
    rules = rules_for_lane(lane)
    try:
        waiting = redis_connection().llen(lane_queue(lane).key)
        missing = _count_needed_jobs(rules, int(waiting)) - int(waiting)
        for _ in range(missing):
            _enqueue(rules, WORK_JOB, lane)
    except RedisError as error:
        log.warning("lane %s could not be woken: %s. Its renders wait until Redis is back.", lane, error)
        return 0
    return max(missing, 0)


def _count_needed_jobs(rules: LaneRules, waiting: int) -> int:
    """Return how many jobs should wait: enough for the due rows, never more than there are workers."""
    most = settings.RENDER_WORKERS
    if waiting >= most:
        return 0
    due = "lane = %s AND due_at <= {now} AND state IN ('queued', 'running')"
    found = bulk.count_up_to(rules.claim_size * most, Render, due, [rules.name])
    return min(ceil(found / rules.claim_size), most)


def wake_on_commit(lane: str) -> None:
    """Wake a lane once the transaction in hand has committed: a job must never see less than its request wrote."""
    # Robust: what is committed stands, whatever the database says to counting due rows after it.
    transaction.on_commit(lambda: wake_lane(lane), robust=True)


def sweep_on_commit() -> None:
    """Ask a worker to delete garbage that is due, once the transaction in hand has committed."""

    def ask() -> None:
        try:
            _enqueue(rules_for_lane("preview"), SWEEP_JOB)
        except RedisError as error:
            log.warning("no worker could be asked to delete files: %s. The reconciler will.", error)

    transaction.on_commit(ask, robust=True)


def _enqueue(rules: LaneRules, job: str, *args: str) -> None:
    lane_queue(rules.name).enqueue(
        job, *args, job_timeout=rules.job_timeout, result_ttl=0, failure_ttl=KEEP_FAILED, description=rules.name
    )
