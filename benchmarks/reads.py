"""Reads of a thousand designs and of a million: `python -m benchmarks.reads` (PostgreSQL, Valkey, uvicorn; all local).

Two databases are filled (benchmarks/filling.py) in one PostgreSQL with its own settings and its disk, and web processes
are started on each. Printed are the greatest rate of the list of designs (closed loop), its latencies at a rate that is
offered (open loop), the CPU a page takes of each process, and for many pages how long one takes, asked for one after
the other, with a million designs and with a thousand. `--keep FOLDER` fills once and uses the databases again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from benchmarks.delivery import cpu_ms
from benchmarks.openloop import LoadResult, run_closed_loop, run_open_loop
from benchmarks.wire import encode_request
from customify.ops.embedded import HOST, start_valkey, wait_for_valkey
from customify.ops.processes import ChildProcess, accepts_connections, free_ports, start_process, wait_until
from customify.testing.services import PostgresServer, start_postgres
from customify.testing.spawn import PROJECT

ROUNDS = 16  # short ones, so that whatever else runs on the machine falls on both sides
PUBLISHED_PATH = "/api/v1/designs?status=published"
PAGE_PATHS = {
    "designs, first page": "/api/v1/designs",
    "designs, a page deep in": "/api/v1/designs?cursor={deep}",
    "status=published": PUBLISHED_PATH,
    "status=failed": "/api/v1/designs?status=failed",
    "product_type": "/api/v1/designs?product_type=mug",
    "product_type, status": "/api/v1/designs?product_type=mug&status=published",
    "created_after": "/api/v1/designs?created_after={middle}",
    "created_before": "/api/v1/designs?created_before={middle}",
    "created_before, status": "/api/v1/designs?created_before={middle}&status=published",
    "external_id": "/api/v1/designs?external_id=order-500",
    "fields=id,status,preview_url": "/api/v1/designs?fields=id,status,preview_url",
    "a design": "/api/v1/designs/{long}",
    "a design's renders": "/api/v1/designs/{long}/renders",
    "a design's revisions": "/api/v1/designs/{long}/revisions",
    "assets": "/api/v1/assets",
    "small owner: first page": "small /api/v1/designs",
    "small owner: status=published": "small " + PUBLISHED_PATH,
    "small owner: product_type": "small /api/v1/designs?product_type=mug",
    "admin: designs": "/admin/designs/design/",
    "admin: page 10": "/admin/designs/design/?p=9",
    "admin: status": "/admin/designs/design/?status__exact=published",
    "admin: product": "/admin/designs/design/?product__id__exact={mug}",
    "admin: product, status": "/admin/designs/design/?product__id__exact={mug}&status__exact=published",
    "admin: created": "/admin/designs/design/?created_at__gte=2020-01-01+00%3A00%3A00%2B00%3A00",
    "admin: search, id": "/admin/designs/design/?q={long}",
    "admin: search, external id": "/admin/designs/design/?q=order-500",
    "admin: search, owner": "/admin/designs/design/?q=big",
    "admin: search, small owner": "/admin/designs/design/?q=small",
    "admin: a design": "/admin/designs/design/{long}/change/",
    "admin: assets": "/admin/designs/asset/",
}


@dataclass(slots=True)
class ServedDatabase:
    """A database behind web processes."""

    base: str  # http://HOST:PORT
    known: dict[str, Any]  # what the filling printed, and where the pages are
    web: ChildProcess

    def build_request(self, path: str) -> tuple[str, bytes]:
        """Return the address and the request of a page: the big owner's, the small one's or the admin's."""
        owner, _, place = path.rpartition(" ")
        url = self.base + place.format_map(self.known)
        key = self.known["keys"][owner or "big"]
        admin = place.startswith("/admin/")
        headers = {"Cookie": f"sessionid={self.known['session']}"} if admin else {"Authorization": f"Bearer {key}"}
        return url, encode_request("GET", url, headers)

    def find_deep_page(self, database: str) -> None:
        """Learn where the middle of the designs is, and make the cursor of a page there."""
        with closing(psycopg.connect(database, autocommit=True)) as connection:
            middle = "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY created_at) FROM designs_design"
            ((moment,),) = connection.execute(middle).fetchall()
        position = quote(str(moment), safe="")
        self.known["deep"] = quote(b64encode(f"p={position}".encode()).decode())
        self.known["middle"] = quote(str(moment.isoformat()))
        self.known["mug"] = self.known["products"]["mug"]


