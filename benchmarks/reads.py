"""Cost of reads with a thousand designs and with a million: `python -m benchmarks.reads`.

Everything runs locally: PostgreSQL (its default settings, with its disk), Valkey and uvicorn. Two databases are filled
(`benchmarks/fill_database.py`) and web processes are started on each. Printed are:

- the highest rate of the list of designs (closed loop), and its latency at an offered rate (open loop);
- the CPU time per page, for each process;
- for many pages, the time of one request after the other, with a million designs and with a thousand.

`--keep FOLDER` keeps the filled databases and uses them again.
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
from benchmarks.http_client import encode_request
from benchmarks.load import LoadResult, run_closed_loop, run_open_loop
from customify.ops.embedded import HOST, start_valkey, wait_for_valkey
from customify.ops.processes import ChildProcess, accepts_connections, free_ports, start_process, wait_until
from customify.testing.services import PostgresServer, start_postgres
from customify.testing.spawn import PROJECT

ROUNDS = 16  # short ones, so that other load on the machine affects both databases
PUBLISHED_PATH = "/api/v1/designs?status=published"
PAGE_PATHS = {
    "designs, first page": "/api/v1/designs",
    "designs, a page in the middle": "/api/v1/designs?cursor={deep}",
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
    """A filled database and the web processes that serve it."""

    base: str  # http://HOST:PORT
    facts: dict[str, Any]  # what fill_database printed, and values that the paths need
    web: ChildProcess

    def build_request(self, path: str) -> tuple[str, bytes]:
        """Return the URL and the request of a path of PAGE_PATHS, with the key of its owner or the admin's session."""
        owner, _, template = path.rpartition(" ")
        url = self.base + template.format_map(self.facts)
        key = self.facts["keys"][owner or "big"]
        admin = template.startswith("/admin/")
        headers = {"Cookie": f"sessionid={self.facts['session']}"} if admin else {"Authorization": f"Bearer {key}"}
        return url, encode_request("GET", url, headers)

    def find_deep_page(self, database: str) -> None:
        """Find the median creation time, and make the cursor of the page there."""
        with closing(psycopg.connect(database, autocommit=True)) as connection:
            middle = "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY created_at) FROM designs_design"
            ((moment,),) = connection.execute(middle).fetchall()
        position = quote(str(moment), safe="")
        self.facts["deep"] = quote(b64encode(f"p={position}".encode()).decode())
        self.facts["middle"] = quote(str(moment.isoformat()))
        self.facts["mug"] = self.facts["products"]["mug"]


def measure_page(served: ServedDatabase, path: str, seconds: float) -> list[float]:
    """Return the latencies (ms) of one page, requested repeatedly; ValueError for any status but 200."""
    url, request = served.build_request(path)
    result = run_closed_loop(url, request, connections=1, seconds=seconds)
    if set(result.statuses) != {200} or result.errors:
        raise ValueError(f"{url}: {result}")
    return result.latencies


def print_comparison(served: dict[int, ServedDatabase], seconds: float) -> None:
    """Print the time of each page in each database, measured in turns, and the ratio.

    The time is the tenth percentile, as other load on the machine makes some requests slower.
    """
    few, many = served
    print(f"| page | ms at {few:,} | ms at {many:,} | ratio |\n|---|---|---|---|")
    for name, path in PAGE_PATHS.items():
        times: dict[int, list[float]] = {n: [] for n in served}
        for _ in range(ROUNDS):
            for n, database in served.items():
                times[n] += measure_page(database, path, seconds / ROUNDS)
        low = {n: statistics.quantiles(latencies, n=10)[0] for n, latencies in times.items()}
        print(f"| {name} | {low[few]:.1f} | {low[many]:.1f} | {low[many] / low[few]:.2f} |", flush=True)


def print_peak(served: ServedDatabase, pids: dict[str, int], seconds: float, rate: float) -> None:
    """Print the highest rate of the list with the CPU per page, and its latency at an offered rate."""
    url, request = served.build_request("/api/v1/designs")
    run_closed_loop(url, request, connections=8, seconds=3)  # warm up
    all_pids = {"web": served.web.popen.pid, **pids}
    before = {name: cpu_ms(pid) for name, pid in all_pids.items()}
    result = run_closed_loop(url, request, connections=8, seconds=seconds)
    print(f"  closed loop, 8 connections: {result}")
    print(
        "  CPU ms per page: "
        + _format_shares(result, {name: cpu_ms(pid) - before[name] for name, pid in all_pids.items()})
    )
    print(f"  open loop: {run_open_loop(url, request, rate=rate, seconds=seconds)}")
    print(f"  (load average {os.getloadavg()[0]:.1f})", flush=True)


