"""`manage.py rotate_api_key START [--hours N]`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from customify.accounts.audit import ADDITION, CHANGE, log_key_change
from customify.accounts.models import ROTATION_OVERLAP, START_LENGTH, AlreadyRotatedError, ApiKey, printable_or_empty

DEFAULT_HOURS = ROTATION_OVERLAP.total_seconds() / 3600


class Command(BaseCommand):
    """Create a replacement for an API key."""

    help = "Create a replacement for an API key and print it. The old key keeps working for a while."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the key's first characters, the overlap and the output format."""
        parser.add_argument("start", help=f"the key's first {START_LENGTH} characters, as the admin shows them")
        parser.add_argument(
            "--hours",
            type=float,
            default=DEFAULT_HOURS,
            help="hours for which the old key keeps working (default: %(default)g)",
        )
        parser.add_argument("--json", action="store_true", help='print only {"key": …}')

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Rotate the key; the new secret is the last line printed."""
        if not 0 <= options["hours"] <= 8760:
            raise CommandError("--hours must be from 0 to 8760.")
        old = self._find_key(options["start"])
        try:
            new, secret = ApiKey.objects.rotate_key(old, timedelta(hours=options["hours"]))
        except AlreadyRotatedError as error:
            raise CommandError(
                f"{old} was already rotated, or is no longer usable. Create a new key instead."
            ) from error
        hours = f"{options['hours']:g} hours"
        log_key_change(old, CHANGE, f"Rotated by command: replaced by {new.start}…; this key works for {hours} more.")
        log_key_change(new, ADDITION, f"Created by the command rotate_api_key to replace {old.start}….")
        if options["json"]:
            self.stdout.write(json.dumps({"key": secret}))
            return
        self.stderr.write(f"{old} works for {hours} more. The new key of {new.user}; it is not shown again:")
        self.stdout.write(secret)

    def _find_key(self, start: str) -> ApiKey:
        keys = list(ApiKey.objects.usable().filter(start=printable_or_empty(start.rstrip("…")[:START_LENGTH]))[:2])
        if len(keys) != 1:
            problem = "more than one usable key starts" if keys else "no usable key starts"
            raise CommandError(f"{problem.capitalize()} with {start!r}. See the list in the admin.")
        return keys[0]
