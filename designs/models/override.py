"""Findings that the shop prints in spite of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from designs.models.design import DesignRevision

CODE_LENGTH = 40
OVERRIDE_REASON_LENGTH = 500
KEY_LENGTH = 150


class Override(models.Model):
    """Errors of one code no longer stop one revision. A later revision has none: other data is another question."""

    revision = models.ForeignKey(
        DesignRevision, on_delete=models.CASCADE, related_name="overrides", db_index=False
    )  # override_code starts with it
    code = models.CharField(max_length=CODE_LENGTH)
    reason = models.CharField(max_length=OVERRIDE_REASON_LENGTH)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(
        max_length=KEY_LENGTH, blank=True, default="", help_text="Name and first characters of the API key, if any."
    )
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "code"], name="override_code"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.code}"