def _format_shares(result: LoadResult, spent: dict[str, float]) -> str:
    shares = {**spent, "load generator": result.own_cpu_ms}
    total = sum(shares.values()) / len(result.latencies)
    parts = ", ".join(f"{name} {ms / len(result.latencies):.2f}" for name, ms in shares.items())
    return f"{parts}; total {total:.2f}"


@contextmanager
def run_web(env: dict[str, str], log: Path, processes: int) -> Iterator[tuple[ChildProcess, int]]:
    """Run the web server until the end of the block."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "uvicorn", "customify.asgi:application", "--host", HOST, "--port", str(port),
               "--no-access-log", "--no-proxy-headers", "--workers", str(processes)]  # fmt: skip
    child = start_process("the web server", command, log=log, env=env, cwd=PROJECT)
    try:
        wait_until(lambda: accepts_connections(HOST, port), child, seconds=60)
        yield child, port
    finally:
        child.stop()


def ensure_database(
    postgres: PostgresServer, designs: int, folder: Path, env: dict[str, str]
) -> tuple[str, dict[str, Any]]:
    """Return the URL of a database with so many designs, filled if it does not exist yet, and its facts."""
    name, facts_file = f"reads_{designs}", folder / f"{designs}.json"
    url = postgres.url.removesuffix("/postgres") + f"/{name}"
    with closing(psycopg.connect(postgres.url, autocommit=True)) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}".encode())
    fill = [sys.executable, "-m", "benchmarks.fill_database", "--designs", str(designs)]
    migrate = [sys.executable, "manage.py", "migrate", "--skip-checks", "-v", "0"]
    database_env = {**env, "DATABASE_URL": url}
    if facts_file.exists():
        subprocess.run(migrate, cwd=PROJECT, env=database_env, check=True)  # noqa: S603
    else:
        print(f"filling {designs:,} designs", file=sys.stderr, flush=True)
        done = subprocess.run(fill, cwd=PROJECT, env=database_env, check=True, stdout=subprocess.PIPE)  # noqa: S603
        facts_file.write_bytes(done.stdout)
    return url, json.loads(facts_file.read_text())


def run_benchmark(folder: Path, options: argparse.Namespace) -> None:
    """Start the servers, fill the databases, and print the measurements."""
    valkey_port, postgres_port = free_ports(2)
    with ExitStack() as stack:
        valkey = start_valkey(folder / "valkey", valkey_port, persistent=False)
        stack.callback(valkey.stop)
        postgres = start_postgres(folder / "postgres", postgres_port, durable=True)
        stack.callback(postgres.stop)
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
    filled: dict[int, tuple[str, dict[str, Any]]], env: dict[str, str], folder: Path, processes: int, sizes: set[int]
) -> Iterator[dict[int, ServedDatabase]]:
    with ExitStack() as stack:
        served = {}
        for designs in sorted(sizes):
            url, facts = filled[designs]
            database_env = {**env, "DATABASE_URL": url}
            child, port = stack.enter_context(run_web(database_env, folder / f"web-{designs}.log", processes))
            served[designs] = ServedDatabase(f"http://{HOST}:{port}", dict(facts), child)
            served[designs].find_deep_page(url)
        yield served


def main() -> None:
    """Read the options and run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--designs", type=int, default=1_000_000, help="designs in the large database (default %(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=15, help="duration of each load in s (default %(default)s)")
    parser.add_argument("--rate", type=float, default=100, help="requests per second offered (default %(default)s)")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2], help="web processes (default 1 2)")
    parser.add_argument(
        "--page-seconds", type=float, default=3, help="duration for each page in s; 0: skip pages (default %(default)s)"
    )
    parser.add_argument("--log-level", default="WARNING", help="log level of the service (default %(default)s)")
    parser.add_argument(
        "--keep", type=Path, help="folder for the databases (7 GB), which are kept; all users must be able to enter it"
    )
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
