"""Files to delete: written in the transaction that discards them, kept until the storage has deleted them."""

from __future__ import annotations

from django.db import models

from rendering import keys

ASSET_GARBAGE = "asset"  # in the column `lane`: the files of an asset, whose id is in `design_id`


class Garbage(models.Model):
    """The files of one attempt or of an asset; their keys follow from these values.

    No foreign keys: it outlives the rows of its design or asset.
    """

    design_id = models.UUIDField()
    number = models.PositiveIntegerField(help_text="Number of the render within its design.")
    attempt = models.PositiveIntegerField()
    nonce = models.CharField(
        max_length=keys.NONCE_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="Random part of the attempt's keys.",
    )
    lane = models.CharField(max_length=7, help_text="Decides which storage holds the files.")
    names = models.JSONField(help_text="File names from the render's snapshot.")
    due_at = models.DateTimeField(help_text="Earliest time of deletion: a PUT may still be in flight before.")
    again = models.BooleanField(default=False, help_text="Delete once more later: a paused worker may still write.")

    class Meta:
        verbose_name_plural = "garbage"
        indexes = [models.Index(fields=["due_at"], name="garbage_due")]  # sweep: what is due, oldest first

    def __str__(self) -> str:
        return f"{self.design_id}/{self.number}-{self.attempt}"
