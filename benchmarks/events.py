"""What live progress costs: how soon events come, what reconnects lose, and 500 streams beside ordinary traffic.

A real site: PostgreSQL with its disk, Valkey, one uvicorn process, two workers, the reconciler, local files. Clients
speak HTTP to it. Latency is from an event's time by the database's clock to its receipt, on one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.delivery import servers, wait, workers

DESIGNS = "/api/v1/designs"
PATIENCE = 120.0  # s


@dataclass(frozen=True, slots=True)
class Site:
    """Where the site listens, a key, and the web process."""

    port: int
    key: str
    pid: int


@dataclass(slots=True)
class Sent:
    """One event as it came."""

    fields: dict[str, str]
    received: float  # s since the epoch

    @property
    def number(self) -> int | None:
        """Its number, None for the end."""
        return int(self.fields["id"]) if "id" in self.fields else None

    @property
    def data(self) -> dict[str, Any]:
        """What it says."""
        return dict(json.loads(self.fields["data"]))

    @property
    def late(self) -> float:
        """The ms from its time to its receipt."""
        return (self.received - datetime.fromisoformat(self.data["created_at"]).timestamp()) * 1000


@dataclass(slots=True)
class Peak:
    """The most of what was sampled."""

    connections: int = 0
    rss: float = 0.0  # MB
    pss: float = 0.0  # MB
    threads: int = 0


@contextmanager
def site() -> Iterator[tuple[Site, list[int]]]:
    """Run the site until the end of the block; yield it, and its workers' ids."""
    os.environ.update(API_RATE="0", QUOTA_DESIGNS="0", QUOTA_RENDERS="0", ALLOWED_HOSTS="127.0.0.1")
    with servers(), ExitStack() as ends:
        from django.contrib.auth import get_user_model  # noqa: PLC0415  # settings are read by now
        from django.db import connection  # noqa: PLC0415

        from customify.accounts.models import ApiKey  # noqa: PLC0415
        from customify.ops.processes import answers, free_ports  # noqa: PLC0415
        from customify.testing.spawning import spawned  # noqa: PLC0415

        key = ApiKey.objects.issue(get_user_model().objects.create(username="benchmark"), "benchmark")[1]
        (port,) = free_ports(1)
        logs = Path(os.environ["STORAGE_ROOT"]).parent
        command = ["-m", "uvicorn", "customify.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
        web = ends.enter_context(spawned([*command, "--no-access-log"], log=logs / "web.log"))
        ends.enter_context(spawned(["manage.py", "reconcile", "--skip-checks"], log=logs / "reconciler.log"))
        worker_pids = ends.enter_context(workers(2))
        wait(lambda: answers("127.0.0.1", port), seconds=60)
        connection.close()  # ours is none of the site's
        yield Site(port, key, web.pid), worker_pids


async def ask(site: Site, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    """Send one request on a connection of its own; return the status and the answer's JSON."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    content = b"" if body is None else json.dumps(body).encode()
    more = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
    writer.write(_head(site, method, path, more + "Connection: close\r\n") + content)
    status, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(status.split(b" ", 2)[1]), json.loads(answer)


def _head(site: Site, method: str, path: str, more: str) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {site.key}\r\n{more}\r\n".encode()


async def make(site: Site, text: str) -> str:
    """Make a design; return its id."""
    data = {"text": text, "font": "Bebas-Bold", "color": "#1D3557"}
    status, answer = await ask(site, "POST", DESIGNS, {"product_type": "t-shirt", "design_data": data})
    if status != 201:
        raise RuntimeError(f"a design could not be made: {status} {answer}")
    return str(answer["id"])


@asynccontextmanager
async def stream(site: Site, design: str, last: int | None = None) -> AsyncIterator[AsyncIterator[Sent] | None]:
    """Open a design's events; None where there are none left (204)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1 << 20)
    try:
        more = "Accept: text/event-stream\r\n" + ("" if last is None else f"Last-Event-ID: {last}\r\n")
        writer.write(_head(site, "GET", f"{DESIGNS}/{design}/events", more))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status not in {200, 204}:
            raise RuntimeError(f"a stream could not be opened: {head.decode()} {(await reader.read(2000)).decode()}")
        yield _events(reader) if status == 200 else None
    finally:
        writer.close()


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[Sent]:
    rest = b""
    while size := int(await reader.readline() or b"0", 16):
        rest += (await reader.readexactly(size + 2))[:-2]
        received = time.time()
        *blocks, rest = rest.split(b"\n\n")
        for block in blocks:
            lines = [line for line in block.decode().split("\n") if line and not line.startswith(":")]
            fields = dict(line.partition(": ")[::2] for line in lines)
            if "data" in fields:
                yield Sent(fields, received)


@dataclass(slots=True)
class Alone:
    """How soon events come when nothing else happens, in ms."""

    asked: list[float] = field(default_factory=list)  # from asking for a design to its first event
    answered: list[float] = field(default_factory=list)  # from the answer to that
    published: list[float] = field(default_factory=list)  # from the time of `published` to its receipt


async def alone(site: Site, count: int) -> Alone:
    """Make designs one at a time, and follow each from its answer on."""
    found = Alone()
    for number in range(count):
        asked = time.time()
        design = await make(site, f"alone {number}")
        answered, seen = time.time(), 0
        async with stream(site, design) as events:
            async for sent in events or _none():
                if not seen:
                    found.asked.append((sent.received - asked) * 1000)
                    found.answered.append((sent.received - answered) * 1000)
                seen += 1
                if sent.fields["event"] == "published":
                    found.published.append(sent.late)
        await asyncio.sleep(0.05)
    return found


async def _none() -> AsyncIterator[Sent]:
    return
    yield


@dataclass(slots=True)
class Resumed:
    """What forced reconnects did to a client."""

    reconnects: int = 0
    lost: int = 0
    repeated: int = 0
    got: list[int] = field(default_factory=list)


async def reconnecting(site: Site, reconnects: int) -> Resumed:
    """Follow designs that are drawn again and again, leaving after each event or two, until so many reconnects."""
    found, round_ = Resumed(), 0
    while found.reconnects < reconnects:
        design, round_ = await make(site, f"reconnect {round_}"), round_ + 1
        got: list[int] = []
        for again in range(5):
            await _until_settled(site, design, got, found)
            if again < 4 and found.reconnects < reconnects:
                await ask(site, "POST", f"{DESIGNS}/{design}/render", {})
        newest = await asyncio.to_thread(_event_count, design)
        found.lost += len(set(range(1, newest + 1)) - set(got))
        found.repeated += len(got) - len(set(got)) + sum(b < a for a, b in pairwise(got))
        found.got += got
    return found


async def _until_settled(site: Site, design: str, got: list[int], found: Resumed) -> None:
    while True:
        async with stream(site, design, got[-1] if got else None) as events, asyncio.timeout(PATIENCE):
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
class Crowd:
    """What a crowd of clients saw. All times in ms."""

    open: int = 0
    settled: int = 0
    latencies: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)


async def crowd(site: Site, worker_pids: Sequence[int], options: argparse.Namespace, peak: Peak) -> Crowd:
    """Open streams on new designs while the workers stand still, so that all are open at once; then let them work."""
    found, gate = Crowd(), asyncio.Semaphore(options.opening)
    traffic = [asyncio.create_task(one) for one in (_lists(site, found), _creates(site), sample(site, peak))]
    for pid in worker_pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        ids = [await make(site, f"crowd {number}") for number in range(options.designs)]
        followers = [
            asyncio.create_task(_follow(site, ids[number % options.designs], gate, found))
            for number in range(options.streams)
        ]
        await _all_open(followers, found)
    finally:
        for pid in worker_pids:
            os.kill(pid, signal.SIGCONT)
    await asyncio.gather(*followers)
    for task in traffic:
        task.cancel()
    for outcome in await asyncio.gather(*traffic, return_exceptions=True):
        if not isinstance(outcome, asyncio.CancelledError):
            raise RuntimeError("ordinary traffic failed") from outcome
    return found


async def _all_open(followers: Sequence[asyncio.Task[None]], found: Crowd) -> None:
    while found.open < len(followers):
        for task in followers:
            if task.done():
                task.result()
        await asyncio.sleep(0.05)
    await asyncio.sleep(3)  # all wait, beside ordinary traffic


async def _follow(site: Site, design: str, gate: asyncio.Semaphore, found: Crowd) -> None:
    await gate.acquire()
    async with asyncio.timeout(PATIENCE), stream(site, design) as events:
        gate.release()
        found.open += 1
        async for sent in events or _none():
            if sent.fields["event"] == "published":
                found.latencies.append(sent.late)
            found.settled += sent.fields["event"] == "settled"


async def _lists(site: Site, found: Crowd) -> None:
    while True:
        begun = time.perf_counter()
        await ask(site, "GET", f"{DESIGNS}?page_size=5")
        found.others.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0.1)


