"""Whether a revision may be printed: what the shop, or a service it asks, has decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from designs.models.design import DesignRevision

REASON_LENGTH = 500


class ModerationState(models.TextChoices):
    """A decision about a revision; none is the absence of a row."""

    PENDING = "pending", "pending"
    APPROVED = "approved", "approved"
    REJECTED = "rejected", "rejected"


class Moderation(models.Model):
    """The latest decision about one revision. A later revision has none: other data is another question."""

    revision = models.OneToOneField(DesignRevision, primary_key=True, on_delete=models.CASCADE)
    state = models.CharField(max_length=8, choices=ModerationState)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ModerationState.values), name="moderation_state"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.state}"
