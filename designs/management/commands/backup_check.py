"""`manage.py backup_check DUMP FOLDER [--copy] [--quick]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from designs.integrity.backup import BackupCheck, BackupReport, list_problems
from designs.integrity.copies import FolderCopy
from designs.integrity.dump import Dump, DumpError
from rendering.storage import StorageUnavailable


class Command(BaseCommand):
    """Check a backup, and complete its copy of the files."""

    help = (
        "Compare a database dump with a copy of the stored files, without restoring either: every file that the dump"
        " names must be in the folder, with the right size and SHA-256. With --copy, what the folder lacks is copied"
        " from the storage first, which works for local files and for S3. Make the dump first, then the copy. What was"
        " deleted since the dump is no loss: with --copy the database is asked for it, and the folder lists it for a"
        " restore. Exit code 1: the backup is not complete."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the dump, the folder and two options."""
        parser.add_argument(
            "dump",
            type=Path,
            help="plain SQL of pg_dump, gzipped or not; an archive of pg_dump (needs pg_restore); or a SQLite file",
        )
        parser.add_argument("folder", type=Path, help="a copy of STORAGE_ROOT, or of the bucket")
        parser.add_argument("--copy", action="store_true", help="copy what the folder lacks from the storage")
        parser.add_argument("--quick", action="store_true", help="compare the sizes of files only")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print a line for each problem, then a summary."""
        folder = options["folder"]
        if options["copy"]:
            folder.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir() or not options["dump"].exists():
            raise CommandError(f"There is no {options['dump'] if folder.is_dir() else folder}.")
        tell = self.stderr.write if options["verbosity"] > 1 else lambda _: None
        check = BackupCheck(Dump(options["dump"]), FolderCopy(folder), not options["quick"], options["copy"], tell)
        try:
            report = check.run()
        except (DumpError, StorageUnavailable, OSError) as error:
            raise CommandError(str(error)) from error
        self._report(report, "size" if options["quick"] else "size and SHA-256")

    def _report(self, report: BackupReport, by: str) -> None:
        for line in list_problems(report.broken):
            self.stdout.write(line)
        if report.copied:
            self.stdout.write(f"Copied {report.copied} files from the storage.")
        if report.deleted:
            self.stdout.write(f"{report.deleted} files were deleted since the dump, and need no copy.")
        self.stdout.write(f"The newest file that the dump names was stored at {report.newest or '(there is none)'}.")
        self.stdout.write(f"Compared {report.compared} files by {by}: {len(report.broken)} missing or damaged.")
        if report.broken:
            drawn = len(report.broken) - report.broken_assets
            asked = f" The database could not tell whether they were deleted: {report.not_asked}"
            raise CommandError(
                f"After a restore of this backup, {report.broken_assets} files of uploaded pictures would be lost, and"
                f" {drawn} drawn files would have to be drawn again.{asked if report.not_asked else ''}"
            )
