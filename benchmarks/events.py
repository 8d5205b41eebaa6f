"""Cost of live progress: latency of events, losses by reconnects, and 500 open streams beside other requests.

Runs a real site: PostgreSQL (durable), Valkey, one uvicorn process, two workers, the reconciler, local files. Clients
use HTTP. Latency is from the time of an event by the database's clock to its receipt, on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from benchmarks.load import format_latencies
from benchmarks.site import Site, run_site
from benchmarks.sse_client import DESIGNS_PATH, ReceivedEvent, create_design, open_stream, send_request

TIMEOUT_SECONDS = 120.0


@dataclass(slots=True)
class PeakUsage:
    """The highest values that were sampled."""

    connections: int = 0
    rss: float = 0.0  # MB
    pss: float = 0.0  # MB
    threads: int = 0


@dataclass(slots=True)
class IdleLatencies:
    """Latencies of events in ms, while nothing else happens."""

    after_request: list[float] = field(default_factory=list)  # from the request for a design to its first event
    after_answer: list[float] = field(default_factory=list)  # from the answer to the first event
    published: list[float] = field(default_factory=list)  # from the time of the event `published` to its receipt


async def measure_idle(site: Site, count: int) -> IdleLatencies:
    """Create designs one at a time and follow each from its answer on."""
    result = IdleLatencies()
    for number in range(count):
        requested = time.time()
        design = await create_design(site, f"alone {number}")
        answered, count_received = time.time(), 0
        async with open_stream(site, design) as events:
            async for sent in events or _no_events():
                if not count_received:
                    result.after_request.append((sent.received - requested) * 1000)
                    result.after_answer.append((sent.received - answered) * 1000)
                count_received += 1
                if sent.fields["event"] == "published":
                    result.published.append(sent.delay_ms)
        await asyncio.sleep(0.05)
    return result


async def _no_events() -> AsyncIterator[ReceivedEvent]:
    return
    yield


@dataclass(slots=True)
class ReconnectResult:
    """Events that a client lost or received twice by forced reconnects, and the numbers it received."""

    reconnects: int = 0
    lost: int = 0
    repeated: int = 0
    received: list[int] = field(default_factory=list)


async def measure_reconnects(site: Site, reconnects: int) -> ReconnectResult:
    """Follow designs that are drawn repeatedly, and disconnect after every one or two events."""
    result, round_ = ReconnectResult(), 0
    while result.reconnects < reconnects:
        design, round_ = await create_design(site, f"reconnect {round_}"), round_ + 1
        numbers: list[int] = []
        for repeat in range(5):
            await _follow_with_reconnects(site, design, numbers, result)
            if repeat < 4 and result.reconnects < reconnects:
                await send_request(site, "POST", f"{DESIGNS_PATH}/{design}/render", {})
        newest = await asyncio.to_thread(_event_count, design)
        result.lost += len(set(range(1, newest + 1)) - set(numbers))
        result.repeated += len(numbers) - len(set(numbers)) + sum(b < a for a, b in pairwise(numbers))
        result.received += numbers
    return result


async def _follow_with_reconnects(site: Site, design: str, numbers: list[int], result: ReconnectResult) -> None:
    while True:
        last_number = numbers[-1] if numbers else None
        async with open_stream(site, design, last_number) as events, asyncio.timeout(TIMEOUT_SECONDS):
            result.reconnects += 1
            if events is None:
                return
            count_received = 0
            async for sent in events:
                if sent.number is None:
                    return
                numbers.append(sent.number)
                count_received += 1
                if count_received > len(numbers) % 2:
                    break


def _event_count(design: str) -> int:
    from django.db import connection  # noqa: PLC0415

    from designs.models import Event  # noqa: PLC0415

    try:
        return Event.objects.filter(design_id=design).count()
    finally:
        connection.close()


@dataclass(slots=True)
class CrowdResult:
    """What many clients received. All times in ms."""

    open_streams: int = 0
    settled: int = 0
    latencies: list[float] = field(default_factory=list)
    list_latencies: list[float] = field(default_factory=list)


async def measure_crowd(site: Site, options: argparse.Namespace, peak: PeakUsage) -> CrowdResult:
    """Open streams on new designs while the workers are stopped, so that all are open at once; then continue them."""
    result, gate = CrowdResult(), asyncio.Semaphore(options.opening)
    traffic = [
        asyncio.create_task(task)
        for task in (_list_repeatedly(site, result), _create_repeatedly(site), sample_usage(site, peak))
    ]
    for pid in site.pids["workers"]:
        os.kill(pid, signal.SIGSTOP)
    try:
        ids = [await create_design(site, f"crowd {number}") for number in range(options.designs)]
        followers = [
            asyncio.create_task(_follow_design(site, ids[number % options.designs], gate, result))
            for number in range(options.streams)
        ]
        await _wait_until_open(followers, result)
    finally:
        for pid in site.pids["workers"]:
            os.kill(pid, signal.SIGCONT)
    await asyncio.gather(*followers)
    for task in traffic:
        task.cancel()
    for outcome in await asyncio.gather(*traffic, return_exceptions=True):
        if not isinstance(outcome, asyncio.CancelledError):
            raise RuntimeError("a request beside the streams failed") from outcome
    return result


async def _wait_until_open(followers: Sequence[asyncio.Task[None]], result: CrowdResult) -> None:
    while result.open_streams < len(followers):
        for task in followers:
            if task.done():
                task.result()
        await asyncio.sleep(0.05)
    await asyncio.sleep(3)  # all streams wait, beside other requests


async def _follow_design(site: Site, design: str, gate: asyncio.Semaphore, result: CrowdResult) -> None:
    await gate.acquire()
    async with asyncio.timeout(TIMEOUT_SECONDS), open_stream(site, design) as events:
        gate.release()
        result.open_streams += 1
        async for sent in events or _no_events():
            if sent.fields["event"] == "published":
                result.latencies.append(sent.delay_ms)
            result.settled += sent.fields["event"] == "settled"


async def _list_repeatedly(site: Site, result: CrowdResult) -> None:
    while True:
        start = time.perf_counter()
        await send_request(site, "GET", f"{DESIGNS_PATH}?page_size=5")
        result.list_latencies.append((time.perf_counter() - start) * 1000)
        await asyncio.sleep(0.1)


async def _create_repeatedly(site: Site) -> None:
    number = 0
    while True:
        number += 1
        await create_design(site, f"beside {number}")
        await asyncio.sleep(0.2)


async def sample_usage(site: Site, peak: PeakUsage) -> None:
    """Sample the site's database connections, and memory and threads of the web process, every 50 ms."""
    import psycopg  # noqa: PLC0415

    status, smaps = Path(f"/proc/{site.pids['web'][0]}/status"), Path(f"/proc/{site.pids['web'][0]}/smaps_rollup")
    connection = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
    async with connection:
        while True:
            cursor = await connection.execute(_CONNECTIONS_SQL)
            peak.connections = max(peak.connections, (await cursor.fetchone() or (0,))[0])
            text = status.read_text()
            peak.rss = max(peak.rss, _read_number("VmHWM", text) / 1024)
            peak.threads = max(peak.threads, _read_number("Threads", text))
            peak.pss = max(peak.pss, _read_number("Pss", smaps.read_text()) / 1024)
            await asyncio.sleep(0.05)


