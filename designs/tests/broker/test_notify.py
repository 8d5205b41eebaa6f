from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import redis

from designs import services
from designs.broker import notify
from designs.events.subscriber import ids_of
from designs.models import Design
from designs.tests.conftest import MakeDesign, RunLane
from designs.tests.support import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[set[UUID]]:
    """The designs of each message that is published."""
    found: list[set[UUID]] = []
    monkeypatch.setattr(notify, "tell", lambda ids: found.append(set(ids)))
    return found


def test_nobody_of_a_design_that_is_being_made(told: list[set[UUID]], make_design: MakeDesign) -> None:
    make_design()
    assert told == []


def test_one_message_a_transaction(told: list[set[UUID]], make_design: MakeDesign, run_lane: RunLane) -> None:
    both = {make_design().pk, make_design("other").pk}
    run_lane()
    assert told[0] == both  # claimed together
    assert set().union(*told) == both
    assert len(told) <= 4


def test_what_is_rolled_back_is_not_told(told: list[set[UUID]], design: Design) -> None:
    with pytest.raises(services.EditConflictError):
        services.edit_design(design.pk, services.Edit(metadata={}, seen_edit_count=99), None)
    assert told == []
    factories.edit(design, external_id="A 1")
    services.delete_design(design.pk, None)
    assert told == [{design.pk}] * 2


def test_an_error_in_telling_fails_nothing_that_was_done(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(notify, "tell", fail)
    assert factories.edit(design, external_id="A 2").external_id == "A 2"


def test_a_message_names_designs_and_what_is_no_name_is_passed_over(
    design: Design, empty_redis: redis.Redis, run_lane: RunLane
) -> None:
    with empty_redis.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(notify.CHANNEL)
        heard.get_message(timeout=5)
        factories.edit(design, external_id="A 1")
        message: dict[str, Any] | None = None
        while message is None or design.pk not in ids_of(message["data"]):  # other tests' designs are told there too
            message = heard.get_message(timeout=20)
            assert message is not None
    assert ids_of(b"x \xff " + design.pk.hex.encode() + b" 12") == [design.pk]
