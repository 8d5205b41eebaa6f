"""`manage.py install_catalogue [--overwrite PRODUCT] [--dry-run]`."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from designs.catalogue.install import InstallAction, find_changes, install_catalogue
from designs.catalogue.seed import PRODUCTS
from designs.models import Product


class Command(BaseCommand):
    """Install the shipped products."""

    help = (
        "Add the products of the shipped catalogue that the database lacks. A product that was changed here is left as"
        " it is, unless --overwrite names it. Safe to repeat. Designs that exist are not drawn again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --overwrite and --dry-run."""
        parser.add_argument(
            "--overwrite",
            action="append",
            default=[],
            choices=list(PRODUCTS),
            metavar="PRODUCT",
            help=(
                "replace this product's limits and print areas by the shipped ones, but not whether it is active;"
                f" may be repeated. Shipped: {', '.join(PRODUCTS)}"
            ),
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would be done and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Report one line a product."""
        unknown = set(options["overwrite"]) - set(PRODUCTS)  # call_command() does not check choices of appended values
        if unknown:
            raise CommandError(f"No shipped product is called {min(unknown)!r}. Shipped: {', '.join(PRODUCTS)}.")
        changes = {product.slug: list(find_changes(product)) for product in Product.objects.filter(slug__in=PRODUCTS)}
        with transaction.atomic():
            actions = install_catalogue(options["overwrite"])
            transaction.set_rollback(options["dry_run"])
        if options["verbosity"] > 0:
            for slug, action in actions.items():
                self.stdout.write(_describe_action(slug, action, changes.get(slug, [])))


def _describe_action(slug: str, action: InstallAction, changes: list[str]) -> str:
    line = f"{action.value:<12}{slug}"
    if action is InstallAction.LEFT:
        return f"{line}: differs in {', '.join(changes)} (--overwrite {slug} installs the shipped one)"
    return f"{line}: {', '.join(changes)}" if changes else line
