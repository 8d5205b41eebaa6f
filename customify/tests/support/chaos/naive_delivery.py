"""A usual, naive delivery: one RQ job per render after the commit, with RQ's retries, `save()`, and one key per file.

`naive_settings` installs it in every process; the harness must detect the designs it loses.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import UUID

from django.apps import AppConfig
from django.db import transaction
from django.utils import timezone
from rq import Retry

JOB = "customify.tests.support.chaos.naive_delivery.draw_render"


def draw_render(render_id: int) -> None:
    """Draw, store and save one render."""
    from designs.drawing import draw as drawing
    from designs.lifecycle import ClaimedRender
    from designs.models import Event, EventType, Render, Rendition
    from rendering import storage

    render = Render.objects.select_related("design").get(pk=render_id)
    work = ClaimedRender(render.pk, render.design_id, 1, 1, render.lane, UUID(int=0), render.frozen, has_more_due=False)
    drawn = drawing.draw_render(work)
    storage.save_files(drawing.files_to_store(work, drawn))
    for row in drawn.rows:
        values = {"render": render, "name": row.name, "kind": row.kind, "format": row.format}
        sizes = {"width": row.width, "height": row.height, "bytes": row.bytes, "sha256": row.sha256}
        Rendition.objects.update_or_create(key=drawing.attempt_key(work, row.name), defaults={**values, **sizes})
    render.state, render.finished_at = "succeeded", timezone.now()
    render.save()
    design = render.design
    design.status, design.published_render = "published", render
    design.published_revision, design.event_count = render.frozen["revision"], design.event_count + 1
    Event.objects.create(
        design_id=design.pk,
        number=design.event_count,
        type=EventType.PUBLISHED,
        owner_id=design.owner_id,
        data={"render": render.number},
    )
    design.save()


class NaiveDelivery(AppConfig):
    """Queues one job per render instead of waking the lane."""

    name = "customify.tests.support.chaos.naive_delivery"
    label = "naive"

    def ready(self) -> None:
        from designs.broker import queue
        from designs.lifecycle import queue_render
        from designs.renders.lanes import rules_for_lane
        from designs.services import create, edit, renders

        def queue_and_enqueue(*args: Any, **kwargs: Any) -> Any:
            render, event = queue_render(*args, **kwargs)
            timeout = rules_for_lane(render.lane).job_timeout
            lane = queue.lane_queue(render.lane)
            transaction.on_commit(lambda: lane.enqueue(JOB, render.pk, job_timeout=timeout, retry=Retry(max=3)))
            return render, event

        def wake_nobody(lane: str) -> int:
            return 0

        for module in (create, edit, renders):
            _replace(module, "queue_render", queue_and_enqueue)
        for name in ("wake_lane", "wake_on_commit"):
            _replace(queue, name, wake_nobody)


def _replace(module: ModuleType, name: str, substitute: Callable[..., Any]) -> None:
    """Replace a function of a module; KeyError for one that was renamed."""
    if name not in vars(module):
        raise KeyError(f"{module.__name__} has no {name}: correct the naive delivery")
    vars(module)[name] = substitute
