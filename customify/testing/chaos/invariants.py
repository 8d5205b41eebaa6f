"""The invariants of an end state. Each function returns violations, an empty list if its invariant holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from customify.testing.chaos.end_state import EndState
from customify.testing.chaos.load import AcceptedDesign, shown_text
from rendering import keys

UNFINISHED = {"queued", "running"}


def find_broken_promises(end: EndState, promises: Iterable[AcceptedDesign]) -> list[str]:
    """Every accepted design is there, once, published at its newest accepted data; every deleted one is gone."""
    rows = {design.id: design for design in end.designs}
    violations = []
    promised = {promise.id: promise for promise in promises}
    for promise in promised.values():
        row = rows.get(promise.id)
        if promise.is_deleted:
            if row is not None:
                violations.append(f"{promise.id} was deleted, but its row still exists")
        elif row is None:
            violations.append(f"{promise.id} was accepted, but does not exist")
        elif row.status != "published" or row.published_revision != row.revision:
            shown = f"{row.status} {row.error_code} at revision {row.published_revision} of {row.revision}"
            violations.append(f"{promise.id} is {shown}")
        elif (text := shown_text(row.data)) != promise.text:
            violations.append(f"{promise.id} holds {text!r}, not the accepted {promise.text!r}")
    violations += [f"{pk} exists, but no client was told of it" for pk in rows if pk not in promised]
    return violations


def find_unfinished(end: EndState) -> list[str]:
    """No render is unfinished, and no garbage is left."""
    violations = [
        f"render {render.number} of {render.design} is {render.state}"
        for render in end.renders
        if render.state in UNFINISHED
    ]
    return violations + ([f"{end.garbage} rows of garbage are left"] if end.garbage else [])


def find_wrong_pointers(end: EndState) -> list[str]:
    """A published design points at a succeeded render of its own, of its published revision and data."""
    renders = {render.id: render for render in end.renders}
    violations = []
    for design in end.designs:
        if design.published_render is None:
            continue
        render = renders.get(design.published_render)
        if render is None or render.design != design.id or render.state != "succeeded":
            violations.append(f"{design.id} points at a render that is not a succeeded one of its own")
        elif render.frozen["revision"] != design.published_revision:
            violations.append(f"{design.id} shows revision {render.frozen['revision']} as {design.published_revision}")
        elif design.published_revision == design.revision and render.frozen["design_data"] != design.data:
            violations.append(f"{design.id} shows other data than that of its newest revision")
    return violations


def find_file_mismatches(end: EndState, expected: Mapping[int, Mapping[str, str]]) -> list[str]:
    """Every row has a stored file with its hash, every stored file has a row, and every file shows the right image.

    `expected` holds the hashes of the published renders' files as drawn again, by render id and file name.
    """
    rows = {**end.asset_hashes, **{row.key: row.sha256 for row in end.renditions}}
    violations = [f"{key} has a row, but is not stored" for key in rows if key not in end.stored_hashes]
    violations += [f"{key} is stored, but has no row" for key in end.stored_hashes if key not in rows]
    violations += [
        f"{key} differs from its row" for key, sha256 in rows.items() if end.stored_hashes.get(key, sha256) != sha256
    ]
    published: dict[int, dict[str, str]] = {}
    for row in end.renditions:
        published.setdefault(row.render, {})[row.name] = row.sha256
    sources = {render.id: render.reuses or render.id for render in end.renders}
    for render, files in expected.items():
        if published.get(sources.get(render, render), {}) != files:
            violations.append(f"render {render} is published with other files than its data gives")
    return violations


def find_publication_errors(end: EndState) -> list[str]:
    """Every succeeded render has exactly one publication event, any other render none."""
    publications = Counter((event.design, event.render) for event in end.events if event.type == "published")
    violations = [
        f"render {n} of {design} was published {count} times"
        for (design, n), count in publications.items()
        if count > 1
    ]
    for render in end.renders:
        count = publications[render.design, render.number]
        if (render.state == "succeeded") != (count > 0):
            violations.append(f"render {render.number} of {render.design} is {render.state}, with {count} publications")
    return violations


def find_event_gaps(end: EndState) -> list[str]:
    """A design's events are numbered from 1 without gaps, and its row holds their number."""
    numbers: dict[str, list[int]] = {}
    for event in end.events:
        numbers.setdefault(event.design, []).append(event.number)
    counts = {design.id: design.event_count for design in end.designs}
    violations = []
    for design, event_numbers in numbers.items():
        if sorted(event_numbers) != list(range(1, len(event_numbers) + 1)):
            violations.append(f"the events of {design} are numbered {sorted(event_numbers)}")
        elif counts.get(design, len(event_numbers)) != len(event_numbers):
            violations.append(f"{design} counts {counts[design]} events, and has {len(event_numbers)}")
    return violations


def find_files_of_deleted(end: EndState, promises: Iterable[AcceptedDesign]) -> list[str]:
    """No file of a deleted design is stored."""
    deleted = {promise.id for promise in promises if promise.is_deleted}
    return [f"{key} belongs to a deleted design" for key in end.stored_hashes if _design_id_of_key(key) in deleted]


def find_taken_leases(end: EndState) -> list[str]:
    """No claim took over another's lease; for runs in which no worker is killed or paused.

    Attempts are counted, not lost leases: a worker that is alive takes that count back when it notices.
    """
    return [
        f"render {render.number} of {render.design} had {render.attempt} attempts, of which {render.failures} failed"
        for render in end.renders
        if render.attempt > render.failures + 1
    ]


def find_all_violations(
    end: EndState, promises: Iterable[AcceptedDesign], expected: Mapping[int, Mapping[str, str]]
) -> list[str]:
    """Return the violations about all invariants that hold for every run."""
    promised = list(promises)
    return [
        *find_broken_promises(end, promised),
        *find_unfinished(end),
        *find_wrong_pointers(end),
        *find_file_mismatches(end, expected),
        *find_publication_errors(end),
        *find_event_gaps(end),
        *find_files_of_deleted(end, promised),
    ]


def _design_id_of_key(key: str) -> str:
    try:
        return str(keys.parse_key(key).design_id)
    except ValueError:
        return ""  # a foreign file: find_file_mismatches reports it
