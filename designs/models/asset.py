"""Uploaded pictures, cleaned before anything uses them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from designs.models.design import DesignRevision
from rendering import keys

FILE_SUFFIXES = {"jpeg": "jpg", "png": "png"}
FILE_NAME_LENGTH = 200  # characters kept of the name that the uploader gave


class AssetQuerySet(models.QuerySet["Asset"]):
    """Queries for assets."""

    def filter_usable(self) -> Self:
        """Keep those that are stored and not deleted."""
        return self.filter(stored_at__isnull=False, deleted_at=None)

    def for_design(self, design_id: uuid.UUID, shared: Collection[str] = ()) -> Self:
        """Keep those that were uploaded for a design, that a revision of it draws from, or whose ids are `shared`."""
        drawn = AssetUse.objects.filter(asset=models.OuterRef("pk"), revision__design=design_id)
        listed = Q(pk__in=shared) if shared else Q()
        return self.filter(Q(uploaded_for=design_id) | models.Exists(drawn) | listed)


class AssetKeys(NamedTuple):
    """Storage keys of an asset's copies, in private storage; both are the same for a small picture."""

    full: str
    working: str

    def unique_keys(self) -> list[str]:
        """Return the keys without the duplicate."""
        return list(dict.fromkeys(self))


class Asset(models.Model):
    """A picture rebuilt from its pixels, with a smaller working copy for the screen; both are in private storage.

    The row is written before the files and marked when they are stored, so that no file is ever without a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assets", db_index=False
    )  # asset_by_owner starts with it
    test = models.BooleanField(default=False, db_default=False, help_text="Made by a test key.")
    uploaded_for = models.UUIDField(
        null=True, help_text="The design whose session uploaded it; empty if an API key did."
    )
    file_name = models.CharField(
        max_length=FILE_NAME_LENGTH,
        blank=True,
        help_text="Name given by the uploader; shown only, never used as a path.",
    )
    format = models.CharField(max_length=4, help_text="jpeg, or png if the picture has transparency.")
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
            # A designer session's uploads: to count them, and to delete them with their design.
            models.Index(fields=["uploaded_for"], condition=Q(uploaded_for__isnull=False), name="asset_uploaded_for"),
            # The admin's list: all of them, newest first.
            models.Index(fields=["-created_at", "-id"], name="asset_admin_list"),
            # The admin's search for an owner; deleting a user.
            models.Index(fields=["owner", "-created_at", "-id"], name="asset_by_owner"),
            # reconcile: files to delete.
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="asset_deleted"),
            # reconcile: uploads that were never stored.
            models.Index(fields=["created_at"], condition=Q(stored_at=None, deleted_at=None), name="asset_abandoned"),
            # reconcile: old assets of test keys.
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
        """Whether the working copy is a file of its own: for a small picture it is the full copy."""
        return self.working_sha256 != self.sha256

    @property
    def keys(self) -> AssetKeys:
        """The storage keys of both copies."""
        suffix = FILE_SUFFIXES[self.format]
        full = keys.asset_key(self.pk, f"full.{suffix}")
        return AssetKeys(full, keys.asset_key(self.pk, f"working.{suffix}") if self.has_working_copy else full)

    @property
    def stored_bytes(self) -> int:
        """Size of its copies in storage, in bytes."""
        return self.bytes + (self.working_bytes if self.has_working_copy else 0)


class AssetUse(models.Model):
    """A revision draws from an asset. Written with the revision, so that an asset in use is not deleted."""

    revision = models.ForeignKey(
        DesignRevision, on_delete=models.CASCADE, related_name="asset_uses", db_index=False
    )  # asset_use_once starts with it
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "asset"], name="asset_use_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.asset_id}"