async def _creates(site: Site) -> None:
    number = 0
    while True:
        number += 1
        await make(site, f"beside {number}")
        await asyncio.sleep(0.2)


async def sample(site: Site, peak: Peak) -> None:
    """Note the most database connections of the site, and the web process' memory and threads, every 50 ms."""
    import psycopg  # noqa: PLC0415

    status, smaps = Path(f"/proc/{site.pid}/status"), Path(f"/proc/{site.pid}/smaps_rollup")
    own = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
    async with own:
        while True:
            answer = await own.execute(_CONNECTIONS)
            peak.connections = max(peak.connections, (await answer.fetchone() or (0,))[0])
            text = status.read_text()
            peak.rss = max(peak.rss, _number("VmHWM", text) / 1024)
            peak.threads = max(peak.threads, _number("Threads", text))
            peak.pss = max(peak.pss, _number("Pss", smaps.read_text()) / 1024)
            await asyncio.sleep(0.05)


_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def _number(name: str, text: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def spread(values: Sequence[float]) -> str:
    """Return median, 95th percentile and maximum of ms, in words."""
    ordered = sorted(values)
    p95 = ordered[max(0, int(len(ordered) * 0.95) - 1)]
    return f"median {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms, max {ordered[-1]:.1f} ms"


async def measure(site: Site, worker_pids: Sequence[int], options: argparse.Namespace) -> None:
    """Measure and print."""
    await alone(site, 3)  # the first ones find nothing warm
    first = await alone(site, options.first)
    print(f"{options.first} designs, one at a time")
    print(f"  from asking for a design to its first event: {spread(first.asked)}")
    print(f"  … of which after the answer: {spread(first.answered)}")
    print(f"  published, from the event's time to its receipt: {spread(first.published)}")
    resumed = await reconnecting(site, options.reconnects)
    told = f"{resumed.lost} events lost, {resumed.repeated} repeated, of {len(resumed.got)}"
    print(f"{resumed.reconnects} forced reconnects: {told}")
    peak, before = Peak(), Peak()
    sampling = asyncio.create_task(sample(site, before))
    await asyncio.sleep(0.5)
    sampling.cancel()
    seen = await crowd(site, worker_pids, options, peak)
    print(f"{seen.open} streams open at once on {options.designs} designs: {seen.settled} saw theirs settle")
    print(f"  published, from the event's time to its receipt: {spread(seen.latencies)}")
    print(f"  {len(seen.others)} lists of designs meanwhile: {spread(seen.others)}")
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
    with site() as (running, worker_pids):
        asyncio.run(measure(running, worker_pids, options))


if __name__ == "__main__":
    main()
