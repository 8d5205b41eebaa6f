"""The heartbeat of the reconciler: of all processes that must run, only it is missed by nobody until work is lost."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import Error
from django.db.models.expressions import ExpressionWrapper, F
from django.db.models.fields import DurationField
from django.db.models.functions import Now

from designs.heartbeats.file import beat_file
from designs.models import Heartbeat

NAME = "reconciler"
TICK_SECONDS = 60.0  # s that one tick may take, beside the pause before it

log = logging.getLogger(__name__)


def longest_silence() -> float:
    """Return after how many s without a heartbeat the reconciler counts as dead."""
    return float(settings.RENDER_RECONCILE_INTERVAL) + TICK_SECONDS


def beat() -> None:
    """Note that the reconciler works: in its file always, in the database if that answers."""
    beat_file(longest_silence())
    try:
        Heartbeat.objects.bulk_create(
            [Heartbeat(name=NAME, beat_at=Now())],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["beat_at"],
        )
    except Error as error:
        log.warning("the heartbeat could not be written: %s", error)


def read_silence() -> timedelta | None:
    """Return for how long no reconciler has sent a heartbeat, by the database's clock; None if none ever has."""
    silence = ExpressionWrapper(Now() - F("beat_at"), output_field=DurationField())
    found: timedelta | None = Heartbeat.objects.filter(name=NAME).values_list(silence, flat=True).first()
    return found
