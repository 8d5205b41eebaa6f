"""The life of designs as a state machine: users, workers, the reconciler and time, in any order.

The product's own code runs, with a real database and files on disk. Time passes by shifting every time in the rows, so
each state is one that could have been reached by waiting. A worker is an object that ends or dies, and its claims with
it.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F
from django.db.models.functions import Now
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from designs import lifecycle, services
from designs.drawing.draw import draw_render, files_to_store
from designs.lifecycle import ClaimedRender
from designs.models import Design, Garbage, Pin, Render, RenderState
from designs.reconciler import collection
from designs.tests.support import factories
from designs.tests.support.state_machine import snapshot, verdicts
from designs.tests.support.state_machine.parts import SPANS, Worker, delete_all_designs, span_seconds
from designs.worker import jobs
from designs.worker.batch import ClaimBatch
from rendering import storage

TEXTS = st.sampled_from(["one", "two", "three"])  # few, so that edits often return to the published text
PICKS = st.integers(0, 7)
SHIFTED_TIME_FIELDS = {
    Render: ("due_at", "lease_until", "first_failed_at", "requested_at", "replaced_at"),
    Garbage: ("due_at",),
    Design: ("deleted_at",),
}
ROUNDS_TO_REST = 12  # enough for five lost leases, two sweeps and a purge


class DesignLifeMachine(RuleBasedStateMachine):
    """Everything that may happen to designs. The test sets `owners`, two users."""

    owners: list[User]

    def __init__(self) -> None:
        super().__init__()
        delete_all_designs()
        self.designs: list[Design] = []
        self.workers: list[Worker] = []
        self.attempts: set[tuple[int, int]] = set()
        self.shown: dict[object, int] = {}

    # What users do --------------------------------------------------------------------------------------------------

    @rule(owner=st.integers(0, 1), text=TEXTS, render=st.sampled_from([True, True, True, False]))
    def request(self, owner: int, text: str, render: bool) -> None:
        self.designs.append(factories.make_design(self.owners[owner], text, render=render))

    @precondition(lambda self: self.designs)
    @rule(pick=PICKS, text=TEXTS, render=st.booleans())
    def edit(self, pick: int, text: str, render: bool) -> None:
        self.use(pick, lambda design: factories.edit_design(design, text, render=render))

    @precondition(lambda self: self.designs)
    @rule(pick=PICKS)
    def rename(self, pick: int) -> None:
        self.use(pick, lambda design: factories.edit_design(design, external_id="renamed"))

    @precondition(lambda self: self.designs)
    @rule(pick=PICKS)
    def render_again(self, pick: int) -> None:
        self.use(pick, lambda design: services.request_render(design.pk, design.owner_id))

    @precondition(lambda self: self.designs)
    @rule(pick=PICKS)
    def delete(self, pick: int) -> None:
        self.use(pick, lambda design: services.delete_design(design.pk, design.owner_id))

    @precondition(lambda self: self.designs)
    @rule(pick=PICKS, number=st.integers(1, 3))
    def pin(self, pick: int, number: int) -> None:
        def pin_one(design: Design) -> None:
            newest = Design.objects.filter(pk=design.pk).values_list("revision", flat=True).first() or 1  # or purged
            services.pin_revision(design.pk, min(number, newest), "", design.owner_id)

        self.use(pick, pin_one)

    @precondition(lambda self: self.designs)
    @rule(pick=PICKS)
    def unpin(self, pick: int) -> None:
        pins = list(Pin.objects.order_by("created_at"))
        if pins:
            assert services.unpin(pins[pick % len(pins)].pk, None)

    def use(self, pick: int, action: Callable[[Design], object]) -> None:
        """Call a use case with a design; only a deleted design may be refused, and only a pinned one be kept."""
        design = self.designs[pick % len(self.designs)]
        gone = not Design.objects.filter(pk=design.pk, deleted_at=None).exists()
        pinned = Pin.objects.filter(design=design.pk).exists()
        try:
            action(design)
        except services.DesignGoneError:
            assert gone
        except lifecycle.DesignPinnedError:
            assert pinned
        else:
            assert not gone

    # What workers do ------------------------------------------------------------------------------------------------

    @rule(size=st.integers(1, 4), tells=st.booleans())
    def claim(self, size: int, tells: bool) -> None:
        leased = set(Render.objects.filter(state="running", lease_until__gt=Now()).values_list("pk", flat=True))
        begun = time.monotonic()
        rules = factories.lane_rules(size)
        works = lifecycle.claim_renders(rules)
        if not works:
            return
        for work in works:
            assert work.render_id not in leased, "a render was claimed while another's lease held"
            assert (work.render_id, work.attempt) not in self.attempts, "an attempt was given out twice"
            self.attempts.add((work.render_id, work.attempt))
        if tells:
            lifecycle.record_progress(works, lifecycle.STORING_EVENTS)
        self.workers.append(Worker(ClaimBatch(rules, begun + rules.lease), works))

    @precondition(lambda self: any(worker.waiting for worker in self.workers))
    @rule(pick=PICKS)
    def draw_and_store(self, pick: int) -> None:
        worker = self.worker(pick, waiting=True)
        work = worker.waiting.pop(0)
        worker.begun.append(work)
        worker.batch.draw_and_upload(work)
        worker.batch.collect_stored()
        if work not in [ready.work for ready in worker.batch.ready]:
            worker.begun.remove(work)  # postponed

    @precondition(lambda self: any(worker.waiting for worker in self.workers))
    @rule(pick=PICKS, files=st.integers(1, 2))
    def be_caught_storing(self, pick: int, files: int) -> None:
        """Store some files, as a worker that was paused during its uploads; then it continues or dies."""
        worker = self.worker(pick, waiting=True)
        work = worker.waiting.pop(0)
        worker.begun.append(work)
        if self.away.exists() or not self.may_still_write(work):
            return
        drawn = draw_render(work)
        storage.save_files(files_to_store(work, drawn)[:files])

    @precondition(lambda self: any(worker.waiting for worker in self.workers))
    @rule(pick=PICKS)
    def find_it_bad(self, pick: int) -> None:
        work = self.worker(pick, waiting=True).waiting.pop(0)
        lifecycle.fail_render(work, "too_slow", "It takes too long to draw. Simplify the design.")

    @precondition(lambda self: any(worker.batch.ready for worker in self.workers))
    @rule(pick=PICKS)
    def publish(self, pick: int) -> None:
        ready = [worker for worker in self.workers if worker.batch.ready]
        self.publish_ready(ready[pick % len(ready)])

    @precondition(lambda self: self.workers)
    @rule(pick=PICKS)
    def stop(self, pick: int) -> None:
        """Handle SIGTERM: publish what is ready, return what is not started, end."""
        worker = self.worker(pick)
        self.publish_ready(worker)
        lifecycle.release_renders(worker.waiting)
        self.workers.remove(worker)

    @precondition(lambda self: self.workers)
    @rule(pick=PICKS)
    def die(self, pick: int) -> None:
        self.workers.remove(self.worker(pick))

    def publish_ready(self, worker: Worker) -> None:
        """Publish a worker's stored renders, which it then no longer holds."""
        settled = [ready.work for ready in worker.batch.ready]
        worker.batch.publish_ready()
        worker.begun = [work for work in worker.begun if work not in settled]

    def worker(self, pick: int, *, waiting: bool = False) -> Worker:
        """Draw one of the living workers."""
        found = [worker for worker in self.workers if worker.waiting or not waiting]
        return found[pick % len(found)]

    def may_still_write(self, work: ClaimedRender) -> bool:
        """Tell whether files written now will be collected if their worker dies.

        Known limit: a worker that is paused for longer than a lease, the grace and RENDER_SWEEP_AGAIN together, and
        then writes and dies, leaves its files behind.
        """
        owed = Garbage.objects.filter(design_id=work.design_id, number=work.number, attempt=work.attempt)
        return owed.exists() or Render.objects.filter(pk=work.render_id, lease_token=work.lease_token).exists()

    # What the reconciler and the world do ---------------------------------------------------------------------------

    @rule(
        step=st.sampled_from(
            [
                lifecycle.fail_poison_renders,
                lifecycle.raise_priority,
                lifecycle.discard_replaced,
                lifecycle.purge_deleted,
                collection.collect_garbage,
            ]
        )
    )
    def reconcile(self, step: Callable[[], int]) -> None:
        step()

    @rule(span=SPANS)
    def time_passes(self, span: str) -> None:
        passed = span_seconds(span)
        for model, fields in SHIFTED_TIME_FIELDS.items():
            model._default_manager.update(**{name: F(name) - timedelta(seconds=passed) for name in fields})
        for worker in self.workers:
            worker.batch.lease_ends -= passed

    @precondition(lambda self: not self.away.exists())
    @rule()
    def storage_breaks(self) -> None:
        """Replace the storage folder by a file: every write and deletion fails."""
        self.root.mkdir(exist_ok=True)
        self.root.rename(self.away)
        self.root.write_text("broken")

    @precondition(lambda self: self.away.exists())
    @rule()
    def storage_returns(self) -> None:
        self.root.unlink()
        self.away.rename(self.root)

    # What must hold -------------------------------------------------------------------------------------------------

    @property
    def root(self) -> Path:
        return settings.STORAGE.root / "designs"

    @property
    def away(self) -> Path:
        return settings.STORAGE.root / "designs-away"

    def look(self) -> snapshot.Snapshot:
        """Take a snapshot."""
        held = [(work.design_id, work.number, work.attempt) for worker in self.workers for work in worker.begun]
        seen = snapshot.take_snapshot(settings.STORAGE.root, held)
        if not self.away.exists():
            return seen
        return replace(seen, files={key.replace("-away", "", 1): sha for key, sha in seen.files.items()})

    @invariant()
    def no_bad_state_is_reached(self) -> None:
        seen = self.look()
        assert_no_faults(verdicts.find_faults(seen))
        for design in seen.designs:
            shown = design.published_revision or 0
            assert shown >= self.shown.get(design.id, 0), "a design went back to an older revision"
            self.shown[design.id] = shown

    def teardown(self) -> None:
        """Let all work and time finish: then every design is settled and no garbage is left."""
        try:
            self.come_to_rest()
            assert_no_faults(verdicts.find_faults_at_rest(self.look()))
        finally:
            delete_all_designs()

    def come_to_rest(self) -> None:
        """Repair the storage, end the workers, and let time pass until nothing is due."""
        if self.away.exists():
            self.storage_returns()
        while self.workers:
            self.stop(0)
        for _ in range(ROUNDS_TO_REST):
            self.time_passes("a day")
            while jobs.work_lane("preview"):
                pass
            for step in (
                lifecycle.fail_poison_renders,
                lifecycle.discard_replaced,
                collection.collect_garbage,
                lifecycle.purge_deleted,
            ):
                step()
            if not (Garbage.objects.exists() or Render.objects.filter(state__in=["queued", "running"]).exists()):
                break
        left = Render.objects.filter(state__in=[RenderState.QUEUED, RenderState.RUNNING])
        assert_no_faults([f"{render} never settles" for render in left])


def assert_no_faults(faults: list[str]) -> None:
    assert not faults, "\n".join(faults)
