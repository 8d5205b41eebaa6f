"""The state of all designs at one moment, as plain values: rows, files, and the claims of workers."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db.models import Sum

from designs.models import Design, Event, Garbage, Quota, Render, Rendition

Attempt = tuple[UUID, int, int]
"""Design, render number, attempt: where files lie."""


@dataclass(frozen=True, slots=True)
class DesignRow:
    """A row of a design."""

    id: UUID
    status: str
    revision: int
    published_revision: int | None
    published_render: int | None  # by number
    asked_render: int | None
    event_count: int
    error_code: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class RenderRow:
    """A row of a preview render."""

    design: UUID
    number: int
    revision: int
    state: str
    attempt: int
    names: tuple[str, ...]
    error_code: str = ""
    lost: int = 0
    reuses: int | None = None
    collected: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a rendition."""

    design: UUID
    number: int
    attempt: int
    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of an event."""

    design: UUID
    number: int
    type: str
    render: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state at one moment. `files`: hash by key of each stored file; `held`: attempts whose worker lives."""

    designs: list[DesignRow] = field(default_factory=list)
    renders: list[RenderRow] = field(default_factory=list)
    renditions: list[FileRow] = field(default_factory=list)
    garbage: list[Attempt] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    held: frozenset[Attempt] = frozenset()
    counted: dict[int, int] = field(default_factory=dict)  # bytes by owner, from the quotas
    stored: dict[int, int] = field(default_factory=dict)  # bytes by owner, from the renditions

    def renders_of(self, design: UUID) -> dict[int, RenderRow]:
        """Return a design's renders by number."""
        return {render.number: render for render in self.renders if render.design == design}

    def events_of(self, design: UUID) -> list[EventRow]:
        """Return a design's events in their order."""
        return sorted((event for event in self.events if event.design == design), key=lambda event: event.number)


def take_snapshot(storage_root: Path, held: Iterable[Attempt] = ()) -> Snapshot:
    """Read the database and the storage's folder."""
    return Snapshot(
        [_design(row) for row in Design.objects.select_related("published_render")],
        [_render(row) for row in Render.objects.select_related("reuses")],
        [_file(row) for row in Rendition.objects.select_related("render")],
        [(row.design_id, row.number, row.attempt) for row in Garbage.objects.all()],
        [EventRow(row.design_id, row.number, row.type, row.data.get("render")) for row in Event.objects.all()],
        hash_stored_files(storage_root),
        frozenset(held),
        dict(Quota.objects.values_list("owner", "storage_bytes")),
        dict(Rendition.objects.order_by().values_list("render__owner").annotate(Sum("bytes"))),
    )


def hash_stored_files(root: Path) -> dict[str, str]:
    """Return the hash of every stored file by key, also of files whose name is not a key."""
    found = (path for path in root.glob("designs*/**/*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def _design(row: Design) -> DesignRow:
    return DesignRow(
        row.pk,
        row.status,
        row.revision,
        row.published_revision,
        row.published_render.number if row.published_render else None,
        row.asked_render,
        row.event_count,
        row.error_code,
        row.deleted_at is not None,
    )


def _render(row: Render) -> RenderRow:
    return RenderRow(
        row.design_id,
        row.number,
        row.frozen["revision"],
        row.state,
        row.attempt,
        tuple(output["name"] for output in row.frozen["outputs"]),
        row.error_code,
        row.lost,
        row.reuses.number if row.reuses else None,
        row.collected_at is not None,
        row.pins.exists(),
    )


def _file(row: Rendition) -> FileRow:
    return FileRow(row.render.design_id, row.render.number, row.render.attempt, row.key, row.sha256)
