"""Tells watchers that designs have new events. It is only a hint: the rows of the events are the truth."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from designs.broker import client

CHANNEL = "customify:designs"


def notify_on_commit(design_ids: Collection[UUID]) -> None:
    """Notify watchers of these designs, by one message, when the current transaction commits."""
    if design_ids:
        # Robust: a hint that fails must not fail the request, which is committed. (Django would log a partial's name.)
        transaction.on_commit(lambda: notify_watchers(design_ids), robust=True)


def notify_watchers(design_ids: Collection[UUID]) -> None:
    """Notify watchers of these designs now. Never raises for Redis: watchers also poll the rows, if later."""
    names = " ".join(design_id.hex for design_id in design_ids)
    client.ask_redis(lambda redis: redis.publish(CHANNEL, names))
