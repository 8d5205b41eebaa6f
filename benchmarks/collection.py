"""Collection of garbage: objects deleted per second on each kind of storage, and previews while designs are deleted.

The stores are a local disk, and SeaweedFS on this machine behind a proxy that delays every request; the latter with
DeleteObjects and without it. Previews are measured by the database's clock, from the request to the publication: on an
idle site, and while another client deletes designs as fast as the site answers and the reconciler deletes their files.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.creates import DESIGNS_PATH, build_create, count_unfinished
from benchmarks.delivery import PAIR_OUTPUTS, create_designs, wait_until
from benchmarks.http_client import HttpConnection
from benchmarks.site import Site, run_site

FILE_NAMES = [f"preview-{number}.png" for number in range(6)]
CONTENT = b"x" * 4096
BUCKET = "collection"


@contextmanager
def paused(pids: list[int]) -> Iterator[None]:
    """Stop processes until the end of the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def run_slow_store(root: Path, latency: float) -> Iterator[dict[str, Any]]:
    """Run an S3 server behind a proxy that delays requests by `latency` s; yield the setting STORAGES for it."""
    from customify.ops.embedded import HOST  # noqa: PLC0415
    from customify.ops.processes import accepts_connections, free_ports, start_process, wait_until  # noqa: PLC0415
    from customify.testing.chaos.proxy import FAULTS, ProxyControl  # noqa: PLC0415
    from customify.testing.fixtures import S3Server  # noqa: PLC0415
    from customify.testing.services import S3_IDENTITIES, S3_PORTS, start_s3  # noqa: PLC0415
    from rendering.storage_config import StorageConfig, storages_setting  # noqa: PLC0415

    port, control, *s3_ports = free_ports(2 + S3_PORTS)
    key, secret, _ = S3_IDENTITIES["limited"]
    with ExitStack() as stack:
        server = start_s3(root / "s3", s3_ports)
        stack.callback(server.stop)
        command = [sys.executable, "-m", "customify.testing.chaos.proxy", "--port", str(port), "--seed", "1"]
        command += ["--control-port", str(control), "--upstream", str(s3_ports[-1])]
        proxy = start_process("the proxy", command, log=root / "proxy.log")
        stack.callback(proxy.stop, stop_signal=signal.SIGKILL)
        wait_until(lambda: accepts_connections(HOST, port), proxy, seconds=20)
        server.wait_until_ready(seconds=60)
        S3Server(server.endpoint, server.filer, "", "", key, secret).make_bucket(BUCKET)
        ProxyControl(control)(mode=FAULTS, shares={"slow": 1.0}, slow=latency)
        config = StorageConfig(
            use_local=False,
            bucket=BUCKET,
            region="us-east-1",
            access_key=key,
            secret_key=secret,
            endpoint_url=f"http://{HOST}:{port}",
        )
        yield storages_setting(config)


def add_garbage(rows: int) -> None:
    """Store the files of `rows` attempts, and insert due garbage for them."""
    from django.conf import settings  # noqa: PLC0415
    from django.db.models.functions import Now  # noqa: PLC0415

    from designs import lifecycle  # noqa: PLC0415
    from designs.models import Garbage  # noqa: PLC0415
    from rendering import storage  # noqa: PLC0415
    from rendering.storage import StoredFile  # noqa: PLC0415

    garbage = [
        Garbage(design_id=uuid4(), number=1, attempt=1, lane="preview", names=FILE_NAMES, due_at=Now())
        for _ in range(rows)
    ]
    keys = [key for row in garbage for key in lifecycle.garbage_keys(row)]
    if "location" in settings.STORAGES["default"]["OPTIONS"]:  # without flushing each file
        for path in (Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / key for key in keys):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(CONTENT)
    else:
        storage.save_files([StoredFile(key, CONTENT) for key in keys])
    Garbage.objects.bulk_create(garbage)


def measure_throughput(name: str, rows: int) -> None:
    """Collect `rows` of garbage in this process; print the rate and the CPU time."""
    from designs.reconciler.collection import collect_garbage  # noqa: PLC0415

    add_garbage(rows)
    start, cpu = time.monotonic(), time.process_time()
    collected = collect_garbage()
    seconds, cpu = time.monotonic() - start, time.process_time() - cpu
    if collected != rows:
        raise RuntimeError(f"{collected} of {rows} rows were collected")
    objects = rows * len(FILE_NAMES)
    rate = f"{objects / seconds:.0f} objects and {rows / seconds:.0f} rows per second"
    print(f"{name}: {rate}, CPU {cpu * 1000 / objects:.2f} ms per object")


