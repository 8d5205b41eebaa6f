"""Changes to keys outside the admin are written to the admin's log, so that all changes are in one place."""

from __future__ import annotations

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry

from customify.accounts.models import ApiKey

__all__ = ["ADDITION", "CHANGE", "log_key_change"]


def log_key_change(key: ApiKey, action: int, message: str) -> None:
    """Add an entry to the admin's log, under the key's user: a command has no other user."""
    LogEntry.objects.log_actions(key.user_id, [key], action, change_message=message)
