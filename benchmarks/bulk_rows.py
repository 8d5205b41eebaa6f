"""What writing rows costs: `designs.db.bulk` beside Django's own bulk writes, on a real PostgreSQL.

Every round runs each variant in turn, in transactions that are rolled back, and takes the CPU time of this process and
of the PostgreSQL process that serves it. The ratios are medians of the rounds: what a variant costs, ours being 1.

"bulk_create" is given objects as the project would make them, whose `created_at` is the database's; Django writes those
with a placeholder for each value. "UNNEST" is given the time too, and no expression: then Django 5.2 sends one array a
column.
"""

from __future__ import annotations

import argparse
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.delivery import create_designs, run_servers

Variant = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Case:
    """One write, in several ways; the first is ours."""

    name: str
    variants: dict[str, Variant]


@dataclass(frozen=True, slots=True)
class CpuTime:
    """CPU ms of one call: of this process, and of PostgreSQL's."""

    client: float
    server: float

    @property
    def total(self) -> float:
        """Return the sum of both."""
        return self.client + self.server


def event_rows(count: int) -> list[dict[str, Any]]:
    """Return events as `designs.lifecycle` writes them."""
    data = {"render": 1, "attempt": 1, "stage": "drawing"}
    return [
        {"design_id": uuid.uuid4(), "number": 1, "type": "stage", "owner_id": 1, "actor_id": None, "data": data}
        for _ in range(count)
    ]


def rendition_rows(count: int, render_id: int) -> list[dict[str, Any]]:
    """Return renditions as they are published."""
    values = {"kind": "preview", "format": "png", "width": 600, "height": 600, "bytes": 9_000, "sha256": "0" * 64}
    return [
        {"render_id": render_id, "name": f"preview-{number}.png", **values, "key": f"designs/{uuid.uuid4()}/p.png"}
        for number in range(count)
    ]


def insert_cases(model: Any, name: str, make_rows: Callable[[int], list[dict[str, Any]]]) -> Iterator[Case]:
    """Yield inserts of a few and of many rows."""
    from django.utils import timezone  # noqa: PLC0415  # settings are read by now

    from designs.db import bulk  # noqa: PLC0415

    for count in (1, 6, 16, 96):
        rows = make_rows(count)

        def create(rows: list[dict[str, Any]] = rows, **more: Any) -> None:
            model.objects.bulk_create([model(**row, **more) for row in rows])

        yield Case(
            f"insert {count} {name}",
            {
                "ours": lambda rows=rows: bulk.insert_rows(model, rows),  # type: ignore[misc]
                "bulk_create": create,
                "UNNEST": lambda create=create: create(created_at=timezone.now()),  # type: ignore[misc]
            },
        )


def update_cases() -> Iterator[Case]:
    """Yield updates of the renders of a small and of a full claim."""
    from django.db.models.functions import Now  # noqa: PLC0415

    from designs.db import bulk  # noqa: PLC0415
    from designs.models import Render  # noqa: PLC0415

    ids = list(Render.objects.order_by("pk").values_list("pk", flat=True))
    values: dict[str, Any] = {"state": "succeeded", "findings": [], "receipt": {"engine": "4"}, "lease_token": None}

    def update_one(pk: int) -> None:
        Render.objects.filter(pk=pk).update(**values, finished_at=Now())

    for count in (1, 4, 16):
        rows = [{"id": pk, **values} for pk in ids[:count]]

        def update(rows: list[dict[str, Any]] = rows) -> None:
            Render.objects.bulk_update([Render(**row, finished_at=Now()) for row in rows], [*values, "finished_at"])

        variants: dict[str, Variant] = {
            "ours": lambda rows=rows: bulk.update_rows(Render, rows, finished_at=0),  # type: ignore[misc]
            "bulk_update": update,
        }
        if count == 1:
            variants["update"] = lambda: update_one(ids[0])
        yield Case(f"update {count} renders", variants)


def object_case(design: Any) -> Case:
    """Return the insert of one object whose id is needed."""
    from designs.db import bulk  # noqa: PLC0415
    from designs.models import DesignRevision  # noqa: PLC0415

    def make() -> DesignRevision:
        data = {"text": "Ada", "font": "Bebas-Bold", "color": "#1D3557"}
        return DesignRevision(design=design, number=99, design_data=data, schema_version=1, sha256="0" * 64)

    return Case(
        "insert 1 revision, with its id",
        {"ours": lambda: bulk.insert_object(make()), "save": lambda: make().save(force_insert=True)},
    )


def measure_variant(variant: Variant, calls: int, server_pid: int) -> CpuTime:
    """Return the CPU ms of one call, the mean of several; whatever they write is rolled back."""
    from django.db import connection, transaction  # noqa: PLC0415

    client = server = 0.0
    for _ in range(calls):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # the transaction has begun
            before = time.process_time(), server_cpu_ms(server_pid)
            variant()
            client += (time.process_time() - before[0]) * 1000
            server += server_cpu_ms(server_pid) - before[1]
            transaction.set_rollback(True)
    return CpuTime(client / calls, server / calls)


def server_cpu_ms(pid: int) -> float:
    """Return the CPU ms that a process has used so far (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def measure_case(case: Case, rounds: int, calls: int, server_pid: int) -> None:
    """Print what each variant costs, and its ratio to ours."""
    found: dict[str, list[CpuTime]] = {name: [] for name in case.variants}
    for variant in case.variants.values():
        measure_variant(variant, 3, server_pid)
    for number in range(rounds):
        names = list(case.variants)
        for name in names if number % 2 else reversed(names):
            found[name].append(measure_variant(case.variants[name], calls, server_pid))
    parts = []
    for name, times in found.items():
        client, server = (statistics.median(getattr(one, side) for one in times) for side in ("client", "server"))
        ratio = statistics.median(one.total / ours.total for one, ours in zip(times, found["ours"], strict=True))
        parts.append(f"{name} {client:.2f} + {server:.2f} ms ({ratio:.2f})")
    print(f"{case.name + ':':32}{', '.join(parts)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, help="rounds, each with all variants (default %(default)s)")
    parser.add_argument("--calls", type=int, default=20, help="calls of a variant in a round (default %(default)s)")
    options = parser.parse_args()
    with run_servers():
        from django.contrib.auth import get_user_model  # noqa: PLC0415
        from django.db import connection  # noqa: PLC0415

        from designs.models import Design, Event, Render, Rendition  # noqa: PLC0415

        create_designs(16, "bulk", get_user_model().objects.create(username="benchmark"))
        render_id = Render.objects.values_list("pk", flat=True)[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (server_pid,) = cursor.fetchone()
        print("CPU ms a call, this process + PostgreSQL, and the ratio of the sums to ours:")
        cases = [
            *insert_cases(Event, "events", event_rows),
            *insert_cases(Rendition, "renditions", lambda count: rendition_rows(count, render_id)),
            *update_cases(),
            object_case(Design.objects.all()[0]),
        ]
        for case in cases:
            measure_case(case, options.rounds, options.calls, server_pid)


if __name__ == "__main__":
    main()
