"""What was done to keys outside the admin, in the admin's own log: one place to look who did what."""

from __future__ import annotations

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry

from customify.accounts.models import ApiKey

__all__ = ["ADDITION", "CHANGE", "log_key_change"]


def log_key_change(key: ApiKey, action: int, message: str) -> None:
    """Write a line about a key, under its user's name: a command knows nobody else."""
    LogEntry.objects.log_actions(key.user_id, [key], action, change_message=message)
