"""Events of designs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class EventType(models.TextChoices):
    """What happened to the design."""

    CREATED = "created", "created"
    EDITED = "edited", "edited"
    REQUESTED = "requested", "requested"
    CLAIMED = "claimed", "claimed"
    STAGE = "stage", "stage"
    RETRYING = "retrying", "retrying"
    PUBLISHED = "published", "published"
    COMPLETED = "completed", "completed"
    FAILED = "failed", "failed"
    FINISHED = "finished", "finished"
    PINNED = "pinned", "pinned"
    UNPINNED = "unpinned", "unpinned"
    MODERATED = "moderated", "moderated"
    OVERRIDDEN = "overridden", "overridden"
    PRINT_READY = "print_ready", "print ready"
    PRINT_FAILED = "print_failed", "print failed"
    DELETED = "deleted", "deleted"


class Event(models.Model):
    """An event, numbered within its design under the design's row lock.

    It has no foreign key to the design, because it outlives the design's rows.
    """

    design_id = models.UUIDField()
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=12, choices=EventType)
    owner_id = models.BigIntegerField(help_text="Id of the design's owner.")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="User who caused it; empty for the system.",
    )
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["design_id", "number"]
        constraints = [models.UniqueConstraint(fields=["design_id", "number"], name="event_number")]

    def __str__(self) -> str:
        return f"{self.design_id} {self.number} {self.type}"
