"""Reads rows from a database dump without restoring it: plain SQL of pg_dump, gzipped too, its archives, SQLite."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

DumpRow = Mapping[str, str | None]
"""The columns of a row by name, as text."""

_END_MARK = b"-- PostgreSQL database dump complete"
_GZIP, _ARCHIVE, _SQLITE = b"\x1f\x8b", b"PGDMP", b"SQLite format 3\0"


class DumpError(Exception):
    """A dump cannot be read, or is not complete; the text says why, and what to do."""


class _IncompleteError(DumpError):
    """The end of a dump is missing."""


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump on disk: a file, or a folder of pg_dump's directory format."""

    path: Path

    def read_rows(self, tables: Collection[str]) -> Iterator[tuple[str, DumpRow]]:
        """Yield table and row of all rows of these tables. Raises DumpError, at the end for a dump that is cut off."""
        try:
            yield from self._read_rows(tables)
        except (OSError, EOFError, UnicodeDecodeError, sqlite3.DatabaseError) as error:
            raise DumpError(f"{self.path} cannot be read ({error}): make another dump.") from error

    def _read_rows(self, tables: Collection[str]) -> Iterator[tuple[str, DumpRow]]:
        if self.path.is_dir():
            yield from self._read_archive(tables)
            return
        with self.path.open("rb") as file:
            begin = file.read(16)
        if begin == _SQLITE:
            yield from self._read_sqlite(tables)
        elif begin.startswith(_ARCHIVE):
            yield from self._read_archive(tables)
        else:
            is_gzip = begin.startswith(_GZIP)
            with gzip.open(self.path, "rb") if is_gzip else self.path.open("rb") as lines:
                yield from _read_copies(lines, tables, self.path)

    def _read_archive(self, tables: Collection[str]) -> Iterator[tuple[str, DumpRow]]:
        chosen = [argument for table in tables for argument in ("--table", table)]
        command = ["pg_restore", "--data-only", *chosen, "--file", "-", str(self.path)]
        with TemporaryFile() as problems:
            try:
                child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=problems)  # noqa: S603
            except FileNotFoundError:
                raise DumpError(
                    f"{self.path} is an archive, and pg_restore is not installed: install PostgreSQL's client programs,"
                    " or dump plain SQL (pg_dump | gzip)."
                ) from None
            with child, suppress(_IncompleteError):  # then pg_restore says more
                yield from _read_copies(cast("IO[bytes]", child.stdout), tables, self.path)
                return
            problems.seek(0)
            cause = problems.read().decode(errors="replace").strip().replace("\n", " ")
            raise DumpError(f"{self.path} cannot be read by pg_restore ({cause[:200]}): make another dump.")

    def _read_sqlite(self, tables: Collection[str]) -> Iterator[tuple[str, DumpRow]]:
        with closing(sqlite3.connect(f"file:{self.path.absolute()}?mode=ro&immutable=1", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if state != "ok":
                raise DumpError(f"{self.path} is damaged ({state}): make another copy, with SQLite's backup command.")
            for table in tables:
                for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608  # names of our own tables
                    yield table, {name: None if row[name] is None else str(row[name]) for name in row.keys()}  # noqa: SIM118


def _read_copies(dump: Iterable[bytes], tables: Collection[str], path: Path) -> Iterator[tuple[str, DumpRow]]:
    """Yield the rows of COPY statements in plain SQL, as pg_dump writes them."""
    seen, is_complete, lines = set(), False, iter(dump)
    for line in lines:
        if line.startswith(b"COPY ") and line.rstrip().endswith(b"FROM stdin;"):
            table, columns = _parse_copy(line.decode())
            seen.add(table)
            for data in lines:
                if data == b"\\.\n":
                    break
                if table in tables:
                    values = data.decode().rstrip("\n").split("\t")
                    pairs = zip(columns, values, strict=True)
                    yield table, {name: None if value == "\\N" else value for name, value in pairs}
        is_complete = is_complete or line.startswith(_END_MARK)
    if not is_complete:
        raise _IncompleteError(f"{path} is not complete: pg_dump's last line is missing. Make another dump.")
    if missing := sorted(set(tables) - seen):
        raise DumpError(f"{path} holds no rows of {', '.join(missing)}: is it a dump of this service, with data?")


def _parse_copy(line: str) -> tuple[str, list[str]]:
    """Return table and columns of `COPY public.table (one, two) FROM stdin;`."""
    name, _, rest = line.removeprefix("COPY ").partition(" (")
    return name.rpartition(".")[2].strip('"'), [part.strip(' "') for part in rest.partition(")")[0].split(",")]