_CONNECTIONS_SQL = """
SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def _read_number(name: str, text: str) -> int:
    match = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(match[1]) if match else 0


async def measure_site(site: Site, options: argparse.Namespace) -> None:
    """Run the measurements and print the results."""
    await measure_idle(site, 3)  # warm up
    first = await measure_idle(site, options.first)
    print(f"{options.first} designs, one at a time")
    print(f"  from the request for a design to its first event: {format_latencies(first.after_request)}")
    print(f"  … of which after the answer: {format_latencies(first.after_answer)}")
    print(f"  `published`, from the time of the event to its receipt: {format_latencies(first.published)}")
    resumed = await measure_reconnects(site, options.reconnects)
    losses = f"{resumed.lost} events lost, {resumed.repeated} repeated, of {len(resumed.received)}"
    print(f"{resumed.reconnects} forced reconnects: {losses}")
    peak, before = PeakUsage(), PeakUsage()
    sampling = asyncio.create_task(sample_usage(site, before))
    await asyncio.sleep(0.5)
    sampling.cancel()
    crowd = await measure_crowd(site, options, peak)
    print(f"{crowd.open_streams} streams open at once on {options.designs} designs: {crowd.settled} received the end")
    print(f"  `published`, from the time of the event to its receipt: {format_latencies(crowd.latencies)}")
    print(f"  {len(crowd.list_latencies)} lists of designs meanwhile: {format_latencies(crowd.list_latencies)}")
    print(f"  database connections of the site, at most: {peak.connections}")
    print(f"  web process, at most: RSS {peak.rss:.0f} MB, PSS {peak.pss:.0f} MB, {peak.threads} threads")
    print(f"  … and before the streams: RSS {before.rss:.0f} MB, PSS {before.pss:.0f} MB, {before.threads} threads")


def main() -> None:
    """Start the site and run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--first", type=int, default=50, help="designs whose first event is timed (default %(default)s)"
    )
    parser.add_argument("--reconnects", type=int, default=100, help="forced reconnects (default %(default)s)")
    parser.add_argument("--streams", type=int, default=500, help="streams open at once (default %(default)s)")
    parser.add_argument("--designs", type=int, default=300, help="designs that they follow (default %(default)s)")
    parser.add_argument(
        "--opening", type=int, default=32, help="streams that are opened at the same time (default %(default)s)"
    )
    options = parser.parse_args()
    with run_site(worker_count=2) as site:
        asyncio.run(measure_site(site, options))


if __name__ == "__main__":
    main()
