"""`manage.py first_start`: prepares a new deployment."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, call_command
from django.db import transaction

from customify.accounts.models import ApiKey


class Command(BaseCommand):
    """Migrate; if there is no user yet, create a superuser and an API key and print both."""

    help = "Migrate; on the very first start create a superuser and an API key and print them. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print the credentials only if they have just been created."""
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        users = get_user_model().objects
        with transaction.atomic():
            if users.exists():
                self.stdout.write("There are users already: nothing to create.")
                return
            call_command("install_catalogue", verbosity=0)
            password = secrets.token_urlsafe(12)
            user = users.create_superuser("admin", "admin@example.com", password)
            _, key = ApiKey.objects.issue_key(user, "first start")
        self.stdout.write(f"Admin     {settings.PUBLIC_URL}/admin/   log in as admin with {password}")
        self.stdout.write(f"API       {settings.PUBLIC_URL}/api/v1/")
        self.stdout.write(f"Key       {key}")
        self.stdout.write(
            "Neither is shown again. Change the password in the admin, and revoke the key when you do not need it."
        )
