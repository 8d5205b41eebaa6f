"""Prepares tables, owners and API keys, and prints the keys (`python -m customify.testing.chaos.prepare OWNERS`)."""

from __future__ import annotations

import json
import os
import sys

import django
from django.core.management import call_command


def prepare_database(owners: int) -> list[str]:
    """Migrate, create the users and return an API key of each."""
    call_command("migrate", interactive=False, verbosity=0)
    from django.contrib.auth.models import User  # noqa: PLC0415 - needs the settings

    from customify.accounts.models import ApiKey  # noqa: PLC0415

    users = [User.objects.create_user(f"owner-{number}") for number in range(owners)]
    return [ApiKey.objects.issue_key(user, "chaos")[1] for user in users]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
    django.setup()
    sys.stdout.write(json.dumps(prepare_database(int(sys.argv[1]))))