def measure_page(served: ServedDatabase, path: str, seconds: float) -> list[float]:
    """Return the ms of a page asked for one after the other; ValueError where it is not answered with 200."""
    url, request = served.build_request(path)
    found = run_closed_loop(url, request, connections=1, seconds=seconds)
    if set(found.statuses) != {200} or found.errors:
        raise ValueError(f"{url}: {found}")
    return found.latencies


def print_comparison(served: dict[int, ServedDatabase], seconds: float) -> None:
    """Print how long each page takes in each database, asked by turns, and the ratio.

    Of all times the tenth percentile: others use the machine too, and what they take is no part of a page.
    """
    few, many = served
    print(f"| page | ms at {few:,} | ms at {many:,} | ratio |\n|---|---|---|---|")
    for name, path in PAGE_PATHS.items():
        taken: dict[int, list[float]] = {n: [] for n in served}
        for _ in range(ROUNDS):
            for n, one in served.items():
                taken[n] += measure_page(one, path, seconds / ROUNDS)
        low = {n: statistics.quantiles(times, n=10)[0] for n, times in taken.items()}
        print(f"| {name} | {low[few]:.1f} | {low[many]:.1f} | {low[many] / low[few]:.2f} |", flush=True)


def print_peak(served: ServedDatabase, pids: dict[str, int], seconds: float, rate: float) -> None:
    """Print the list's greatest rate with the CPU that a page takes, and its latency at a rate."""
    url, request = served.build_request("/api/v1/designs")
    run_closed_loop(url, request, connections=8, seconds=3)  # the first ones find nothing warm
    everybody = {"web": served.web.popen.pid, **pids}
    before = {name: cpu_ms(pid) for name, pid in everybody.items()}
    found = run_closed_loop(url, request, connections=8, seconds=seconds)
    print(f"  closed loop, 8 connections: {found}")
    print(
        "  CPU ms a page: "
        + _format_shares(found, {name: cpu_ms(pid) - before[name] for name, pid in everybody.items()})
    )
    print(f"  open loop: {run_open_loop(url, request, rate=rate, seconds=seconds)}")
    print(f"  (load average {os.getloadavg()[0]:.1f})", flush=True)


def _format_shares(found: LoadResult, spent: dict[str, float]) -> str:
    shares = {**spent, "asking": found.own_cpu_ms}
    total = sum(shares.values()) / len(found.latencies)
    parts = ", ".join(f"{name} {ms / len(found.latencies):.2f}" for name, ms in shares.items())
    return f"{parts}; in all {total:.2f}"


