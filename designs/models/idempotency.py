"""Idempotency keys: a create request or an upload that is sent twice makes one design or asset."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class ResourceKind(models.TextChoices):
    """What a request with an idempotency key made."""

    DESIGN = "design", "design"
    ASSET = "asset", "asset"


class IdempotencyKey(models.Model):
    """Written in the transaction that makes the design or asset; a repeated request gets that one."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    test = models.BooleanField(default=False, db_default=False, help_text="Sent with a test key.")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(help_text="HTTP status of the first response.")
    kind = models.CharField(max_length=6, choices=ResourceKind, default="design", db_default="design")
    design_id = models.UUIDField(help_text="The design, or the asset.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="idempotency_old")]  # reconcile: old keys to delete
        constraints = [models.UniqueConstraint(fields=["owner", "test", "key"], name="idempotency_key")]

    def __str__(self) -> str:
        return self.key
