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
    """Make a key that takes another's place."""

    help = "Make an API key that takes another's place and print it: the old one works for a while more."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the key's first characters, the overlap, and the form of the answer."""
        parser.add_argument("start", help=f"the key's first {START_LENGTH} characters, as the admin shows them")
        parser.add_argument(
            "--hours",
            type=float,
            default=DEFAULT_HOURS,
            help="how long the old key works on (default: %(default)g)",
        )
        parser.add_argument("--json", action="store_true", help='print {"key": …} alone')

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Rotate the key; the new secret is the last line printed."""
        if not 0 <= options["hours"] <= 8760:
            raise CommandError("--hours must be from 0 to 8760.")
        old = self._find_key(options["start"])
        try:
            new, secret = ApiKey.objects.rotate_key(old, timedelta(hours=options["hours"]))
        except AlreadyRotatedError as error:
            raise CommandError(f"{old} was rotated already, or works no more. Make a new key instead.") from error
        hours = f"{options['hours']:g} hours"
        log_key_change(old, CHANGE, f"Rotated by command: {new.start}… takes its place; it works for {hours} more.")
        log_key_change(new, ADDITION, f"Made by the command rotate_api_key, in the place of {old.start}….")
        if options["json"]:
            self.stdout.write(json.dumps({"key": secret}))
            return
        self.stderr.write(f"{old} works for {hours} more. The new key of {new.user}, shown only now:")
        self.stdout.write(secret)

    def _find_key(self, start: str) -> ApiKey:
        found = list(ApiKey.objects.usable().filter(start=printable_or_empty(start.rstrip("…")[:START_LENGTH]))[:2])
        if len(found) != 1:
            many = "more than one usable key begins" if found else "no usable key begins"
            raise CommandError(f"{many.capitalize()} with {start!r}. Look at the list in the admin.")
        return found[0]
