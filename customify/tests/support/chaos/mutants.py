"""Worker classes with one safeguard removed, for `--worker-class`: the harness must detect each."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from designs import lifecycle
from designs.lifecycle import StoredRender, claim, lock_designs, publish
from designs.models import UNFINISHED, Render, RenderState
from designs.worker.rq_worker import RenderWorker


def claimable_whatever_the_lease(lane: str) -> QuerySet[Render]:
    """Let claims take running renders with a live lease too."""
    return Render.objects.filter(lane=lane, state__in=UNFINISHED).order_by("priority", "turn", "pk")


def publish_where(condition: Q) -> Callable[[Sequence[StoredRender]], set[int]]:
    """Publish as the product does, under another condition."""

    def publish_anyway(finished: Sequence[StoredRender]) -> set[int]:
        with transaction.atomic():
            designs = lock_designs({one.work.design_id for one in finished})
            rows = Render.objects.select_for_update().filter(condition, pk__in=[one.work.render_id for one in finished])
            held = set(rows.order_by("pk").values_list("pk", flat=True))
            if held:
                publish._settle_renders([one for one in finished if one.work.render_id in held], designs)
        return held

    return publish_anyway


class ClaimsWithoutLease(RenderWorker):
    """Takes over renders with a live lease."""

    def work(self, *args: Any, **kwargs: Any) -> bool:
        vars(claim)["_claimable"] = claimable_whatever_the_lease
        return super().work(*args, **kwargs)


class PublishesWithoutToken(RenderWorker):
    """Publishes any running render, whoever holds its lease."""

    def work(self, *args: Any, **kwargs: Any) -> bool:
        vars(lifecycle)["publish_renders"] = publish_where(Q(state=RenderState.RUNNING))
        return super().work(*args, **kwargs)


class PublishesWithoutCondition(RenderWorker):
    """Publishes everything it has drawn."""

    def work(self, *args: Any, **kwargs: Any) -> bool:
        vars(lifecycle)["publish_renders"] = publish_where(Q())
        return super().work(*args, **kwargs)
