"""Finds the line of a value in a TOML file, for error messages: parsers of TOML keep no positions.

The text must be valid TOML, as `tomllib` has found: this reader looks for keys and brackets only (TOML 1.0).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

Location = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' + r"|'''(?:[^']|'(?!''))*'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


class LineIndex:
    """The lines of a TOML text by the path of the table, key or item that begins there."""

    def __init__(self, text: str) -> None:
        self._text, self._position = text, 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._lines: dict[Location, int] = {}
        self._counts: dict[Location, int] = {}
        self._read_file()

    def find_line(self, location: Sequence[str | int]) -> int:
        """Return the line of a value, or of the nearest table around it; 1 if there is none."""
        path = tuple(location)
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _read_file(self) -> None:
        table: Location = ()
        while self._skip(_BLANK):
            start = self._position
            if self._text.startswith("[", start):
                is_array = self._text.startswith("[[", start)
                self._position += 2 if is_array else 1
                table = self._enter_table(self._read_keys(), is_array=is_array)
                self._position += 2 if is_array else 1
                self._note(table, start)
            else:
                self._read_pair(table)

    def _read_pair(self, table: Location) -> None:
        start = self._position
        path = (*table, *self._read_keys())
        self._note(path, start)
        self._position += 1  # =
        self._skip(_SPACE)
        self._read_value(path)

    def _read_value(self, path: Location) -> None:
        opening = self._text[self._position]
        if opening in "[{":
            self._position += 1
            number = 0
            while self._skip(_BLANK) and self._text[self._position] not in "]}":
                if opening == "{":
                    self._read_pair(path)
                else:
                    self._note((*path, number), self._position)
                    self._read_value((*path, number))
                    number += 1
                self._skip(_BLANK)
                self._position += self._text.startswith(",", self._position)
            self._position += 1
        else:
            match = (_STRING if opening in "\"'" else _SCALAR).match(self._text, self._position)
            self._position = match.end() if match else len(self._text)

    def _read_keys(self) -> Location:
        """Return the parts of a key, such as a."b c"; the position is then at what follows it."""
        keys: list[str | int] = []
        while self._skip(_SPACE) and (match := _KEY.match(self._text, self._position)):
            self._position = match.end()
            keys.append(_unquote(match[0]))
            self._skip(_SPACE)
            self._position += self._text.startswith(".", self._position)
        return tuple(keys)

    def _enter_table(self, keys: Location, *, is_array: bool) -> Location:
        """Return the path of a table: the last item of each array of tables that its header names."""
        path: Location = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            if is_array and position == len(keys) - 1:
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _note(self, path: Location, position: int) -> None:
        self._lines.setdefault(path, bisect_right(self._starts, position))
        for length in range(1, len(path)):  # tables that only their contents name
            self._lines.setdefault(path[:length], self._lines[path])

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Skip what matches; return whether there is more."""
        match = pattern.match(self._text, self._position)
        self._position = match.end() if match else self._position
        return self._position < len(self._text)


def _unquote(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    return re.sub(r"\\(.)", r"\1", key[1:-1]) if key[0] == '"' else key
