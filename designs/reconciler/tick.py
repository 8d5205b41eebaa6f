"""The steps of the reconciler, in the groups that run beside each other, and one tick that does all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import Error
from django.utils.module_loading import import_string

from designs import lifecycle
from designs.broker import queue
from designs.db.connections import drop_dead_connection
from designs.models import Lane, Render
from designs.reconciler.collection import collect_garbage

log = logging.getLogger(__name__)


@dataclass(slots=True)
class TickReport:
    """What one tick, or one pass of a loop, did: counts by step."""

    woken: int = 0
    poison: int = 0
    raised: int = 0
    given_up: int = 0
    swept: int = 0
    purged: int = 0
    forgotten_keys: int = 0
    given_up_assets: int = 0
    swept_assets: int = 0
    deleted_tests: int = 0
    deleted_drafts: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in asdict(self).items())

    @property
    def is_idle(self) -> bool:
        """Whether nothing was done and nothing failed."""
        return not any(asdict(self).values())


KeepGoing = Callable[[], bool]
Steps = Mapping[str, Callable[[KeepGoing], int]]
"""By field of TickReport. Each step does a limited amount of work, or ends soon after `keep_going()` is false."""

RENDER_STEPS: Steps = {
    "poison": lambda _: lifecycle.fail_poison_renders(),
    "raised": lambda _: lifecycle.raise_priority(),
}
WAKING_STEPS: Steps = {"woken": lambda _: sum(queue.wake_lane(lane) for lane in Lane.values)}
COLLECTION_STEPS: Steps = {
    "given_up": lambda _: lifecycle.discard_replaced(),
    "deleted_tests": lambda _: lifecycle.delete_old_test_designs(),
    "deleted_drafts": lambda _: lifecycle.delete_old_drafts(),
    "given_up_assets": lambda _: lifecycle.delete_stale_assets(),
    "swept_assets": lambda _: lifecycle.discard_deleted_assets(),
    "swept": collect_garbage,
}
RETENTION_STEPS: Steps = {
    "purged": lambda _: lifecycle.purge_deleted(),
    "forgotten_keys": lambda _: lifecycle.delete_old_idempotency_keys(),
}


def count_due() -> TickReport:
    """Count what a tick would do, and change nothing.

    `woken` counts due renders here: how many jobs they need depends on the queue at that moment.
    """
    return TickReport(
        woken=sum(Render.objects.filter_due(lane).count() for lane in Lane.values),
        poison=lifecycle.poison_renders().count(),
        raised=lifecycle.long_waiting_renders().count(),
        given_up=lifecycle.replaced_renders().count(),
        swept=lifecycle.due_garbage().count(),
        purged=lifecycle.purgeable_designs().count(),
        forgotten_keys=lifecycle.old_idempotency_keys().count(),
        given_up_assets=lifecycle.abandoned_assets().count() + lifecycle.old_test_assets().count(),
        swept_assets=lifecycle.deleted_assets().count(),
        deleted_tests=lifecycle.old_test_designs().count(),
        deleted_drafts=lifecycle.old_drafts().count(),
    )


def run_tick() -> TickReport:
    """Do once all that is due, one step after the other; garbage is collected until none is due."""
    report = run_steps({**RENDER_STEPS, **WAKING_STEPS, **COLLECTION_STEPS, **RETENTION_STEPS})
    report.failed += call_hooks()
    return report


def run_steps(steps: Steps, keep_going: KeepGoing = lambda: True) -> TickReport:
    """Run steps in their order. One that fails is logged, and the others go on."""
    drop_dead_connection()
    report = TickReport()
    for name, step in steps.items():
        try:
            setattr(report, name, step(keep_going))
        except Error as error:  # InterfaceError too, which is not a DatabaseError
            report.failed += 1
            log.warning("the step %s failed and is tried again at the next tick: %s", name, error)
    return report


def call_hooks() -> int:
    """Call the functions of RECONCILE_HOOKS; return how many failed."""
    failed = 0
    for hook in settings.RECONCILE_HOOKS:
        try:
            import_string(hook)()
        except Exception:  # a hook's error must not end the process that finds lost work
            failed += 1
            log.exception("the hook %s failed and is called again at the next tick", hook)
    return failed
