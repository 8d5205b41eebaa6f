"""Draws a render again, to check that the same files result and are stored, and if not, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designs import lifecycle
from designs.drawing.draw import DrawnRender, draw_render
from designs.models import Render
from designs.renders.lanes import storage_alias
from rendering import storage
from rendering.storage import MeasuredFile, StorageUnavailable

_SINGULAR = {"libraries": "library", "fonts": "font", "assets": "asset"}


class NothingToVerifyError(LookupError):
    """The render has no files: it is unfinished or failed, or its files were deleted."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of comparing, by SHA-256, the files drawn now and the stored files with the rows.

    Names of all files, and of those that are drawn differently now; those whose stored file is missing or damaged; and
    what changed since the render was drawn, in words.
    """

    names: tuple[str, ...]
    different: tuple[str, ...]
    broken: Mapping[str, str]
    changed: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        """Whether every file drawn now and every stored file is byte for byte what the rows say."""
        return not self.different and not self.broken


def verify_files(render: Render) -> Verification:
    """Draw a finished render again from its snapshot; stores nothing.

    Raises NothingToVerifyError, UndrawableError and StorageUnavailable.
    """
    source = render.reuses or render
    stored = dict(source.renditions.values_list("name", "sha256"))
    if not stored:
        raise NothingToVerifyError(render)
    drawn = draw_render(lifecycle.build_redraw(source))
    again = {row.name: row.sha256 for row in drawn.rows}
    different = tuple(name for name in stored if again.get(name) != stored[name])
    return Verification(tuple(stored), different, _find_broken(source), tuple(_describe_changes(source.receipt, drawn)))


def _find_broken(render: Render) -> dict[str, str]:
    """Return "missing" or "damaged" by name for the stored files that are not what their rows say."""
    alias, broken = storage_alias(render.lane), {}
    for row in render.renditions.all():
        try:
            if storage.measure_file(row.key, alias=alias) != MeasuredFile(row.bytes, row.sha256):
                broken[row.name] = "damaged"
        except FileNotFoundError:
            broken[row.name] = "missing"
        except StorageUnavailable:
            # S3 answers "access denied" for a missing file if the credentials may not list.
            if storage.file_exists(row.key, alias=alias):
                raise
            broken[row.name] = "missing"
    return broken


def _describe_changes(before: Mapping[str, Any], drawn: DrawnRender) -> Iterator[str]:
    """Yield what differs from the receipt; the receipt of an earlier version may name less."""
    now = drawn.receipt
    for what in ("engine", "inputs", "watermark"):
        if what in before and before[what] != now[what]:
            yield f"{what}: {before[what]}, now {now[what]}"
    for what in ("libraries", "fonts", "assets"):
        then, today = before.get(what, {}), now[what]
        for name in sorted(then.keys() | today.keys()):
            if what in before and then.get(name) != today.get(name):
                yield f"{_SINGULAR[what]} {name}: {then.get(name, 'none')}, now {today.get(name, 'none')}"
