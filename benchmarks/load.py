"""Load on a web server, timed honestly: `python -m benchmarks.load URL --rate 100 --seconds 10`.

*Open loop*: requests are due at times that a clock sets, whatever the server does, and latency counts from the time a
request was due, not from when a connection was free for it: a server that stalls for a second has made a hundred
callers wait at 100 a second, and all of them are counted. *Closed loop* (`--connections` without `--rate`): each
connection asks again as soon as it is answered, which finds the greatest rate.

One process, one thread, kept connections. It shares the processors with what it measures: see `own_cpu_ms`.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import ceil

from benchmarks.http_client import HttpAnswer, HttpConnection, encode_request

RequestSource = bytes | Callable[[int], bytes]
"""One request for all, or the request with a number (from 0): see `wire.spell`."""
AnswerCallback = Callable[[int, HttpAnswer], None]
"""Told of each answer: the request's number, and the answer."""


@dataclass(slots=True)
class LoadResult:
    """What a run found. Times in ms, except where a name says otherwise."""

    offered: float  # requests a second; 0 in a closed loop
    seconds: float = 0.0  # s from the first that was due to the last that was answered
    latencies: list[float] = field(default_factory=list)  # ms, of all that were answered, whatever with
    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)  # what was not answered at all
    received: int = 0  # bytes of bodies
    own_cpu_ms: float = 0.0  # CPU time that asking took, ms in all

    @property
    def rate(self) -> float:
        """How many requests a second were answered."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> int:
        """How many were not answered, or with an error."""
        return self.errors.total() + sum(n for status, n in self.statuses.items() if status >= 400)

    def latency_percentile(self, share: float) -> float:
        """Return the latency in ms that `share` (0–1) of the answers kept to; NaN where there were none."""
        ranked = sorted(self.latencies)
        return ranked[max(0, ceil(share * len(ranked)) - 1)] if ranked else float("nan")

    def __str__(self) -> str:
        p50, p95, p99, top = (self.latency_percentile(share) for share in (0.5, 0.95, 0.99, 1.0))
        told = ", ".join(f"{name} × {n}" for name, n in [*self.statuses.items(), *self.errors.items()])
        offered = f" of {self.offered:g} offered" if self.offered else ""
        return f"{self.rate:.1f}/s{offered}: p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}, max {top:.1f} ms; {told}"


@dataclass(slots=True)
class _LoadRun:
    """One run's plan, shared by its connections."""

    url: str
    requests: RequestSource
    timeout: float
    on_answer: AnswerCallback | None
    numbers: Iterator[int]
    due: Callable[[int], float]  # the loop's time at which a request should be sent
    measured: LoadResult
    last: float = 0.0

    async def run_connection(self) -> None:
        """Send requests over one connection, opened anew where it ends, until none are left."""
        loop, wire = asyncio.get_running_loop(), None
        for number in self.numbers:
            due = self.due(number)
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            request = self.requests if isinstance(self.requests, bytes) else self.requests(number)
            try:
                async with asyncio.timeout(self.timeout):
                    if wire is None or not wire.is_open:
                        wire = await HttpConnection.connect_to(self.url)
                    self._record_answer(number, due, await wire.send_request(request))
            except (OSError, TimeoutError) as error:
                self.measured.errors[type(error).__name__] += 1
                self.last = loop.time()
                if wire is not None:
                    wire.close()  # an answer that comes late must not be taken for the next one's
        if wire is not None:
            wire.close()

    def _record_answer(self, number: int, due: float, answer: HttpAnswer) -> None:
        self.last = asyncio.get_running_loop().time()
        self.measured.latencies.append((self.last - due) * 1000)
        self.measured.statuses[answer.status] += 1
        self.measured.received += len(answer.body)
        if self.on_answer is not None:
            self.on_answer(number, answer)


def format_latencies(latencies: Sequence[float]) -> str:
    """Return median, 95th percentile and maximum of ms, in words."""
    found = LoadResult(0, latencies=list(latencies))
    p50, p95, top = (found.latency_percentile(share) for share in (0.5, 0.95, 1.0))
    return f"median {p50:.1f} ms, p95 {p95:.1f} ms, max {top:.1f} ms"


def run_open_loop(
    url: str,
    requests: RequestSource,
    *,
    rate: float,
    seconds: float,
    connections: int = 64,
    timeout: float = 30.0,
    on_answer: AnswerCallback | None = None,
) -> LoadResult:
    """Offer `rate` requests a second for `seconds`; `timeout` in s from when a request is sent.

    Where all connections are busy, requests wait for one, and their latency counts that.
    """

    def plan(start: float) -> tuple[Iterator[int], Callable[[int], float]]:
        return iter(range(round(rate * seconds))), lambda number: start + number / rate

    return asyncio.run(_run_load(url, requests, plan, connections, timeout, on_answer, rate))


def run_closed_loop(
    url: str,
    requests: RequestSource,
    *,
    connections: int,
    seconds: float,
    timeout: float = 30.0,
    on_answer: AnswerCallback | None = None,
) -> LoadResult:
    """Keep `connections` requests under way for `seconds`."""

    def plan(start: float) -> tuple[Iterator[int], Callable[[int], float]]:
        def numbers() -> Iterator[int]:
            for number in count():
                if time.monotonic() >= start + seconds:
                    return
                yield number

        return numbers(), lambda number: time.monotonic()  # noqa: ARG005  # due when it is asked

    return asyncio.run(_run_load(url, requests, plan, connections, timeout, on_answer, 0.0))


SchedulePlan = Callable[[float], tuple[Iterator[int], Callable[[int], float]]]


async def _run_load(  # noqa: PLR0917  # private: the two loops above name what they give
    url: str,
    requests: RequestSource,
    plan: SchedulePlan,
    connections: int,
    timeout: float,
    told: AnswerCallback | None,
    rate: float,
) -> LoadResult:
    start, cpu = asyncio.get_running_loop().time(), time.process_time()  # the loop's clock is time.monotonic
    numbers, due = plan(start)
    run = _LoadRun(url, requests, timeout, told, numbers, due, LoadResult(rate))
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(run.run_connection())
    run.measured.seconds = max(run.last - start, 0.0)
    run.measured.own_cpu_ms = (time.process_time() - cpu) * 1000
    return run.measured


def main() -> None:
    """Measure one address and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="http://HOST:PORT/PATH")
    parser.add_argument("--rate", type=float, default=0, help="requests a second, open loop; 0: closed loop")
    parser.add_argument("--seconds", type=float, default=10, help="s (default %(default)s)")
    parser.add_argument("--connections", type=int, default=64, help="at most so many at once (default %(default)s)")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE")
    parser.add_argument("--body", default="", help="sent as it is")
    given = parser.parse_args()
    headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in given.header)}
    request = encode_request(given.method, given.url, headers, given.body.encode())
    if given.rate:
        found = run_open_loop(given.url, request, rate=given.rate, seconds=given.seconds, connections=given.connections)
    else:
        found = run_closed_loop(given.url, request, connections=given.connections, seconds=given.seconds)
    print(found)
    print(f"asking took {found.own_cpu_ms / max(1, len(found.latencies)):.3f} ms of CPU a request")


if __name__ == "__main__":
    main()
