"""Draws a render again, to check that the same files result, and if not, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designs import lifecycle
from designs.drawing.draw import DrawnRender, draw_render
from designs.models import Render

_SINGULAR = {"libraries": "library", "fonts": "font", "assets": "asset"}


class NothingToVerifyError(LookupError):
    """The render has no files: it is unfinished or failed, or its files were deleted."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result: names of all files, of those that differ, and what changed since, in words."""

    names: tuple[str, ...]
    different: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        """Whether every file is byte for byte the stored one."""
        return not self.different


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
    return Verification(tuple(stored), different, tuple(_describe_changes(source.receipt, drawn)))


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
