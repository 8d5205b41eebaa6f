"""What live progress costs: how soon events come, what reconnects lose, and 500 streams beside ordinary traffic.

A real site: PostgreSQL with its disk, Valkey, one uvicorn process, two workers, the reconciler, local files. Clients
speak HTTP to it. Latency is from an event's time by the database's clock to its receipt, on one machine.
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

PATIENCE_SECONDS = 120.0  # s


@dataclass(slots=True)
class PeakUsage:
    """The most of what was sampled."""

    connections: int = 0
    rss: float = 0.0  # MB
    pss: float = 0.0  # MB
    threads: int = 0


@dataclass(slots=True)
class IdleLatencies:
    """How soon events come when nothing else happens, in ms."""

    after_request: list[float] = field(default_factory=list)  # from asking for a design to its first event
    after_answer: list[float] = field(default_factory=list)  # from the answer to that
    published: list[float] = field(default_factory=list)  # from the time of `published` to its receipt


async def measure_idle(site: Site, count: int) -> IdleLatencies:
    """Make designs one at a time, and follow each from its answer on."""
    found = IdleLatencies()
    for number in range(count):
        asked = time.time()
        design = await create_design(site, f"alone {number}")
        answered, seen = time.time(), 0
        async with open_stream(site, design) as events:
            async for sent in events or _no_events():
                if not seen:
                    found.after_request.append((sent.received - asked) * 1000)
                    found.after_answer.append((sent.received - answered) * 1000)
                seen += 1
                if sent.fields["event"] == "published":
                    found.published.append(sent.delay_ms)
        await asyncio.sleep(0.05)
    return found


async def _no_events() -> AsyncIterator[ReceivedEvent]:
    return
    yield


@dataclass(slots=True)
class ReconnectResult:
    """What forced reconnects did to a client."""

    reconnects: int = 0
    lost: int = 0
    repeated: int = 0
    received: list[int] = field(default_factory=list)


async def measure_reconnects(site: Site, reconnects: int) -> ReconnectResult:
    """Follow designs that are drawn again and again, leaving after each event or two, until so many reconnects."""
    found, round_ = ReconnectResult(), 0
    while found.reconnects < reconnects:
        design, round_ = await create_design(site, f"reconnect {round_}"), round_ + 1
        got: list[int] = []
        for again in range(5):
            await _until_settled(site, design, got, found)
            if again < 4 and found.reconnects < reconnects:
                await send_request(site, "POST", f"{DESIGNS_PATH}/{design}/render", {})
        newest = await asyncio.to_thread(_event_count, design)
        found.lost += len(set(range(1, newest + 1)) - set(got))
        found.repeated += len(got) - len(set(got)) + sum(b < a for a, b in pairwise(got))
        found.received += got
    return found


async def _until_settled(site: Site, design: str, got: list[int], found: ReconnectResult) -> None:
    while True:
        async with open_stream(site, design, got[-1] if got else None) as events, asyncio.timeout(PATIENCE_SECONDS):
            found.reconnects += 1
            if events is None:
                return
            seen = 0
            async for sent in events:
                if sent.number is None:
                    return
                got.append(sent.number)
                seen += 1
                if seen > len(got) % 2:
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
    """What a crowd of clients saw. All times in ms."""

    open_streams: int = 0
    settled: int = 0
    latencies: list[float] = field(default_factory=list)
    list_latencies: list[float] = field(default_factory=list)


async def measure_crowd(site: Site, options: argparse.Namespace, peak: PeakUsage) -> CrowdResult:
    """Open streams on new designs while the workers stand still, so that all are open at once; then let them work."""
    found, gate = CrowdResult(), asyncio.Semaphore(options.opening)
    traffic = [
        asyncio.create_task(one)
        for one in (_list_repeatedly(site, found), _create_repeatedly(site), sample_usage(site, peak))
    ]
    for pid in site.pids["workers"]:
        os.kill(pid, signal.SIGSTOP)
    try:
        ids = [await create_design(site, f"crowd {number}") for number in range(options.designs)]
        followers = [
            asyncio.create_task(_follow_design(site, ids[number % options.designs], gate, found))
            for number in range(options.streams)
        ]
        await _wait_until_open(followers, found)
    finally:
        for pid in site.pids["workers"]:
            os.kill(pid, signal.SIGCONT)
    await asyncio.gather(*followers)
    for task in traffic:
        task.cancel()
    for outcome in await asyncio.gather(*traffic, return_exceptions=True):
        if not isinstance(outcome, asyncio.CancelledError):
            raise RuntimeError("ordinary traffic failed") from outcome
    return found


async def _wait_until_open(followers: Sequence[asyncio.Task[None]], found: CrowdResult) -> None:
    while found.open_streams < len(followers):
        for task in followers:
            if task.done():
                task.result()
        await asyncio.sleep(0.05)
    await asyncio.sleep(3)  # all wait, beside ordinary traffic


async def _follow_design(site: Site, design: str, gate: asyncio.Semaphore, found: CrowdResult) -> None:
    await gate.acquire()
    async with asyncio.timeout(PATIENCE_SECONDS), open_stream(site, design) as events:
        gate.release()
        found.open_streams += 1
        async for sent in events or _no_events():
            if sent.fields["event"] == "published":
                found.latencies.append(sent.delay_ms)
            found.settled += sent.fields["event"] == "settled"


async def _list_repeatedly(site: Site, found: CrowdResult) -> None:
    while True:
        begun = time.perf_counter()
        await send_request(site, "GET", f"{DESIGNS_PATH}?page_size=5")
        found.list_latencies.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0.1)


async def _create_repeatedly(site: Site) -> None:
    number = 0
    while True:
        number += 1
        await create_design(site, f"beside {number}")
        await asyncio.sleep(0.2)


async def sample_usage(site: Site, peak: PeakUsage) -> None:
    """Note the most database connections of the site, and the web process' memory and threads, every 50 ms."""
    import psycopg  # noqa: PLC0415

    status, smaps = Path(f"/proc/{site.pids['web'][0]}/status"), Path(f"/proc/{site.pids['web'][0]}/smaps_rollup")
    own = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
    async with own:
        while True:
            answer = await own.execute(_CONNECTIONS_SQL)
            peak.connections = max(peak.connections, (await answer.fetchone() or (0,))[0])
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
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


