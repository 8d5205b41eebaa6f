"""Tells a lane that it has work. Redis is only a hint: a lost wake-up costs one tick of the reconciler."""

from __future__ import annotations

import logging
from math import ceil

from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from designs.broker.client import redis_connection
from designs.broker.job import WORK_JOB, LaneJob
from designs.db import bulk
from designs.models import UNFINISHED_SQL, Render
from designs.renders.lanes import LaneRules, rules_for_lane

KEEP_FAILED = 3600  # s that RQ shows a failed job; the rows hold the truth
DUE_SQL = f"lane = %s AND due_at <= {{now}} AND {UNFINISHED_SQL}"  # as RenderQuerySet.filter_due

log = logging.getLogger(__name__)


def lane_queue(lane: str) -> Queue:
    """Return a lane's RQ queue. It uses JSON: a pickle lets whoever can write to Redis run code."""
    return Queue(lane, connection=redis_connection(), serializer=JSONSerializer, job_class=LaneJob)


def wake_lane(lane: str) -> int:
    """Enqueue the jobs that the lane's due rows need and its queue lacks; return how many.

    Never raises for Redis: the rows wait, and the reconciler tries again.
    """
    rules = rules_for_lane(lane)
    try:
        waiting = redis_connection().llen(lane_queue(lane).key)
        missing = _count_needed_jobs(rules, int(waiting)) - int(waiting)
        for _ in range(missing):
            _enqueue(rules)
    except RedisError as error:
        log.warning("lane %s could not be woken: %s. Its renders wait until Redis is back.", lane, error)
        return 0
    return max(missing, 0)


def _count_needed_jobs(rules: LaneRules, waiting: int) -> int:
    """Return how many jobs should wait: enough for the due rows, but at most one for each worker."""
    most = settings.RENDER_WORKERS
    if waiting >= most:
        return 0
    due = bulk.count_up_to(rules.claim_size * most, Render, DUE_SQL, [rules.name])
    return min(ceil(due / rules.claim_size), most)


def wake_on_commit(lane: str) -> None:
    """Wake a lane when the current transaction commits: a job must see all that its request wrote."""
    # Robust: counting the due rows may fail; it must not fail the request, which is committed.
    transaction.on_commit(lambda: wake_lane(lane), robust=True)


def _enqueue(rules: LaneRules) -> None:
    lane_queue(rules.name).enqueue(
        WORK_JOB,
        str(rules.name),
        job_timeout=rules.job_timeout,
        result_ttl=0,
        failure_ttl=KEEP_FAILED,
        description=rules.name,
    )
