"""Parts of the state machine: workers, spans of time, and the reset of the tables."""

import shutil
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models.functions import Now
from hypothesis import strategies as st

from designs.lifecycle import ClaimedRender
from designs.models import Design, Event, Garbage, Quota
from designs.tests.support import factories
from designs.worker.batch import ClaimBatch

SPANS = st.sampled_from(["a moment", "backoff", "lease", "grace", "a day"])


@dataclass(eq=False, slots=True)
class Worker:
    """A worker with its claims: `waiting` ones are not started."""

    batch: ClaimBatch
    waiting: list[ClaimedRender]
    begun: list[ClaimedRender] = field(default_factory=list)


def span_seconds(span: str) -> float:
    """Return the s of a span: a little more than the setting it is named after."""
    return {
        "a moment": 1.0,
        "backoff": settings.RENDER_BACKOFF_MAX + 1,
        "lease": factories.LEASE + 1,
        "grace": settings.RENDER_GRACE.total_seconds() + 1,
        "a day": max(settings.RENDER_SWEEP_AGAIN, settings.RENDER_KEEP_OLD).total_seconds() + 1,
    }[span]


def delete_all_designs() -> None:
    """Delete every design with its files before a new example."""
    Design.objects.update(deleted_at=Now())  # a constraint demands that a published design names its files
    for model in (Design, Event, Garbage, Quota):
        model.objects.all().delete()
    for path in settings.STORAGE.root.glob("designs*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
