"""Files to delete: written in the transaction that gives them up, kept until storage has let go of them."""

from __future__ import annotations

from django.db import models


class Garbage(models.Model):
    """The files of one attempt. No foreign keys: it outlives the purge of its design. Keys follow from these values."""

    design_id = models.UUIDField()
    number = models.PositiveIntegerField(help_text="The render's, within its design.")
    attempt = models.PositiveIntegerField()
    lane = models.CharField(max_length=7, help_text="Says which storage holds them.")
    names = models.JSONField(help_text="The file names the render had frozen.")
    due_at = models.DateTimeField(help_text="Not before: a PUT may still be in flight.")
    again = models.BooleanField(default=False, help_text="Sweep once more later: a paused worker may still write.")

    class Meta:
        verbose_name_plural = "garbage"
        indexes = [models.Index(fields=["due_at"], name="garbage_due")]  # sweep: what is due, oldest first

    def __str__(self) -> str:
        return f"{self.design_id}/{self.number}-{self.attempt}"
