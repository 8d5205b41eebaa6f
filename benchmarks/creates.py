"""Cost of creating designs: an offered rate for a minute while workers draw, and the rate that can be sustained.

Workers draw, store and publish every design while others are created; no text comes twice. For the sustained rate,
creates pause while more than MAX_UNPUBLISHED designs are unpublished. The rate of publications is then what web
processes, workers, PostgreSQL, Valkey and this client achieve together on one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread

from benchmarks.delivery import PAIR_OUTPUTS, cpu_ms, wait_until
from benchmarks.http_client import HttpConnection
from benchmarks.load import LoadResult, format_latencies, run_open_loop
from benchmarks.site import Site, run_site

DESIGNS_PATH = "/api/v1/designs"
MAX_UNPUBLISHED = 64  # designs that may wait during the measurement of the sustained rate
_numbers = count()


def build_create(site: Site) -> bytes:
    """Return a request that creates a design."""
    data = {"text": f"Ada {next(_numbers)}", "font": "Bebas-Bold", "color": "#1D3557"}
    return site.build_request("POST", DESIGNS_PATH, {"product_type": "t-shirt", "design_data": data})


def count_unfinished() -> int:
    """Return the number of renders that wait or run."""
    from designs.models import UNFINISHED, Render  # noqa: PLC0415  # needs the settings

    return Render.objects.filter(state__in=UNFINISHED).count()


def count_published() -> int:
    """Return the number of published designs."""
    from designs.models import Design  # noqa: PLC0415

    return Design.objects.filter(status="published").count()


@contextmanager
def watch_backlog(every: float = 0.5) -> Iterator[list[int]]:
    """Sample the number of unfinished renders every `every` s until the end of the block."""
    from django.db import connection  # noqa: PLC0415

    samples: list[int] = []
    ended = Event()

    def watch() -> None:
        while not ended.wait(every):
            samples.append(count_unfinished())
        connection.close()

    thread = Thread(target=watch)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def measure_offered(site: Site, rate: float, seconds: float) -> None:
    """Offer creates at a rate; print their latency, the backlog and the CPU per design."""
    before = {name: sum(map(cpu_ms, pids)) for name, pids in site.pids.items()}
    with watch_backlog() as backlog:
        result: LoadResult = run_open_loop(
            site.full_url(DESIGNS_PATH), lambda _: build_create(site), rate=rate, seconds=seconds, connections=64
        )
    last_create = time.monotonic()
    wait_until(lambda: not count_unfinished())
    delay = time.monotonic() - last_create
    third = max(1, len(backlog) // 3)
    first, last = (sum(part) / len(part) for part in (backlog[:third], backlog[-third:]))
    print(f"offered: {result}")
    print(f"  unfinished renders: {first:.1f} in the first third, {last:.1f} in the last, at most {max(backlog)}")
    print(f"  the last was published {delay:.2f} s after the last create")
    created = len(result.latencies)
    costs = {name: (sum(map(cpu_ms, pids)) - before[name]) / created for name, pids in site.pids.items()}
    print("  CPU ms per design: " + ", ".join(f"{name} {cost:.1f}" for name, cost in costs.items()))
    print(f"  and the client {result.own_cpu_ms / created:.1f}")


def measure_sustained(site: Site, seconds: float) -> None:
    """Create designs as fast as they are published; print that rate."""
    asyncio.run(_create_steadily(site, 5.0))
    start, before = time.monotonic(), count_published()
    latencies = asyncio.run(_create_steadily(site, seconds))
    rate = (count_published() - before) / (time.monotonic() - start)
    wait_until(lambda: not count_unfinished())
    print(f"sustained: {rate:.1f} designs per second; creates: {format_latencies(latencies)}")


async def _create_steadily(site: Site, seconds: float) -> list[float]:
    deadline, latencies, may_create = time.monotonic() + seconds, list[float](), asyncio.Event()

    async def watch_unpublished() -> None:
        while time.monotonic() < deadline:
            unpublished = await asyncio.to_thread(count_unfinished)
            may_create.set() if unpublished < MAX_UNPUBLISHED else may_create.clear()
            await asyncio.sleep(0.05)
        may_create.set()  # so that no task waits for ever

    async def create_designs() -> None:
        connection = await HttpConnection.connect_to(site.full_url(DESIGNS_PATH))
        while time.monotonic() < deadline:
            await may_create.wait()
            start = time.perf_counter()
            answer = await connection.send_request(build_create(site))
            if answer.status != 201:
                raise RuntimeError(f"creating a design failed: {answer}")
            latencies.append((time.perf_counter() - start) * 1000)

    await asyncio.gather(watch_unpublished(), *(create_designs() for _ in range(8)))
    return latencies


def main() -> None:
    """Run the measurements and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seconds", type=float, default=60, help="duration of the offered load in s (default %(default)s)"
    )
    parser.add_argument("--rate", type=float, default=40, help="creates per second offered (default %(default)s)")
    parser.add_argument("--web", type=int, default=1, help="web processes (default %(default)s)")
    parser.add_argument("--pair", action="store_true", help="draw two PNGs instead of the six standard files")
    options = parser.parse_args()
    with run_site(web=options.web, worker_count=2, outputs=PAIR_OUTPUTS if options.pair else "") as site:
        measure_offered(site, 10, 5)  # warm up fonts and connections
        measure_offered(site, options.rate, options.seconds)
        measure_sustained(site, 20)


if __name__ == "__main__":
    main()
