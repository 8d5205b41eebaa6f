"""What is really there: the rows, read from outside by plain SQL, and the files, each read whole."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from customify.testing.chaos.site import BUCKET, Site
from designs.renders.snapshot import areas_of, outputs_of
from rendering.engine.draw import draw
from rendering.engine.values import Rules
from rendering.fonts.catalogue import installed
from rendering.fonts.fallbacks import fallbacks


@dataclass(frozen=True, slots=True)
class DesignRow:
    """A design as its row has it; `data` is its newest revision's."""

    id: str
    status: str
    revision: int
    published_revision: int | None
    published_render: int | None
    event_count: int
    deleted: bool
    error_code: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RenderRow:
    """A render as its row has it."""

    id: int
    design: str
    number: int
    state: str
    attempt: int
    lost: int
    reuses: int | None
    frozen: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RenditionRow:
    """What a row says of one stored file."""

    render: int
    name: str
    key: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; `render` is the number of the render it tells of."""

    design: str
    number: int
    type: str
    render: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole end state; `stored` holds the SHA-256 of each file by its key."""

    designs: list[DesignRow] = field(default_factory=list)
    renders: list[RenderRow] = field(default_factory=list)
    renditions: list[RenditionRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    garbage: int = 0
    stored_hashes: Mapping[str, str] = field(default_factory=dict)


DESIGNS = """
SELECT d.id, d.status, d.revision, d.published_revision, d.published_render_id, d.event_count,
    d.deleted_at IS NOT NULL, d.error_code, r.design_data
FROM designs_design d LEFT JOIN designs_designrevision r ON r.design_id = d.id AND r.number = d.revision
"""
RENDERS = "SELECT id, design_id, number, state, attempt, lost, reuses_id, frozen FROM designs_render"
RENDITIONS = "SELECT render_id, name, key, sha256, bytes FROM designs_rendition"
EVENTS = "SELECT design_id, number, type, data FROM designs_event"


def take(site: Site) -> Snapshot:
    """Read everything; quiet first what may change it."""
    return Snapshot(
        designs=[
            DesignRow(_id(pk), status, new, published, render, count, bool(deleted), error, _json(data) or {})
            for pk, status, new, published, render, count, deleted, error, data in site.query_rows(DESIGNS)
        ],
        renders=[
            RenderRow(pk, _id(design), number, state, attempt, lost, reuses, _json(frozen))
            for pk, design, number, state, attempt, lost, reuses, frozen in site.query_rows(RENDERS)
        ],
        renditions=[RenditionRow(*row) for row in site.query_rows(RENDITIONS)],
        events=[
            EventRow(_id(design), number, kind, _json(data).get("render"))
            for design, number, kind, data in site.query_rows(EVENTS)
        ],
        garbage=int(site.query_rows("SELECT count(*) FROM designs_garbage")[0][0]),
        stored_hashes=stored_files(site),
    )


def stored_files(site: Site) -> dict[str, str]:
    """Return the SHA-256 of every file in the site's storage by its key, asking no part of the product."""
    if site.store is None:
        root = Path(site.env["STORAGE_ROOT"])
        return {str(path.relative_to(root)): sha256 for path in root.rglob("*") if (sha256 := _sha256(path))}
    with closing(http.client.HTTPConnection(urlsplit(site.store.filer).netloc, timeout=60)) as connection:
        base = f"/buckets/{BUCKET}/"
        found = list(_listed(connection, base))
        return {path.removeprefix(base): hashlib.sha256(_got(connection, path)).hexdigest() for path in found}


def expected_files(snapshot: Snapshot) -> dict[int, dict[str, str]]:
    """Draw every published render's inputs again, here, and return each file's SHA-256 by render id and name."""
    published = {design.published_render for design in snapshot.designs}
    return {render.id: _drawn(render.frozen) for render in snapshot.renders if render.id in published}


def _drawn(frozen: Mapping[str, Any]) -> dict[str, str]:
    rules = Rules.from_json(frozen["rules"])
    areas = areas_of(frozen)
    drawing = draw(frozen["design_data"], rules, installed(), outputs_of(frozen), fallbacks=fallbacks(), areas=areas)
    return {file.output.name: file.sha256 for file in drawing.files}


def _listed(connection: http.client.HTTPConnection, folder: str) -> Iterator[str]:
    last, more = "", True
    while more:
        answer = json.loads(_got(connection, f"{folder}?limit=1000&lastFileName={last}", json_wanted=True))
        for entry in answer["Entries"] or []:
            path = entry["FullPath"]
            last = path.rsplit("/", 1)[1]
            if entry["Mode"] & 1 << 31:  # Go's mark of a folder
                yield from _listed(connection, f"{path}/")
            else:
                yield path
        more = bool(answer.get("ShouldDisplayLoadMore"))


def _got(connection: http.client.HTTPConnection, path: str, *, json_wanted: bool = False) -> bytes:
    connection.request("GET", path, headers={"Accept": "application/json"} if json_wanted else {})
    answer = connection.getresponse()
    data = answer.read()
    if answer.status == http.HTTPStatus.NOT_FOUND and json_wanted:
        return b'{"Entries": []}'
    if answer.status != http.HTTPStatus.OK:
        raise OSError(f"The store answered {answer.status} for {path}: {data[:200].decode(errors='replace')}")
    return data


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    except FileNotFoundError:  # collected, or renamed, since it was listed
        return ""


def _id(value: object) -> str:
    return str(UUID(str(value)))  # SQLite keeps them without hyphens


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
