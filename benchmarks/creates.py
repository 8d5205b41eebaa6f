"""What creating designs costs: a rate offered for a minute with workers beside, and the rate that can be sustained.

Every design is drawn, stored and published by the workers while others are created; no text comes twice. The sustained
rate is found with creates held back while more than so many designs are unpublished: what is published is then what
web processes, workers, PostgreSQL and Valkey manage together on this machine, with this client beside them.
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
MAX_UNPUBLISHED = 64  # designs that may wait while the sustained rate is sought
_numbers = count()


def build_create(site: Site) -> bytes:
    """Return a request for a new design."""
    data = {"text": f"Ada {next(_numbers)}", "font": "Bebas-Bold", "color": "#1D3557"}
    return site.build_request("POST", DESIGNS_PATH, {"product_type": "t-shirt", "design_data": data})


def count_unfinished() -> int:
    """Return how many renders wait or run."""
    from designs.models import UNFINISHED, Render  # noqa: PLC0415  # settings are read by now

    return Render.objects.filter(state__in=UNFINISHED).count()


def count_published() -> int:
    """Return how many designs are published."""
    from designs.models import Design  # noqa: PLC0415

    return Design.objects.filter(status="published").count()


@contextmanager
def watch_backlog(every: float = 0.5) -> Iterator[list[int]]:
    """Note how many renders are unfinished, every so many s until the end of the block."""
    from django.db import connection  # noqa: PLC0415

    seen: list[int] = []
    ended = Event()

    def watch() -> None:
        while not ended.wait(every):
            seen.append(count_unfinished())
        connection.close()

    thread = Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def measure_offered(site: Site, rate: float, seconds: float) -> None:
    """Offer creates at a rate, and print how the creates and the backlog fared."""
    before = {name: sum(map(cpu_ms, pids)) for name, pids in site.pids.items()}
    with watch_backlog() as backlog:
        found: LoadResult = run_open_loop(
            site.full_url(DESIGNS_PATH), lambda _: build_create(site), rate=rate, seconds=seconds, connections=64
        )
    ended = time.monotonic()
    wait_until(lambda: not count_unfinished())
    drained = time.monotonic() - ended
    third = max(1, len(backlog) // 3)
    first, last = (sum(part) / len(part) for part in (backlog[:third], backlog[-third:]))
    print(f"offered: {found}")
    print(f"  unfinished renders: {first:.1f} in the first third, {last:.1f} in the last, most {max(backlog)}")
    print(f"  the last was published {drained:.2f} s after the last create")
    made = len(found.latencies)
    costs = {name: (sum(map(cpu_ms, pids)) - before[name]) / made for name, pids in site.pids.items()}
    print("  CPU ms a design: " + ", ".join(f"{name} {cost:.1f}" for name, cost in costs.items()))
    print(f"  and the client {found.own_cpu_ms / made:.1f}")


def measure_sustained(site: Site, seconds: float) -> None:
    """Create as fast as designs are published, and print how fast that is."""
    asyncio.run(_create_steadily(site, 5.0))
    begun, before = time.monotonic(), count_published()
    latencies = asyncio.run(_create_steadily(site, seconds))
    rate = (count_published() - before) / (time.monotonic() - begun)
    wait_until(lambda: not count_unfinished())
    print(f"sustained: {rate:.1f} designs a second; creates: {format_latencies(latencies)}")


async def _create_steadily(site: Site, seconds: float) -> list[float]:
    ends, latencies, room = time.monotonic() + seconds, list[float](), asyncio.Event()

    async def look() -> None:
        while time.monotonic() < ends:
            room.set() if await asyncio.to_thread(count_unfinished) < MAX_UNPUBLISHED else room.clear()
            await asyncio.sleep(0.05)
        room.set()  # nobody waits for ever

    async def ask() -> None:
        connection = await HttpConnection.connect_to(site.full_url(DESIGNS_PATH))
        while time.monotonic() < ends:
            await room.wait()
            begun = time.perf_counter()
            answer = await connection.send_request(build_create(site))
            if answer.status != 201:
                raise RuntimeError(f"a design could not be made: {answer}")
            latencies.append((time.perf_counter() - begun) * 1000)

    await asyncio.gather(look(), *(ask() for _ in range(8)))
    return latencies


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="s of the offered load (default %(default)s)")
    parser.add_argument("--rate", type=float, default=40, help="creates a second offered (default %(default)s)")
    parser.add_argument("--web", type=int, default=1, help="web processes (default %(default)s)")
    parser.add_argument("--pair", action="store_true", help="draw the two PNGs alone, not all six files")
    given = parser.parse_args()
    with run_site(web=given.web, worker_count=2, outputs=PAIR_OUTPUTS if given.pair else "") as site:
        measure_offered(site, 10, 5)  # fonts, connections
        measure_offered(site, given.rate, given.seconds)
        measure_sustained(site, 20)


if __name__ == "__main__":
    main()
