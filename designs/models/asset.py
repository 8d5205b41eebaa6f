"""An uploaded picture, cleaned before anything uses it."""

from __future__ import annotations

import uuid
from typing import NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from designs.models.design import DesignRevision
from rendering import keys

FILE_SUFFIXES = {"jpeg": "jpg", "png": "png"}
FILE_NAME_LENGTH = 200  # characters of an upload's own name that are kept


class AssetQuerySet(models.QuerySet["Asset"]):
    """Finding assets."""

    def filter_usable(self) -> Self:
        """Keep those that are stored and not deleted."""
        return self.filter(stored_at__isnull=False, deleted_at=None)

    def for_design(self, design_id: uuid.UUID) -> Self:
        """Keep those that were uploaded for a design, or that it draws from."""
        drawn = AssetUse.objects.filter(asset=models.OuterRef("pk"), revision__design=design_id)
        return self.filter(Q(uploaded_for=design_id) | models.Exists(drawn))


class AssetKeys(NamedTuple):
    """Where an asset's copies lie in private storage; a small picture's working copy is itself."""

    full: str
    working: str

    def unique_keys(self) -> list[str]:
        """Return each of them once."""
        return list(dict.fromkeys(self))


class Asset(models.Model):
    """A picture rebuilt from its pixels, with a working copy for the screen; both lie in private storage.

    The row is written before its files and marked when they are stored, so that no file is ever without a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assets", db_index=False
    )  # asset_by_owner begins with it
    test = models.BooleanField(default=False, db_default=False, help_text="Made by a test key.")
    uploaded_for = models.UUIDField(null=True, help_text="The design whose session uploaded it; none: a key did.")
    file_name = models.CharField(
        max_length=FILE_NAME_LENGTH, blank=True, help_text="As the uploader called it: a text, never a path."
    )
    format = models.CharField(max_length=4, help_text="jpeg, or png where it is transparent.")
    width = models.PositiveIntegerField(help_text="px")
    height = models.PositiveIntegerField(help_text="px")
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    working_width = models.PositiveIntegerField(help_text="px")
    working_height = models.PositiveIntegerField(help_text="px")
    working_bytes = models.PositiveBigIntegerField()
    working_sha256 = models.CharField(max_length=64)
    colors = models.JSONField(default=list, help_text="Dominant colours, the largest share first.")
    created_at = models.DateTimeField(db_default=Now())
    stored_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes = [
            # The API's list: one owner's assets, newest first, by keyset.
            models.Index(
                fields=["owner", "test", "-created_at", "-id"],
                condition=Q(stored_at__isnull=False, deleted_at=None),
                name="asset_list",
            ),
            # A designer session's uploads: how many there are, and those to delete with their design.
            models.Index(fields=["uploaded_for"], condition=Q(uploaded_for__isnull=False), name="asset_uploaded_for"),
            # The admin's list: all of them, newest first.
            models.Index(fields=["-created_at", "-id"], name="asset_admin_list"),
            # The admin's search for an owner; deleting a user.
            models.Index(fields=["owner", "-created_at", "-id"], name="asset_by_owner"),
            # reconcile: files to delete.
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="asset_deleted"),
            # reconcile: uploads that were never stored.
            models.Index(fields=["created_at"], condition=Q(stored_at=None, deleted_at=None), name="asset_abandoned"),
            # reconcile: what test keys made long ago.
            models.Index(fields=["created_at"], condition=Q(test=True, deleted_at=None), name="asset_test_old"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(format__in=["jpeg", "png"]), name="asset_format"),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0, bytes__gt=0, working_width__gt=0, working_height__gt=0),
                name="asset_sizes",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def has_working_copy(self) -> bool:
        """Whether there is a smaller copy: a small picture is its own."""
        return self.working_sha256 != self.sha256

    @property
    def keys(self) -> AssetKeys:
        """The storage keys of its copies."""
        suffix = FILE_SUFFIXES[self.format]
        full = keys.asset_key(self.pk, f"full.{suffix}")
        return AssetKeys(full, keys.asset_key(self.pk, f"working.{suffix}") if self.has_working_copy else full)

    @property
    def stored_bytes(self) -> int:
        """What its copies take in storage."""
        return self.bytes + (self.working_bytes if self.has_working_copy else 0)


class AssetUse(models.Model):
    """A revision that draws from an asset: written with the revision, so that the asset stays while it is needed."""

    revision = models.ForeignKey(
        DesignRevision, on_delete=models.CASCADE, related_name="asset_uses", db_index=False
    )  # asset_use_once begins with it
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "asset"], name="asset_use_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.asset_id}"
