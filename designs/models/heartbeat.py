"""Heartbeats: when a process of which there must be one, such as the reconciler, last did its work."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """When a process last worked, by the database's clock. Several of one name share a row."""

    name = models.CharField(max_length=32, primary_key=True)
    beat_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%Y-%m-%d %H:%M:%S}"
