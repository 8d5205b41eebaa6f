"""Invariants of designs: each verdict takes a snapshot and returns the faults it finds."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from designs.lifecycle.claim import MAX_LOST_LEASES
from designs.tests.support.state_machine.snapshot import DesignRow, RenderRow, Snapshot
from rendering import keys

UNFINISHED = ("queued", "running")


def find_faults(seen: Snapshot) -> list[str]:
    """Return every fault at any moment."""
    return [*_statuses(seen), *_renders(seen), *_files(seen), *_garbage(seen), *_events(seen), *_quotas(seen)]


def find_faults_at_rest(seen: Snapshot) -> list[str]:
    """Return every fault once all time has passed, all work is done and all garbage is deleted."""
    return [*find_faults(seen), *_rest(seen)]


def _statuses(seen: Snapshot) -> Iterator[str]:
    for design in seen.designs:
        renders = seen.renders_of(design.id)
        rule = _deleted if design.deleted else _STATUS_RULES[design.status]
        for fault in rule(design, renders):
            yield f"design {design.id} ({design.status}): {fault}"
        if not design.deleted:
            for fault in _pointer(design, renders, seen):
                yield f"design {design.id} ({design.status}): {fault}"


def _deleted(design: DesignRow, renders: dict[int, RenderRow]) -> Iterator[str]:
    if design.published_render is not None:
        yield "deleted, and still names files"
    if any(render.state in UNFINISHED for render in renders.values()):
        yield "deleted, and still has work"


def _draft(design: DesignRow, renders: dict[int, RenderRow]) -> Iterator[str]:
    if design.asked_render is not None:
        yield "a draft that waits for a render"
    if any(render.revision == design.revision for render in renders.values()):  # pins render older ones
        yield "a draft whose newest revision has a render"


def _rendering(design: DesignRow, renders: dict[int, RenderRow]) -> Iterator[str]:
    asked = renders.get(design.asked_render or 0)
    if asked is None or asked.state not in UNFINISHED:
        yield f"waits for a render that is {asked.state if asked else 'missing'}"


def _published(design: DesignRow, renders: dict[int, RenderRow]) -> Iterator[str]:
    asked = renders.get(design.asked_render or 0)
    if asked is None or asked.state != "succeeded":
        yield f"published, but the newest render asked for is {asked.state if asked else 'missing'}"
    elif design.published_revision != asked.revision:
        yield f"shows revision {design.published_revision}, though {asked.revision} was asked for"
    if design.published_render is None:
        yield "names no files"


def _failed(design: DesignRow, renders: dict[int, RenderRow]) -> Iterator[str]:
    asked = renders.get(design.asked_render or 0)
    if asked is None or asked.state != "failed":
        yield f"failed, but the newest render asked for is {asked.state if asked else 'missing'}"
    elif design.error_code != asked.error_code:
        yield f"fails for {design.error_code!r}, its render for {asked.error_code!r}"


_STATUS_RULES = {"draft": _draft, "rendering": _rendering, "published": _published, "failed": _failed}


def _pointer(design: DesignRow, renders: dict[int, RenderRow], seen: Snapshot) -> Iterator[str]:
    """Check that a design's published files are complete and of the right revision."""
    if design.published_render is None:
        return
    render = renders.get(design.published_render)
    if render is None or render.state != "succeeded" or render.collected:
        yield "names a render that has no files"
        return
    named = {row.key for row in seen.renditions if (row.design, row.number) == (design.id, render.number)}
    nonces = {keys.parse_key(key).nonce for key in named}
    wanted = [
        {keys.rendition_key(design.id, render.number, render.attempt, name, nonce) for name in render.names}
        for nonce in nonces
    ]
    if wanted != [named]:
        yield f"names {sorted(named)}, not {sorted(render.names)} of attempt {render.attempt}"
    shown = {one.revision for one in (render, *renders.values()) if one.reuses == render.number or one is render}
    if design.published_revision not in shown:
        yield f"says revision {design.published_revision}, its files show {sorted(shown)}"


