"""`manage.py first_start`: a fresh deployment becomes usable."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, call_command
from django.db import transaction

from customify.accounts.models import ApiKey


class Command(BaseCommand):
    """Migrate; where there is no user yet, make a staff user and an API key and print both."""

    help = "Migrate, and on the very first start make a staff user and an API key and print them. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print the access where it was made just now, and nothing secret ever after."""
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        users = get_user_model().objects
        with transaction.atomic():
            if users.exists():
                self.stdout.write("There are users already: nothing to make.")
                return
            call_command("install_catalogue", verbosity=0)
            password = secrets.token_urlsafe(12)
            user = users.create_superuser("admin", "admin@example.com", password)
            _, key = ApiKey.objects.issue_key(user, "first start")
        self.stdout.write(f"Admin     {settings.PUBLIC_URL}/admin/   log in as admin with {password}")
        self.stdout.write(f"API       {settings.PUBLIC_URL}/api/v1/")
        self.stdout.write(f"Key       {key}")
        self.stdout.write("Both are shown only now. Change the password in the admin; revoke the key when not needed.")
