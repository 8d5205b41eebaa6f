"""`manage.py loadcatalogue FILE.toml [--check] [--prune]`."""

from __future__ import annotations

import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.management.base import DjangoHelpFormatter
from django.db import IntegrityError, transaction

from designs.catalogue.file import CatalogueFileError, read_file
from designs.catalogue.merge import describe_changes, merge_catalogues
from designs.catalogue.store import store_catalogue
from designs.catalogue.stored import StoredCatalogueError, read_catalogue
from designs.models import Product

_LONG = 1_000  # variants in a file from which on progress is shown
_SIZE_MAX = 64_000_000  # bytes

HELP = """\
Load products, their print areas and variants, and techniques from a TOML file. docs/catalogue.md describes it.

A file with any mistake is refused as a whole, and every mistake is named with its line, field and fix. All changes are
listed before anything is written: + is added, ~ changed, - removed. They are written in one transaction.

What the file does not name stays as it is. Published and ordered designs keep the rules that they were drawn by.
"""
EPILOG = """\
examples:
  manage.py dumpcatalogue --out shop.toml      write what there is to a file; edit it, then
  manage.py loadcatalogue shop.toml --check    list mistakes and changes, and write nothing
  manage.py loadcatalogue shop.toml            do it
  manage.py dumpcatalogue | ssh shop manage.py loadcatalogue -    copy a catalogue to another installation
"""


class HelpFormatter(RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the lines of the help, and puts this command's options before Django's."""


class Command(BaseCommand):
    """Load a catalogue file."""

    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Keep the lines of the help as they are."""
        parser = super().create_parser(prog_name, subcommand, epilog=EPILOG, **kwargs)
        parser.formatter_class = HelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, --check and --prune."""
        parser.add_argument("file", metavar="FILE", help="the TOML file; - reads standard input")
        parser.add_argument("--check", action="store_true", help="list mistakes and changes, but write nothing")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="deactivate products and variants that the file lacks, and remove print areas that it lacks of its"
            " products. No product, variant or design is deleted.",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Compare and store in one transaction, so that what is listed is what is done."""
        data = _read(options["file"])
        try:
            with transaction.atomic():
                self._load(data, options)
        except CatalogueFileError as error:
            count = len(error.mistakes)
            head = f"{options['file']} has {count} mistake{'' if count == 1 else 's'}; nothing was changed."
            raise CommandError("\n".join([head, *(f"  {mistake}" for mistake in error.mistakes)])) from None
        except StoredCatalogueError as error:
            raise CommandError(f"{error} Nothing was changed.") from None
        except IntegrityError as error:
            cause = f"The catalogue was changed by somebody else at the same time ({str(error).splitlines()[0]})."
            raise CommandError(f"{cause} Nothing was changed here: run the command again.") from error

    def _load(self, data: bytes, options: dict[str, Any]) -> None:
        # Locked, so that a change in the admin meanwhile is neither overwritten unseen nor lost.
        list(Product.objects.select_for_update().order_by("pk").values_list("pk"))
        stored = read_catalogue()
        owners = {variant.sku: slug for slug, product in stored.products.items() for variant in product.variants}
        file = read_file(data, stored.techniques, owners)
        variants = sum(len(product.variants) for product in file.products.values())
        is_long = variants >= _LONG and options["verbosity"] > 0
        if is_long:
            self.stderr.write(f"Read {len(file.products):,} products with {variants:,} variants; no mistakes.")
        wanted = merge_catalogues(stored, file, prune=options["prune"])
        changes = list(describe_changes(stored, wanted))
        if options["verbosity"] > 0:
            self.stdout.writelines(f"{line}\n" for line in changes)
            self.stdout.flush()
        if not changes:
            done = "Nothing to do: the catalogue is as in the file."
        elif options["check"]:
            done = f"{_count(changes)} would be made; nothing was written."
        else:
            store_catalogue(stored, wanted, lambda line: self.stderr.write(f"Wrote {line}.") if is_long else None)
            done = f"{_count(changes)} made."
        if options["verbosity"] > 0:
            self.stdout.write(done)


def _read(name: str) -> bytes:
    try:
        data = sys.stdin.buffer.read(_SIZE_MAX + 1) if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}. Check the path.") from None
    if len(data) > _SIZE_MAX:
        raise CommandError(f"{name} has more than {_SIZE_MAX // 1_000_000} MB. Split it: what a file lacks stays.")
    return data


def _count(changes: list[str]) -> str:
    return f"{len(changes):,} change{'' if len(changes) == 1 else 's'}"
