"""Print files: what goes to the printer, made once for a revision and its options."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from designs.models.design import Design, DesignRevision
from designs.models.pin import Pin


class PrintFile(models.Model):
    """An order of files for print. Its pin keeps the render that makes them; without the pin it is gone.

    `options` are those that the caller gave, complete with their defaults. Their hash makes the same request get the
    same print file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    test = models.BooleanField(default=False, db_default=False, help_text="Made by a test key.")
    design = models.ForeignKey(
        Design, on_delete=models.CASCADE, related_name="print_files", db_index=False
    )  # print_file_list starts with it
    revision = models.ForeignKey(
        DesignRevision, on_delete=models.CASCADE, related_name="print_files", db_index=False
    )  # print_file_once starts with it
    pin = models.OneToOneField(Pin, on_delete=models.CASCADE, related_name="print_file")
    options = models.JSONField(help_text="Formats, placements and options.")
    options_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the options as canonical JSON.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "options_sha256"], name="print_file_once")]
        indexes = [
            # The API's list: a design's, newest first, by keyset.
            models.Index(fields=["design", "-created_at", "-id"], name="print_file_list"),
            # The admin's list: all of them, newest first.
            models.Index(fields=["-created_at", "-id"], name="print_file_admin_list"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
