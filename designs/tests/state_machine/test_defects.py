"""With one safeguard removed, the state machine finds a fault in a scripted life; otherwise it finds none."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError
from django.db.models.functions import Now

from designs import lifecycle
from designs.lifecycle import StoredRender
from designs.models import Render
from designs.models.render import UNFINISHED, RenderQuerySet
from designs.tests.support.state_machine.machine import DesignLifeMachine

pytestmark = pytest.mark.django_db(transaction=True)

Step = tuple[str, dict[str, Any]]
ASKED: Step = ("request", {"owner": 0, "text": "one", "render": True})
CLAIMED: Step = ("claim", {"size": 1, "tells": True})
DRAWN: Step = ("draw_and_store", {"pick": 0})
CAUGHT: Step = ("be_caught_storing", {"pick": 0, "files": 1})
DEAD: Step = ("die", {"pick": 0})
OVER: Step = ("time_passes", {"span": "lease"})


class Defect(NamedTuple):
    """A patch that removes a safeguard, and a scripted life in which that shows."""

    holder: object
    attribute: str
    mutant: Callable[..., Any]
    life: list[Step]
    violation: str


def publish_without_condition(finished: list[StoredRender]) -> set[int]:
    for one in finished:
        Render.objects.filter(pk=one.work.render_id).update(
            state="running", lease_token=one.work.lease_token, lease_until=Now(), finished_at=None
        )
    return real_publish(finished)


def due_without_leases(self: RenderQuerySet, lane: str) -> RenderQuerySet:
    return self.filter(lane=lane, state__in=UNFINISHED)


def nothing(*args: object, **kwargs: object) -> int:
    return 0


def module(name: str) -> object:
    return sys.modules[f"designs.lifecycle.{name}"]


real_publish = lifecycle.publish_renders
DEFECTS = {
    "published without its condition": Defect(
        lifecycle,
        "publish_renders",
        publish_without_condition,
        [ASKED, CLAIMED, DRAWN, OVER, CLAIMED, DRAWN, ("publish", {"pick": 1}), ("publish", {"pick": 0})],
        "the newest render asked for is queued",
    ),
    "claimed without looking at the lease": Defect(
        RenderQuerySet, "filter_due", due_without_leases, [ASKED, CLAIMED, CLAIMED], "while another's lease held"
    ),
    "what a superseded worker stored is forgotten": Defect(
        module("request"),
        "add_running_garbage",
        nothing,
        [ASKED, CLAIMED, CAUGHT, ("edit", {"pick": 0, "text": "two", "render": True}), DEAD],
        "is nobody's",
    ),
    "what a dead worker stored is forgotten": Defect(
        module("claim"), "add_garbage", nothing, [ASKED, CLAIMED, CAUGHT, DEAD, OVER, CLAIMED], "is nobody's"
    ),
    "events are not counted": Defect(
        module("claim"), "save_event_counts", nothing, [ASKED, CLAIMED], "events of .* are numbered|event_number"
    ),
    "stored bytes are not counted": Defect(
        module("publish"), "add_bytes", nothing, [ASKED, CLAIMED, DRAWN, ("publish", {"pick": 0})], "are counted"
    ),
    "bytes that are given up are not given back": Defect(
        module("garbage"),
        "add_bytes",
        nothing,
        [ASKED, CLAIMED, DRAWN, ("publish", {"pick": 0}), ("delete", {"pick": 0})],
        "are counted",
    ),
    "poison is never ended": Defect(
        lifecycle, "fail_poison_renders", nothing, [ASKED, *[CLAIMED, DEAD, OVER] * 5], "never settles"
    ),
    "deleted designs are never purged": Defect(
        lifecycle, "purge_deleted", nothing, [ASKED, ("delete", {"pick": 0})], "was never purged"
    ),
}


def live(life: type[DesignLifeMachine], steps: list[Step]) -> None:
    """Run a scripted life, with the invariants checked after each step as Hypothesis does."""
    living = life()
    for name, arguments in steps:
        getattr(living, name)(**arguments)
        living.no_bad_state_is_reached()
    living.teardown()


@pytest.mark.parametrize("name", DEFECTS)
def test_the_state_machine_finds_every_seeded_defect(
    name: str, life: type[DesignLifeMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    defect = DEFECTS[name]
    live(life, defect.life)
    monkeypatch.setattr(defect.holder, defect.attribute, defect.mutant)
    with pytest.raises((AssertionError, IntegrityError), match=defect.violation):
        live(life, defect.life)
