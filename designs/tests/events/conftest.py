"""A server, a shop's key and design, and things that happen to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from customify.accounts.models import ApiKey
from customify.tests.web.conftest import serve
from designs.broker import client
from designs.lifecycle.locks import lock_designs, next_event, save_event_counts, write_events
from designs.models import Design, EventType
from designs.tests.support import factories

__all__ = ["serve"]

Happen = Callable[..., None]


@pytest.fixture(autouse=True)
def fresh_telling() -> Iterator[None]:
    """No memory of another test's Redis."""
    client.reset_for_tests()
    yield
    client.reset_for_tests()


@pytest.fixture
def key(design: Design) -> str:
    """A key of the design's owner."""
    return ApiKey.objects.issue_key(design.owner, "live")[1]


def add_events(design: Design, times: int = 1) -> None:
    """Let something happen to a design: a stage of its render, as a worker tells it."""
    for _ in range(times):
        with transaction.atomic():
            locked = lock_designs([design.pk])[design.pk]
            write_events([next_event(locked, EventType.STAGE, {"stage": "drawing", "words": "ä\nb"})])
            save_event_counts([locked])


def make_another_design(design: Design) -> Design:
    """Make another design of the same owner."""
    return factories.make_design(design.owner, "another")