def _renders(seen: Snapshot) -> Iterator[str]:
    asked = {design.id: design.asked_render for design in seen.designs}
    for render in seen.renders:
        if render.pinned and render.collected:
            yield f"render {render.number} of {render.design} is pinned, and its files are discarded"
        if render.state in UNFINISHED and render.number != asked.get(render.design) and not render.pinned:
            yield f"render {render.number} of {render.design} is {render.state}, though a newer one was asked for"
        if render.error_code == "poison" and render.lost != MAX_LOST_LEASES:
            yield f"render {render.number} of {render.design} is poison after {render.lost} lost leases"
        if render.lost >= MAX_LOST_LEASES and render.error_code != "poison":
            yield f"render {render.number} of {render.design} lost {render.lost} leases and is {render.state}"


def _files(seen: Snapshot) -> Iterator[str]:
    for row in seen.renditions:
        stored = seen.files.get(row.key)
        if stored != row.sha256:
            yield f"{row.key} is {'another file' if stored else 'missing'}"
    named = {row.key for row in seen.renditions}
    running = {(render.design, render.number, render.attempt) for render in seen.renders if render.state == "running"}
    accounted = running | set(seen.garbage) | seen.held
    for key in sorted(seen.files.keys() - named):
        try:
            parts = keys.parse_key(key)
        except ValueError:
            yield f"{key} is stored under a name that is no key"
            continue
        if (parts.design_id, parts.number, parts.attempt) not in accounted:
            yield f"{key} is nobody's"


def _garbage(seen: Snapshot) -> Iterator[str]:
    named = {(row.design, row.number, row.attempt) for row in seen.renditions}
    for attempt in sorted(named & set(seen.garbage)):
        yield f"{keys.attempt_prefix(*attempt)} is named and is to be deleted"


def _events(seen: Snapshot) -> Iterator[str]:
    counts = {design.id: design.event_count for design in seen.designs}
    for design in counts.keys() | {event.design for event in seen.events}:
        events = seen.events_of(design)
        numbers = [event.number for event in events]
        if numbers != list(range(1, counts.get(design, len(events)) + 1)):
            yield f"events of {design} are numbered {numbers}, counted {counts.get(design)}"
        if any(before.type == "deleted" for before, _ in pairwise(events)):
            yield f"events of {design} go on after its end"
        yield from _endings(seen, design_events=Counter((event.type, event.render) for event in events), design=design)


def _endings(seen: Snapshot, *, design_events: Counter[tuple[str, int | None]], design: object) -> Iterator[str]:
    """Check that each render has one request event and one end event that matches its state."""
    renders = {render.number: render for render in seen.renders if render.design == design}
    if any(count > 1 for (kind, _), count in design_events.items() if kind in {"requested", "published", "failed"}):
        yield f"events of {design} tell an end twice: {design_events}"
    for number, render in renders.items():
        expected = {"requested": 1, "published": render.state == "succeeded", "failed": render.state == "failed"}
        events = {kind: design_events[kind, number] for kind in expected}
        events["published"] += design_events["completed", number]  # of a pinned older revision
        if events != expected:
            yield f"render {number} of {design} is {render.state}, its events tell {events}"


def _quotas(seen: Snapshot) -> Iterator[str]:
    for owner in seen.counted.keys() | seen.stored.keys():
        counted, stored = seen.counted.get(owner, 0), seen.stored.get(owner, 0)
        if counted != stored:
            yield f"owner {owner} has {stored} bytes stored, and {counted} are counted"


def _rest(seen: Snapshot) -> Iterator[str]:
    for design in seen.designs:
        if design.deleted:
            yield f"design {design.id} is deleted and was never purged"
        elif design.status == "rendering":
            yield f"design {design.id} is never published"
    for attempt in seen.garbage:
        yield f"{keys.attempt_prefix(*attempt)} is never swept"
    kept = {(design.id, design.published_render) for design in seen.designs}
    kept |= {(render.design, render.number) for render in seen.renders if render.pinned}
    named = {row.key for row in seen.renditions if (row.design, row.number) in kept}
    for key in sorted(seen.files.keys() - named):
        yield f"{key} stays for ever"
