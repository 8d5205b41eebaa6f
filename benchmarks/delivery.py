"""Cost of delivery: CPU per design in workers, PostgreSQL and Valkey, latency when idle, and the rate of a backlog.

Runs real servers and `manage.py rqworker preview` processes: PostgreSQL is durable (fsync), files are local. Latency
and throughput are measured by the database's clock.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

PAIR_OUTPUTS = "preview.png:600,thumbnail.png:200"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def run_servers() -> Iterator[dict[str, int]]:
    """Start PostgreSQL and Valkey, set the environment and Django up for them; yield the servers' process ids."""
    from customify.ops.embedded import start_valkey, wait_for_valkey  # noqa: PLC0415  # the settings are read after this
    from customify.ops.processes import free_ports  # noqa: PLC0415
    from customify.testing.services import start_postgres  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="customify-bench-") as folder, ExitStack() as stack:
        root = Path(folder)
        root.chmod(0o755)
        valkey_port, postgres_port = free_ports(2)
        valkey = start_valkey(root / "valkey", valkey_port, persistent=True)
        stack.callback(valkey.stop)
        postgres = start_postgres(root / "postgres", postgres_port, durable=True)
        stack.callback(postgres.stop)
        wait_for_valkey(valkey, valkey_port)
        postgres.wait_until_ready()
        os.environ.update(
            ENV_FILE="",
            SECRET_KEY="benchmark-" + "0" * 50,
            DATABASE_URL=postgres.url,
            REDIS_URL=f"redis://127.0.0.1:{valkey_port}/0",
            STORAGE_ROOT=str(root / "storage"),
            DJANGO_SETTINGS_MODULE="customify.settings",
            LOG_LEVEL="WARNING",
        )
        _set_up_django()
        yield {"PostgreSQL": postgres.child.popen.pid, "Valkey": valkey.popen.pid}


def _set_up_django() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


@contextmanager
def run_workers(count: int) -> Iterator[list[int]]:
    """Run worker processes until the end of the block; yield their ids once all are registered."""
    from customify.testing.spawning import run_python  # noqa: PLC0415
    from designs.broker import client  # noqa: PLC0415

    with ExitStack() as stack:
        pids = []
        for number in range(count):
            log = Path(os.environ["STORAGE_ROOT"]).parent / f"worker-{number}.log"
            run = run_python(["manage.py", "rqworker", "preview", "--skip-checks"], log=log)
            pids.append(stack.enter_context(run).pid)
        wait_until(lambda: client.redis_connection().scard("rq:workers") >= count)
        yield pids


def wait_until(done: Callable[[], bool], seconds: float = 300) -> None:
    """Wait until `done()` is true; TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("the designs of the benchmark were not published in time")
        time.sleep(0.02)


def cpu_ms(pid: int) -> float:
    """Return the CPU time in ms that a process and its children have used (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(int(field) for field in fields[11:15]) * 1000 / CLOCK_TICKS + sum(
        cpu_ms(int(child)) for child in children
    )


def create_designs(count: int, tag: str, owner: Any) -> None:
    """Create designs, no text twice."""
    from designs import services  # noqa: PLC0415

    for number in range(count):
        data = {"text": f"{tag} {number}", "font": "Bebas-Bold", "color": "#1D3557"}
        services.create_design(services.NewDesign(owner.pk, "t-shirt", data))


def measure_idle(count: int, owner: Any) -> list[tuple[float, float]]:
    """Create designs one at a time; return for each the ms from creation to the claim and to publication."""
    from designs.models import Design, DesignStatus  # noqa: PLC0415

    times = []
    for number in range(count):
        create_designs(1, f"idle {number}", owner)
        design = Design.objects.order_by("-created_at")[0]
        wait_until(lambda pk=design.pk: Design.objects.filter(pk=pk, status=DesignStatus.PUBLISHED).exists())  # type: ignore[misc]
        design.refresh_from_db()
        render = design.published_render
        if render is None or render.started_at is None or render.finished_at is None:
            raise RuntimeError(f"design {design.pk} is published, but its render has no times")
        claimed, published = render.started_at - design.created_at, render.finished_at - design.created_at
        times.append((claimed.total_seconds() * 1000, published.total_seconds() * 1000))
        time.sleep(0.05)
    return times


def measure_backlog(count: int, owner: Any, pids: dict[str, int], number: int) -> None:
    """Create `count` designs, then let workers draw them; print the rate and the CPU time."""
    from django.db.models import Max, Min  # noqa: PLC0415

    from designs.models import Render  # noqa: PLC0415

    first = Render.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    create_designs(count, f"backlog of {count}", owner)
    rows = Render.objects.filter(pk__gt=first)
    before = {name: cpu_ms(pid) for name, pid in pids.items()}
    with run_workers(number) as worker_pids:
        at_start = {pid: cpu_ms(pid) for pid in worker_pids}
        wait_until(lambda: not rows.exclude(state="succeeded").exists())
        spent = sum(cpu_ms(pid) - at_start[pid] for pid in worker_pids) / count
    spans = rows.aggregate(begin=Min("started_at"), end=Max("finished_at"))
    seconds = (spans["end"] - spans["begin"]).total_seconds()
    receipts = list(rows.values_list("receipt", flat=True))
    drawing = statistics.mean(receipt["drawing_cpu_ms"] for receipt in receipts)
    print(f"  backlog drawn by {number} workers: {count / seconds:.0f} designs per second")
    print(f"  worker CPU ms per design: {spent:.2f}, of which drawing {drawing:.2f}")
    for name, pid in pids.items():
        print(f"  {name} CPU ms per design: {(cpu_ms(pid) - before[name]) / count:.2f} (creating and drawing)")


def main() -> None:
    """Run the measurements and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1000, help="designs in the backlog (default %(default)s)")
    parser.add_argument("--idle", type=int, default=40, help="designs created one at a time (default %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default %(default)s)")
    parser.add_argument("--pair", action="store_true", help="draw two PNGs instead of the six standard files")
    options = parser.parse_args()
    if options.pair:
        os.environ["RENDER_OUTPUTS"] = PAIR_OUTPUTS
    with run_servers() as pids:
        from django.contrib.auth import get_user_model  # noqa: PLC0415

        owner = get_user_model().objects.create(username="benchmark")
        print("two PNGs per design" if options.pair else "the six standard files per design")
        if options.idle:
            with run_workers(1):
                measure_idle(3, owner)  # warm up
                claimed, published = (sorted(times) for times in zip(*measure_idle(options.idle, owner), strict=True))
            p95 = published[int(len(published) * 0.95) - 1]
            print(f"  idle, created to published: median {statistics.median(published):.1f} ms, p95 {p95:.1f} ms")
            print(f"  idle, created to claimed: median {statistics.median(claimed):.1f} ms")
        measure_backlog(options.n, owner, pids, options.workers)


if __name__ == "__main__":
    main()
