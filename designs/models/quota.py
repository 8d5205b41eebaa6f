"""Quotas: what an owner uses, and the limits of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models

LIMIT_HELP = "0 is no limit. Leave empty to use the default."


class Quota(models.Model):
    """What one owner uses in live or in test mode, and the limits that an administrator set for them.

    Kept as counters, so that a look-up costs one row. Only `designs.lifecycle.quotas` writes them.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quotas")
    test = models.BooleanField(default=False, db_default=False, help_text="Counts what test keys make.")
    month = models.DateField(help_text="First day of the month that `designs` counts.")
    designs = models.PositiveIntegerField(default=0, help_text="Designs made in that month.")
    storage_bytes = models.BigIntegerField(default=0, help_text="Bytes of all stored files and assets.")

    drafts_limit = models.PositiveIntegerField(null=True, blank=True, help_text=f"Drafts. {LIMIT_HELP}")
    designs_limit = models.PositiveIntegerField(null=True, blank=True, help_text=f"Designs per month. {LIMIT_HELP}")
    renders_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text=f"Unfinished renders in each lane. {LIMIT_HELP}"
    )
    storage_limit = models.PositiveBigIntegerField(null=True, blank=True, help_text=f"Bytes. {LIMIT_HELP}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "test"], name="quota_owner")]

    def __str__(self) -> str:
        return f"{self.owner_id} ({'test' if self.test else 'live'})"