def measure_stores(options: argparse.Namespace) -> None:
    """Print the throughput on each kind of storage."""
    from django.test import override_settings  # noqa: PLC0415

    from rendering.storage import s3_deletion  # noqa: PLC0415

    measure_throughput("local disk", options.rows)
    with (
        tempfile.TemporaryDirectory(prefix="customify-bench-") as folder,
        run_slow_store(Path(folder), options.latency / 1000) as storages,
        override_settings(STORAGES=storages),
    ):
        store = f"S3 with {options.latency:g} ms of latency"
        measure_throughput(store, options.s3_rows)
        s3_deletion.stores_without_batches.add((storages["default"]["OPTIONS"]["endpoint_url"], BUCKET))
        measure_throughput(f"{store}, without DeleteObjects", options.s3_rows)


async def _publish_one(site: Site, connection: HttpConnection) -> float:
    """Create a design and wait until it is published; return the ms that took, by the database's clock."""
    answer = await connection.send_request(build_create(site))
    design = json.loads(answer.body)["id"]
    while (ms := await asyncio.to_thread(_published_after, design)) is None:
        await asyncio.sleep(0.01)
    return ms


def _published_after(design: str) -> float | None:
    from designs.models import Render  # noqa: PLC0415

    render = Render.objects.get(design=UUID(design))
    return None if render.finished_at is None else (render.finished_at - render.requested_at).total_seconds() * 1000


async def measure_previews(site: Site, number: int) -> list[float]:
    """Publish designs one after the other; return the ms of each."""
    connection = await HttpConnection.connect_to(site.full_url(DESIGNS_PATH))
    times = []
    for _ in range(number):
        times.append(await _publish_one(site, connection))
        await asyncio.sleep(0.02)
    return times


async def measure_during_deletions(site: Site, designs: list[UUID]) -> tuple[list[float], float]:
    """Delete designs over one connection; return the ms of each preview meanwhile, and the s until all was deleted."""
    start, times = time.monotonic(), list[float]()
    deleting = asyncio.create_task(_delete_designs(site, designs))
    connection = await HttpConnection.connect_to(site.full_url(DESIGNS_PATH))
    while not deleting.done() or await asyncio.to_thread(_has_due_garbage):
        times.append(await _publish_one(site, connection))
        await asyncio.sleep(0.02)
    await deleting
    return times, time.monotonic() - start


async def _delete_designs(site: Site, designs: list[UUID]) -> None:
    connection = await HttpConnection.connect_to(site.full_url(DESIGNS_PATH))
    for design in designs:
        answer = await connection.send_request(site.build_request("DELETE", f"{DESIGNS_PATH}/{design}"))
        if answer.status != 204:
            raise RuntimeError(f"deleting a design failed: {answer}")


def _has_due_garbage() -> bool:
    from designs import lifecycle  # noqa: PLC0415

    return lifecycle.due_garbage().exists()


def measure_site(site: Site, options: argparse.Namespace) -> None:
    """Print the latency of previews on an idle site and during deletions."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from designs.models import Design  # noqa: PLC0415

    create_designs(options.deletions, "deleted", get_user_model().objects.get(pk=site.owner_id))
    doomed = list(Design.objects.values_list("pk", flat=True))
    asyncio.run(measure_previews(site, 1))  # wakes the workers
    wait_until(lambda: not count_unfinished())
    asyncio.run(measure_previews(site, 10))  # warm up
    idle = asyncio.run(measure_previews(site, options.previews))
    busy, seconds = asyncio.run(measure_during_deletions(site, doomed))
    print(f"previews, idle: {_describe(idle)}")
    print(f"previews, during {len(doomed)} deletions in {seconds:.1f} s: {_describe(busy)}")


def _describe(times: list[float]) -> str:
    p95 = sorted(times)[max(0, int(len(times) * 0.95) - 1)]
    return f"{len(times)}, median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, at most {max(times):.0f} ms"


def main() -> None:
    """Run the measurements and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000, help="attempts deleted on the disk (default %(default)s)")
    parser.add_argument("--s3-rows", type=int, default=500, help="attempts deleted on S3 (default %(default)s)")
    parser.add_argument("--latency", type=float, default=30, help="ms added to each S3 request (default %(default)s)")
    parser.add_argument("--previews", type=int, default=100, help="previews on the idle site (default %(default)s)")
    parser.add_argument("--deletions", type=int, default=1000, help="designs that are deleted (default %(default)s)")
    options = parser.parse_args()
    with run_site(worker_count=2, outputs=PAIR_OUTPUTS) as site:
        with paused(site.pids["reconciler"]):
            measure_stores(options)
        measure_site(site, options)


if __name__ == "__main__":
    main()
