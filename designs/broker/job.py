"""The jobs that a worker accepts from Redis: hints that there is work, by two names; never code.

RQ calls whatever dotted name a job has in Redis, and its callbacks and webhooks. Redis is shared, often without a
password, and holds nothing that we need to trust: so names are looked up in a table here, and all else is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.module_loading import import_string
from rq.job import Job

from designs.models import Lane

# By dotted name, so that only workers import what draws. Jobs with these names may wait in Redis during an upgrade:
# when a function moves, its earlier name goes into EARLIER_JOB_NAMES.
WORK_JOB = "designs.worker.jobs.work_lane"
SWEEP_JOB = "designs.worker.jobs.sweep"  # enqueued by earlier versions
EARLIER_JOB_NAMES = {"designs.jobs.work_lane": WORK_JOB, "designs.jobs.sweep": SWEEP_JOB}

_ACCEPTED_ARGUMENTS: dict[str, list[list[str]]] = {WORK_JOB: [[lane] for lane in Lane.values], SWEEP_JOB: [[]]}


class UnknownJobError(Exception):
    """A job in Redis is none of ours: it is not run."""


class LaneJob(Job):
    """A job that runs one of our functions with known arguments, whatever Redis says."""

    def restore(self, raw_data: Mapping[Any, Any]) -> Any:
        """Read the job, without the callbacks and webhooks that RQ would run after it."""
        restored = super().restore(raw_data)
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        return restored

    @property
    def func(self) -> Callable[..., Any]:
        """The function that the job's name and arguments stand for; UnknownJobError for any other."""
        name = EARLIER_JOB_NAMES.get(str(self.func_name), str(self.func_name))
        arguments = _ACCEPTED_ARGUMENTS.get(name, [])
        if self.instance is not None or self.kwargs or list(self.args or []) not in arguments:
            raise UnknownJobError(f"The job {name[:100]!r} is not one that this worker runs. Who else writes to Redis?")
        function: Callable[..., Any] = import_string(name)
        return function
