from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import redis

from designs import services
from designs.broker import notify
from designs.events.subscriber import parse_design_ids
from designs.models import Design
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign, RunLane

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[set[UUID]]:
    """The design ids of each published message."""
    found: list[set[UUID]] = []
    monkeypatch.setattr(notify, "notify_watchers", lambda ids: found.append(set(ids)))
    return found


def test_creating_a_design_sends_no_notification(messages: list[set[UUID]], make_design: MakeDesign) -> None:
    make_design()
    assert messages == []


def test_each_transaction_sends_one_message(
    messages: list[set[UUID]], make_design: MakeDesign, run_lane: RunLane
) -> None:
    both = {make_design().pk, make_design("other").pk}
    run_lane()
    assert messages[0] == both  # claimed together
    assert set().union(*messages) == both
    assert len(messages) <= 4


def test_a_rolled_back_transaction_sends_no_message(messages: list[set[UUID]], design: Design) -> None:
    with pytest.raises(services.EditConflictError):
        services.edit_design(design.pk, services.DesignEdit(metadata={}, seen_edit_count=99), None)
    assert messages == []
    factories.edit_design(design, external_id="A 1")
    services.delete_design(design.pk, None)
    assert messages == [{design.pk}] * 2


def test_a_notification_error_fails_no_transaction(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(notify, "notify_watchers", fail)
    assert factories.edit_design(design, external_id="A 2").external_id == "A 2"


def test_a_message_names_designs_and_invalid_names_are_ignored(
    design: Design, empty_redis: redis.Redis, run_lane: RunLane
) -> None:
    with empty_redis.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(notify.CHANNEL)
        heard.get_message(timeout=5)
        factories.edit_design(design, external_id="A 1")
        message: dict[str, Any] | None = None
        while message is None or design.pk not in parse_design_ids(
            message["data"]
        ):  # messages about other tests' designs arrive too
            message = heard.get_message(timeout=20)
            assert message is not None
    assert parse_design_ids(b"x \xff " + design.pk.hex.encode() + b" 12") == [design.pk]
