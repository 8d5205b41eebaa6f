"""`manage.py dumpcatalogue [--out FILE] [--schema]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from designs.catalogue.dump import SCHEMA_NAME, dump_catalogue, dump_schema
from designs.catalogue.file import CatalogueFileError, read_file
from designs.catalogue.stored import StoredCatalogueError, read_catalogue


class Command(BaseCommand):
    """Write the catalogue as a file."""

    help = (
        "Write all techniques and products, with their print areas and variants, as a TOML file that loadcatalogue"
        " reads. The same catalogue gives the same bytes, so that the file can be kept under version control."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --out and --schema."""
        parser.add_argument("--out", metavar="FILE", help="write to this file instead of standard output")
        parser.add_argument(
            "--schema",
            action="store_true",
            help=f"write the file's JSON Schema instead, with which editors check it: --schema --out {SCHEMA_NAME}",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Write the text; warn of what loadcatalogue would refuse."""
        try:
            text = dump_schema() if options["schema"] else dump_catalogue(read_catalogue())
        except StoredCatalogueError as error:
            raise CommandError(str(error)) from None
        if options["out"] is None:
            self.stdout.write(text, ending="")
        else:
            try:
                Path(options["out"]).write_text(text, encoding="utf-8", newline="\n")
            except OSError as error:
                raise CommandError(f"{options['out']} cannot be written: {error.strerror}. Check the path.") from None
        if not options["schema"]:
            self._warn(text)

    def _warn(self, text: str) -> None:
        try:
            read_file(text.encode())
        except CatalogueFileError as error:
            self.stderr.write("loadcatalogue will refuse this file until these mistakes are corrected, here or there:")
            for mistake in error.mistakes:
                self.stderr.write(f"  {mistake}")
