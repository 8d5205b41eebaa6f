"""Reads a catalogue file: every mistake is found, with its line and what to do, before anything is used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from designs.catalogue.checks import find_mistakes
from designs.catalogue.entries import CatalogueFile
from designs.catalogue.explanations import explain_syntax, explain_value
from designs.catalogue.lines import LineIndex, Location
from designs.catalogue.remainder import drop_consequences, salvage_file

_LONG_NUMBER = re.compile(r"[\d_]{4000,}")  # `int` refuses some 4,300 digits


@dataclass(frozen=True, slots=True)
class FileMistake:
    """One mistake: its line (from 1), the field's path, and a sentence with the fix."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.message}" if self.field else f"line {self.line}: {self.message}"


class CatalogueFileError(Exception):
    """A file that is refused as a whole; `mistakes` are in the order of its lines and fields."""

    def __init__(self, mistakes: Collection[FileMistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: (mistake.line, mistake.field, mistake.message))
        super().__init__("\n".join(map(str, self.mistakes)))


def read_file(data: bytes, techniques: Collection[str] = (), owners: Mapping[str, str] | None = None) -> CatalogueFile:
    """Return the catalogue in a file; CatalogueFileError with all mistakes.

    `techniques` and `owners` are those of the database, see `find_mistakes`.
    """
    text = _decode(data)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueFileError([_at_line(*explain_syntax(str(error), text))]) from None
    except ValueError:  # of `int`
        line = text.count("\n", 0, _LONG_NUMBER.search(text + "0" * 4_000).start()) + 1  # type: ignore[union-attr]  # it matches
        raise CatalogueFileError([_at_line(line, "A number has too many digits. Shorten it.")]) from None
    except RecursionError:
        raise CatalogueFileError([_at_line(1, "Values are nested too deeply. Write them flat.")]) from None
    found: list[tuple[Location, str]] = []
    try:
        file = CatalogueFile.model_validate(tree)
    except ValidationError as error:
        found = [explain_value(each) for each in error.errors(include_url=False)]
        named = tree.get("techniques", {})
        known = {*techniques, *(named if isinstance(named, dict) else ())}  # also those that have mistakes
        others = list(find_mistakes(salvage_file(tree), known, owners))
        found += drop_consequences(others, [each["loc"] for each in error.errors()])
    else:
        found = list(find_mistakes(file, techniques, owners))
        if not found:
            return file
    index = LineIndex(text)
    names = {location: _name_location(location, tree) for location, _ in found}
    raise CatalogueFileError({FileMistake(index.find_line(where), names[where], text) for where, text in found})


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")  # editors on Windows write a mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"Byte {data[error.start]:#04x} is not UTF-8. Save the file with the encoding UTF-8."
        raise CatalogueFileError([_at_line(line, message)]) from None


def _name_location(where: Location, tree: Any) -> str:
    """Return a path as people read it: entries of lists by their placement or SKU, if they have one."""
    parts: list[str] = []
    for step in where:
        tree = _descend(tree, step)
        if isinstance(step, int):
            name = tree.get("placement") or tree.get("sku") if isinstance(tree, dict) else None
            parts[-1] += f"[{name if isinstance(name, str) else step + 1}]"
        else:
            parts.append(step)
    return ".".join(parts)


def _descend(tree: Any, step: str | int) -> Any:
    try:
        return tree[step]
    except (KeyError, IndexError, TypeError):
        return None


def _at_line(line: int, message: str) -> FileMistake:
    return FileMistake(line, "", message)
