"""The end state of a site: its rows, read by plain SQL, and its files, each read completely."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from customify.testing.chaos.site import BUCKET, Site
from customify.testing.fixtures import S3Server
from designs.renders.snapshot import snapshot_areas, snapshot_outputs
from rendering.engine.draw import draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Picture, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts


@dataclass(frozen=True, slots=True)
class DesignRow:
    """The row of a design; `data` is that of its newest revision."""

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
    """The row of a render."""

    id: int
    design: str
    number: int
    state: str
    attempt: int
    lost: int
    failures: int
    reuses: int | None
    frozen: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RenditionRow:
    """The row of a stored file."""

    render: int
    name: str
    key: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """The row of an event; `render` is the number of its render."""

    design: str
    number: int
    type: str
    render: int | None


@dataclass(frozen=True, slots=True)
class EndState:
    """The whole end state; `stored_hashes` holds the SHA-256 of each stored file by its key."""

    designs: list[DesignRow] = field(default_factory=list)
    renders: list[RenderRow] = field(default_factory=list)
    renditions: list[RenditionRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    garbage: int = 0
    stored_hashes: Mapping[str, str] = field(default_factory=dict)
    asset_hashes: Mapping[str, str] = field(default_factory=dict)  # that the stored copies of assets should have


BASE = f"/buckets/{BUCKET}/"  # of the bucket's files on the file server behind the store
DESIGNS_SQL = """
SELECT d.id, d.status, d.revision, d.published_revision, d.published_render_id, d.event_count,
    d.deleted_at IS NOT NULL, d.error_code, r.design_data
FROM designs_design d LEFT JOIN designs_designrevision r ON r.design_id = d.id AND r.number = d.revision
"""
RENDERS_SQL = "SELECT id, design_id, number, state, attempt, lost, failures, reuses_id, frozen FROM designs_render"
RENDITIONS_SQL = "SELECT render_id, name, key, sha256, bytes FROM designs_rendition"
ASSETS_SQL = """
SELECT id, format, sha256, working_sha256 FROM designs_asset WHERE stored_at IS NOT NULL AND deleted_at IS NULL
"""
EVENTS_SQL = "SELECT design_id, number, type, data FROM designs_event"


def read_end_state(site: Site) -> EndState:
    """Read rows and files; stop the fleet first, so that nothing changes meanwhile."""
    return EndState(
        designs=[
            DesignRow(
                _to_uuid_text(pk), status, new, published, render, count, bool(deleted), error, _parse_json(data) or {}
            )
            for pk, status, new, published, render, count, deleted, error, data in site.query_rows(DESIGNS_SQL)
        ],
        renders=[
            RenderRow(pk, _to_uuid_text(design), number, state, attempt, lost, failures, reuses, _parse_json(frozen))
            for pk, design, number, state, attempt, lost, failures, reuses, frozen in site.query_rows(RENDERS_SQL)
        ],
        renditions=[RenditionRow(*row) for row in site.query_rows(RENDITIONS_SQL)],
        events=[
            EventRow(_to_uuid_text(design), number, kind, _parse_json(data).get("render"))
            for design, number, kind, data in site.query_rows(EVENTS_SQL)
        ],
        garbage=int(site.query_rows("SELECT count(*) FROM designs_garbage")[0][0]),
        stored_hashes=hash_stored_files(site),
        asset_hashes=dict(_asset_hashes(site)),
    )


def _asset_hashes(site: Site) -> Iterator[tuple[str, str]]:
    for pk, picture_format, sha256, working_sha256 in site.query_rows(ASSETS_SQL):
        prefix, suffix = f"private/assets/{_to_uuid_text(pk)}", {"jpeg": "jpg", "png": "png"}[picture_format]
        yield f"{prefix}/full.{suffix}", sha256
        if working_sha256 != sha256:
            yield f"{prefix}/working.{suffix}", working_sha256


def hash_stored_files(site: Site) -> dict[str, str]:
    """Return the SHA-256 of every stored file by its key, without using the product's storage code."""
    if site.store is None:
        root = Path(site.env["STORAGE_ROOT"])
        return {str(path.relative_to(root)): sha256 for path in root.rglob("*") if (sha256 := _hash_file(path))}
    with _connect_to_filer(site.store) as connection:
        paths = list(_list_files(connection, BASE))
        hashes = {path.removeprefix(BASE): _hash_object(connection, path) for path in paths}
    return {key: sha256 for key, sha256 in hashes.items() if sha256}