async def measure_site(site: Site, options: argparse.Namespace) -> None:
    """Measure and print."""
    await measure_idle(site, 3)  # the first ones find nothing warm
    first = await measure_idle(site, options.first)
    print(f"{options.first} designs, one at a time")
    print(f"  from asking for a design to its first event: {format_latencies(first.after_request)}")
    print(f"  … of which after the answer: {format_latencies(first.after_answer)}")
    print(f"  published, from the event's time to its receipt: {format_latencies(first.published)}")
    resumed = await measure_reconnects(site, options.reconnects)
    told = f"{resumed.lost} events lost, {resumed.repeated} repeated, of {len(resumed.received)}"
    print(f"{resumed.reconnects} forced reconnects: {told}")
    peak, before = PeakUsage(), PeakUsage()
    sampling = asyncio.create_task(sample_usage(site, before))
    await asyncio.sleep(0.5)
    sampling.cancel()
    seen = await measure_crowd(site, options, peak)
    print(f"{seen.open_streams} streams open at once on {options.designs} designs: {seen.settled} saw theirs settle")
    print(f"  published, from the event's time to its receipt: {format_latencies(seen.latencies)}")
    print(f"  {len(seen.list_latencies)} lists of designs meanwhile: {format_latencies(seen.list_latencies)}")
    print(f"  database connections of the whole site, at most: {peak.connections}")
    print(f"  web process, at most: RSS {peak.rss:.0f} MB, PSS {peak.pss:.0f} MB, {peak.threads} threads")
    print(f"  … and before the streams: RSS {before.rss:.0f} MB, PSS {before.pss:.0f} MB, {before.threads} threads")


def main() -> None:
    """Start the site and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--first", type=int, default=50, help="designs whose first event is timed (default %(default)s)"
    )
    parser.add_argument("--reconnects", type=int, default=100, help="forced reconnects (default %(default)s)")
    parser.add_argument("--streams", type=int, default=500, help="streams open at once (default %(default)s)")
    parser.add_argument("--designs", type=int, default=300, help="designs they follow (default %(default)s)")
    parser.add_argument("--opening", type=int, default=32, help="of which are opened at a time (default %(default)s)")
    options = parser.parse_args()
    with run_site(worker_count=2) as site:
        asyncio.run(measure_site(site, options))


if __name__ == "__main__":
    main()