@contextmanager
def run_web(env: dict[str, str], log: Path, processes: int) -> Iterator[tuple[ChildProcess, int]]:
    """Run the web server until the end of the block."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "uvicorn", "customify.asgi:application", "--host", HOST, "--port", str(port),
               "--no-access-log", "--workers", str(processes)]  # fmt: skip
    child = start_process("the web server", command, log=log, env=env, cwd=PROJECT)
    try:
        wait_until(lambda: accepts_connections(HOST, port), child, seconds=60)
        yield child, port
    finally:
        child.stop()


def ensure_database(
    postgres: PostgresServer, designs: int, folder: Path, env: dict[str, str]
) -> tuple[str, dict[str, Any]]:
    """Return the address of a database with so many designs, filled unless it is there, and what is known of it."""
    name, kept = f"reads_{designs}", folder / f"{designs}.json"
    url = postgres.url.removesuffix("/postgres") + f"/{name}"
    with closing(psycopg.connect(postgres.url, autocommit=True)) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}".encode())
    commands = [["-m", "benchmarks.filling", "--designs", str(designs)], ["manage.py", "migrate", "--skip-checks"]]
    filling, migrating = ([sys.executable, *command] for command in commands)
    own = {**env, "DATABASE_URL": url}
    if kept.exists():
        subprocess.run([*migrating, "-v", "0"], cwd=PROJECT, env=own, check=True)  # noqa: S603
    else:
        print(f"filling {designs:,} designs", file=sys.stderr, flush=True)
        done = subprocess.run(filling, cwd=PROJECT, env=own, check=True, stdout=subprocess.PIPE)  # noqa: S603
        kept.write_bytes(done.stdout)
    return url, json.loads(kept.read_text())


def run_benchmark(folder: Path, options: argparse.Namespace) -> None:
    """Start the servers, fill, and print."""
    valkey_port, postgres_port = free_ports(2)
    with ExitStack() as ends:
        valkey = start_valkey(folder / "valkey", valkey_port, persistent=False)
        ends.callback(valkey.stop)
        postgres = start_postgres(folder / "postgres", postgres_port, durable=True)
        ends.callback(postgres.stop)
        wait_for_valkey(valkey, valkey_port)
        postgres.wait_until_ready(seconds=120)
        env = {**os.environ, "ENV_FILE": "", "SECRET_KEY": "benchmark-" + "0" * 50, "API_RATE": "1000000",
               "REDIS_URL": f"redis://{HOST}:{valkey_port}/0", "STORAGE_ROOT": str(folder / "storage"),
               "DJANGO_SETTINGS_MODULE": "customify.settings", "LOG_LEVEL": options.log_level}  # fmt: skip
        pids = {"PostgreSQL": postgres.child.popen.pid, "Valkey": valkey.popen.pid}
        filled = {n: ensure_database(postgres, n, folder, env) for n in (1_000, options.designs)}
        for processes in options.processes:
            with _serve_databases(filled, env, folder, processes, {options.designs}) as served:
                print(f"\n{options.designs:,} designs, {processes} web processes")
                print_peak(served[options.designs], pids, options.seconds, options.rate)
        if options.page_seconds:
            with _serve_databases(filled, env, folder, 1, set(filled)) as served:
                print()
                print_comparison(served, options.page_seconds)


@contextmanager
def _serve_databases(
    filled: dict[int, tuple[str, dict[str, Any]]], env: dict[str, str], folder: Path, processes: int, which: set[int]
) -> Iterator[dict[int, ServedDatabase]]:
    with ExitStack() as ends:
        served = {}
        for designs in sorted(which):
            url, known = filled[designs]
            own = {**env, "DATABASE_URL": url}
            child, port = ends.enter_context(run_web(own, folder / f"web-{designs}.log", processes))
            served[designs] = ServedDatabase(f"http://{HOST}:{port}", dict(known), child)
            served[designs].find_deep_page(url)
        yield served


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=1_000_000, help="beside the thousand (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=15, help="s of each load (default %(default)s)")
    parser.add_argument("--rate", type=float, default=100, help="requests a second offered (default %(default)s)")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2], help="web processes (default 1 2)")
    parser.add_argument("--page-seconds", type=float, default=3, help="s for each page; 0: none (default %(default)s)")
    parser.add_argument("--log-level", default="WARNING", help="of the service (default %(default)s)")
    parser.add_argument("--keep", type=Path, help="where the databases (7 GB) lie, and stay; all must be able to enter")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        options.keep.chmod(0o755)
        run_benchmark(options.keep, options)
        return
    with tempfile.TemporaryDirectory(prefix="customify-reads-") as folder:
        Path(folder).chmod(0o755)
        run_benchmark(Path(folder), options)


if __name__ == "__main__":
    main()