def _hash_object(connection: http.client.HTTPConnection, path: str) -> str:
    try:
        return hashlib.sha256(_get_file(connection, path)).hexdigest()
    except FileNotFoundError:  # deleted since it was listed
        return ""


def _read_stored_file(site: Site, key: str) -> bytes:
    if site.store is None:
        return Path(site.env["STORAGE_ROOT"], key).read_bytes()
    with _connect_to_filer(site.store) as connection:
        return _get_file(connection, f"{BASE}{key}")


def hash_expected_files(site: Site, end: EndState) -> dict[int, dict[str, str]]:
    """Draw every published render again; return each file's SHA-256 by render id and file name.

    Pictures are read from the store; without them, which other checks report, a render is left out.
    """
    published = {design.published_render for design in end.designs}
    read = partial(_read_stored_file, site)
    drawable = [render for render in end.renders if render.id in published and _has_pictures(render.frozen, end)]
    return {render.id: _draw_hashes(render.frozen, read) for render in drawable}


def _has_pictures(frozen: Mapping[str, Any], end: EndState) -> bool:
    return all(
        {asset["full"], asset["working"]} <= end.stored_hashes.keys() for asset in frozen.get("assets", {}).values()
    )


def _draw_hashes(frozen: Mapping[str, Any], read: Callable[[str], bytes]) -> dict[str, str]:
    request = DrawRequest(
        frozen["design_data"], Rules.from_json(frozen["rules"]), snapshot_outputs(frozen), snapshot_areas(frozen)
    )
    pictures = {pk: _build_picture(pk, asset, read) for pk, asset in frozen.get("assets", {}).items()}
    drawing = draw(request, Resources(installed_fonts(), fallback_fonts(), pictures))
    return {file.output.name: file.sha256 for file in drawing.files}


def _build_picture(asset_id: str, asset: Mapping[str, Any], read: Callable[[str], bytes]) -> Picture:
    values = {name: asset[name] for name in ("width", "height", "working_width", "working_height", "sha256")}
    return Picture(asset_id, **values, full=partial(read, asset["full"]), working=partial(read, asset["working"]))


def _connect_to_filer(store: S3Server) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection(urlsplit(store.filer).netloc, timeout=60))


def _list_files(connection: http.client.HTTPConnection, folder: str) -> Iterator[str]:
    last, has_more = "", True
    while has_more:
        answer = json.loads(_get_file(connection, f"{folder}?limit=1000&lastFileName={last}", json_wanted=True))
        for entry in answer["Entries"] or []:
            path = entry["FullPath"]
            last = path.rsplit("/", 1)[1]
            if entry["Mode"] & 1 << 31:  # Go's os.ModeDir
                yield from _list_files(connection, f"{path}/")
            else:
                yield path
        has_more = bool(answer.get("ShouldDisplayLoadMore"))


def _get_file(connection: http.client.HTTPConnection, path: str, *, json_wanted: bool = False) -> bytes:
    connection.request("GET", path, headers={"Accept": "application/json"} if json_wanted else {})
    response = connection.getresponse()
    data = response.read()
    if response.status == http.HTTPStatus.NOT_FOUND and json_wanted:
        return b'{"Entries": []}'
    if response.status == http.HTTPStatus.NOT_FOUND:
        raise FileNotFoundError(path)
    if response.status != http.HTTPStatus.OK:
        raise OSError(f"The store answered {response.status} for {path}: {data[:200].decode(errors='replace')}")
    return data


def _hash_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    except FileNotFoundError:  # deleted or renamed since it was listed
        return ""


def _to_uuid_text(value: object) -> str:
    return str(UUID(str(value)))  # SQLite stores ids without hyphens


def _parse_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
