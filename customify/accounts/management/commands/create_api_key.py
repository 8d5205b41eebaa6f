"""`manage.py create_api_key USER --name N [--scope S …] [--test]`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customify.accounts.audit import ADDITION, log_key_change
from customify.accounts.models import ApiKey
from customify.accounts.scopes import DEFAULT_SCOPES, SCOPES


class Command(BaseCommand):
    """Create an API key."""

    help = "Create an API key for a user and print it. It is not shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add user, name, scopes, expiry and output format."""
        parser.add_argument("user", help="the user name the key acts for")
        parser.add_argument("--name", required=True, help="what uses the key, such as 'web shop'")
        parser.add_argument(
            "--scope",
            action="append",
            choices=sorted(SCOPES),
            help=f"a scope of the key; may be repeated (default: {', '.join(DEFAULT_SCOPES)})",
        )
        parser.add_argument(
            "--test",
            action="store_true",
            help="create a test key: it has a quota of its own, and what it creates is deleted after a while",
        )
        parser.add_argument("--days", type=int, help="days until the key expires (default: never)")
        parser.add_argument("--json", action="store_true", help='print only {"key": …}')

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Create the key; the secret is the last line printed."""
        users = get_user_model()
        user = users.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}. Create one: manage.py createsuperuser")
        if options["days"] is not None and options["days"] < 1:
            raise CommandError("--days must be 1 or more.")
        expires_at = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        try:
            key, secret = ApiKey.objects.issue_key(
                user, options["name"], expires_at, scopes=options["scope"] or DEFAULT_SCOPES, test=options["test"]
            )
        except ValidationError as error:
            raise CommandError(f"--name: {' '.join(error.messages)}") from error
        log_key_change(key, ADDITION, "Created by the command create_api_key.")
        if options["json"]:
            self.stdout.write(json.dumps({"key": secret}))
            return
        self.stderr.write(f"API key of {user}; it is not shown again:")
        self.stdout.write(secret)
