"""Designs, and each version of their data."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from designs.models.product import Product
from designs.models.tenant import Tenant


class DesignStatus(models.TextChoices):
    """Status of a design as the API shows it."""

    DRAFT = "draft", "draft"
    RENDERING = "rendering", "rendering"
    PUBLISHED = "published", "published"
    FAILED = "failed", "failed"


class Design(models.Model):
    """A user's design for one product. Only `designs.lifecycle` writes its state."""

    newest_revisions: list[DesignRevision]  # set where a query fetched it with the design, or a create has made it

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="designs", db_index=False
    )  # design_by_owner starts with it
    test = models.BooleanField(default=False, db_default=False, help_text="Made by a test key.")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="designs", db_index=False
    )  # design_admin_by_product starts with it
    status = models.CharField(max_length=9, choices=DesignStatus, default=DesignStatus.DRAFT)
    revision = models.PositiveIntegerField(default=0, help_text="Number of the newest revision.")
    published_revision = models.PositiveIntegerField(
        null=True, help_text="Number of the revision that the published files show."
    )
    published_render = models.ForeignKey(
        "designs.Render",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Render whose files are the design's published files.",
    )
    render_count = models.PositiveIntegerField(default=0, help_text="Number of the newest render, in any lane.")
    asked_render = models.PositiveIntegerField(null=True, help_text="Number of the latest requested preview render.")
    event_count = models.PositiveIntegerField(default=0, help_text="Number of the newest event.")
    edit_count = models.PositiveIntegerField(default=0, help_text="Number of edits; If-Match compares it.")
    session_round = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="How often the design was finished; sessions of earlier rounds are read-only.",
    )
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)
    external_id = models.CharField(max_length=200, blank=True, default="")
    customer = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="The shop's id of its customer."
    )
    copied_from = models.UUIDField(null=True, help_text="The design that this one was copied from.")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The API's list: one owner's living designs, newest first, by keyset.
            models.Index(
                fields=["owner", "test", "-created_at", "-id"], condition=Q(deleted_at=None), name="design_list"
            ),
            # The same with ?status=: failed designs are few among many.
            models.Index(
                fields=["owner", "test", "status", "-created_at", "-id"],
                condition=Q(deleted_at=None),
                name="design_by_status",
            ),
            # The same with ?product_type=, for a product with few designs.
            models.Index(
                fields=["owner", "test", "product", "-created_at", "-id"],
                condition=Q(deleted_at=None),
                name="design_by_product",
            ),
            # ?external_id=, the shop's own number; the admin's search uses it without an owner.
            models.Index(fields=["external_id", "owner"], condition=~Q(external_id=""), name="design_by_number"),
            # ?customer=
            models.Index(fields=["customer", "owner"], condition=~Q(customer=""), name="design_by_customer"),
            # The admin's list: all designs, newest first.
            models.Index(fields=["-created_at", "-id"], name="design_admin_list"),
            # The admin's search for an owner; deleting a user.
            models.Index(fields=["owner", "-created_at", "-id"], name="design_by_owner"),
            # The admin's filter by product; deleting a product.
            models.Index(fields=["product", "-created_at", "-id"], name="design_admin_by_product"),
            # The admin's filter by status, without the status that nearly all have: the plain list finds that at once.
            models.Index(
                fields=["status", "-created_at", "-id"],
                condition=Q(deleted_at=None) & ~Q(status="published"),
                name="design_admin_by_status",
            ),
            # reconcile: tombstones to purge.
            models.Index(fields=["deleted_at"], condition=~Q(deleted_at=None), name="design_deleted"),
            # reconcile: drafts that nobody has edited for long.
            models.Index(fields=["updated_at"], condition=Q(status="draft", deleted_at=None), name="design_drafts"),
            # reconcile: old designs of test keys.
            models.Index(fields=["created_at"], condition=Q(test=True, deleted_at=None), name="design_test_old"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DesignStatus.values), name="design_status"),
            models.CheckConstraint(
                condition=~Q(status="published")
                | (Q(published_revision__isnull=False) & Q(published_render__isnull=False))
                | Q(deleted_at__isnull=False),
                name="design_published_has_files",
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(error_code=""), name="design_failed_has_reason"),
            models.CheckConstraint(
                condition=Q(published_revision=None) | Q(published_revision__lte=models.F("revision")),
                name="design_published_revision_exists",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def tenant(self) -> Tenant:
        """Owner and live/test mode."""
        return Tenant(self.owner_id, self.test)


class DesignRevision(models.Model):
    """One version of a design's data; immutable."""

    design = models.ForeignKey(
        Design, on_delete=models.CASCADE, related_name="revisions", db_index=False
    )  # revision_number starts with it
    number = models.PositiveIntegerField()
    design_data = models.JSONField()
    schema_version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the data as canonical JSON.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["design", "number"], name="revision_number")]

    def __str__(self) -> str:
        return f"{self.design_id} r{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the revision; TypeError for a second save, because renders may refer to this version."""
        if not self._state.adding:
            message = "A revision is immutable: make a new one."
            raise TypeError(message)
        super().save(*args, **kwargs)
