"""`manage.py install_catalogue [--overwrite PRODUCT] [--dry-run]`."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from designs.catalogue.install import InstallAction, find_changes, install_catalogue, read_shipped_rows
from designs.catalogue.shipped import shipped_names

_VARIANTS_SHOWN = 3


class Command(BaseCommand):
    """Install the shipped techniques and products."""

    help = (
        "Add the techniques and products of the shipped catalogue that the database lacks. One that nobody has changed"
        " here since an earlier version shipped it becomes the newest one. One that was changed here is left as it is,"
        " unless --overwrite names it. Safe to repeat. Designs that exist are not drawn again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --overwrite and --dry-run."""
        parser.add_argument(
            "--overwrite",
            action="append",
            default=[],
            choices=shipped_names(),
            metavar="NAME",
            help=(
                "replace this product's fields, print areas and variants by the shipped ones, but not what is active;"
                " variants added here become inactive. Or replace this technique. May be repeated. Shipped:"
                f" {', '.join(shipped_names())}"
            ),
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would be done and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Report one line a product."""
        names = shipped_names()
        unknown = set(options["overwrite"]) - set(names)  # call_command() does not check choices of appended values
        if unknown:
            raise CommandError(f"Nothing shipped is called {min(unknown)!r}. Shipped: {', '.join(names)}.")
        stored = read_shipped_rows()
        changes = {name: list(find_changes(name, stored)) for name in names}
        with transaction.atomic():
            actions = install_catalogue(options["overwrite"])
            transaction.set_rollback(options["dry_run"])
        if options["verbosity"] > 0:
            for name, action in actions.items():
                self.stdout.write(_describe_action(name, action, changes[name]))


def _describe_action(name: str, action: InstallAction, changes: list[str]) -> str:
    line, shown = f"{action.value:<12}{name}", _shorten(changes)
    if action is InstallAction.LEFT:
        return f"{line}: differs in {shown} (--overwrite {name} installs the shipped one)"
    return f"{line}: {shown}" if changes else line


def _shorten(changes: list[str]) -> str:
    """Return names for people: the variants of a product may be hundreds."""
    variants = [each for each in changes if each.startswith("variant ")]
    if len(variants) <= _VARIANTS_SHOWN:
        return ", ".join(changes)
    return ", ".join([*(each for each in changes if each not in variants), f"{len(variants)} variants"])
