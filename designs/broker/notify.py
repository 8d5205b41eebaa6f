"""Tells those who watch designs that something happened to them. Only a hint: the events' rows are the truth."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from designs.broker import client

CHANNEL = "customify:designs"


def notify_on_commit(design_ids: Collection[UUID]) -> None:
    """Name designs with new events to whoever watches, by one message once the transaction in hand has committed."""
    if design_ids:
        # Robust: what is committed stands, whatever becomes of a hint. (A partial has no name, which Django would log.)
        transaction.on_commit(lambda: notify_watchers(design_ids), robust=True)


def notify_watchers(design_ids: Collection[UUID]) -> None:
    """Name designs with new events now. Never raises for Redis: watchers look at the rows by themselves, if later."""
    names = " ".join(one.hex for one in design_ids)
    client.ask_redis(lambda redis: redis.publish(CHANNEL, names))
