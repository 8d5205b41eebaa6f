"""A load generator for web servers: `python -m benchmarks.load URL --rate 100 --seconds 10`.

*Open loop*: requests are due at fixed times, whatever the server does. Latency counts from the time a request was due,
not from when a connection was free to send it: if a server stalls for a second at a rate of 100/s, a hundred callers
wait, and all of them are counted. *Closed loop* (`--connections` without `--rate`): each connection sends its next
request as soon as the last is answered, which finds the highest rate.

Written by hand: most load generators are closed loops, which hide stalls (coordinated omission), and those with open
loops (wrk2, k6, vegeta) are programs to install that cannot make a new design for each request or watch the database
meanwhile. It uses one process, one thread and persistent connections, and shares the processors with what it measures:
see `own_cpu_ms`.
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
"""One request for all, or a function from the number of a request (from 0) to the request: see `encode_request`."""
AnswerCallback = Callable[[int, HttpAnswer], None]
"""Called for each answer with the number of the request and the answer."""


@dataclass(slots=True)
class LoadResult:
    """The result of a run."""

    offered: float  # requests per second; 0 in a closed loop
    seconds: float = 0.0  # s from the first request due to the last answer
    latencies: list[float] = field(default_factory=list)  # ms, of all answers, with any status
    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)  # requests without an answer, by exception
    received: int = 0  # bytes of bodies
    own_cpu_ms: float = 0.0  # total CPU time of this load generator, ms

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> int:
        """The number of requests without an answer, or with a status from 400 on."""
        return self.errors.total() + sum(n for status, n in self.statuses.items() if status >= 400)

    def latency_percentile(self, share: float) -> float:
        """Return the latency in ms that `share` (0–1) of the answers did not exceed; NaN without answers."""
        ranked = sorted(self.latencies)
        return ranked[max(0, ceil(share * len(ranked)) - 1)] if ranked else float("nan")

    def __str__(self) -> str:
        p50, p95, p99, top = (self.latency_percentile(share) for share in (0.5, 0.95, 0.99, 1.0))
        outcomes = ", ".join(f"{name} × {n}" for name, n in [*self.statuses.items(), *self.errors.items()])
        offered = f" of {self.offered:g} offered" if self.offered else ""
        return f"{self.rate:.1f}/s{offered}: p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}, max {top:.1f} ms; {outcomes}"


@dataclass(slots=True)
class _LoadRun:
    """The plan and the result of one run, shared by its connections."""

    url: str
    requests: RequestSource
    timeout: float
    on_answer: AnswerCallback | None
    numbers: Iterator[int]
    due: Callable[[int], float]  # when to send a request, by the event loop's clock
    measured: LoadResult
    last: float = 0.0

    async def run_connection(self) -> None:
        """Send requests over one connection, reopened when it ends, until none are left."""
        loop, connection = asyncio.get_running_loop(), None
        for number in self.numbers:
            due = self.due(number)
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            request = self.requests if isinstance(self.requests, bytes) else self.requests(number)
            try:
                async with asyncio.timeout(self.timeout):
                    if connection is None or not connection.is_open:
                        connection = await HttpConnection.connect_to(self.url)
                    self._record_answer(number, due, await connection.send_request(request))
            except (OSError, TimeoutError) as error:
                self.measured.errors[type(error).__name__] += 1
                self.last = loop.time()
                if connection is not None:
                    connection.close()  # a late answer must not be read as that to the next request
        if connection is not None:
            connection.close()

    def _record_answer(self, number: int, due: float, answer: HttpAnswer) -> None:
        self.last = asyncio.get_running_loop().time()
        self.measured.latencies.append((self.last - due) * 1000)
        self.measured.statuses[answer.status] += 1
        self.measured.received += len(answer.body)
        if self.on_answer is not None:
            self.on_answer(number, answer)


def format_latencies(latencies: Sequence[float]) -> str:
    """Return median, 95th percentile and maximum (ms) as text."""
    result = LoadResult(0, latencies=list(latencies))
    p50, p95, top = (result.latency_percentile(share) for share in (0.5, 0.95, 1.0))
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
    """Offer `rate` requests per second for `seconds`; `timeout` in s counts from when a request is sent.

    While all connections are busy, requests wait for one, and their latency includes that.
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
    """Keep `connections` requests in flight for `seconds`."""

    def plan(start: float) -> tuple[Iterator[int], Callable[[int], float]]:
        def numbers() -> Iterator[int]:
            for number in count():
                if time.monotonic() >= start + seconds:
                    return
                yield number

        return numbers(), lambda number: time.monotonic()  # noqa: ARG005  # due at once

    return asyncio.run(_run_load(url, requests, plan, connections, timeout, on_answer, 0.0))


SchedulePlan = Callable[[float], tuple[Iterator[int], Callable[[int], float]]]


async def _run_load(  # noqa: PLR0917  # private: both loops above have keyword arguments
    url: str,
    requests: RequestSource,
    plan: SchedulePlan,
    connections: int,
    timeout: float,
    on_answer: AnswerCallback | None,
    rate: float,
) -> LoadResult:
    start, cpu = asyncio.get_running_loop().time(), time.process_time()  # the loop's clock is time.monotonic()
    numbers, due = plan(start)
    run = _LoadRun(url, requests, timeout, on_answer, numbers, due, LoadResult(rate))
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(run.run_connection())
    run.measured.seconds = max(run.last - start, 0.0)
    run.measured.own_cpu_ms = (time.process_time() - cpu) * 1000
    return run.measured


def main() -> None:
    """Measure one URL and print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="http://HOST:PORT/PATH")
    parser.add_argument("--rate", type=float, default=0, help="requests per second, open loop; 0: closed loop")
    parser.add_argument("--seconds", type=float, default=10, help="duration in s (default %(default)s)")
    parser.add_argument("--connections", type=int, default=64, help="maximum number at once (default %(default)s)")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE")
    parser.add_argument("--body", default="", help="sent unchanged")
    options = parser.parse_args()
    headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in options.header)}
    request = encode_request(options.method, options.url, headers, options.body.encode())
    if options.rate:
        result = run_open_loop(
            options.url, request, rate=options.rate, seconds=options.seconds, connections=options.connections
        )
    else:
        result = run_closed_loop(options.url, request, connections=options.connections, seconds=options.seconds)
    print(result)
    print(f"CPU of the load generator: {result.own_cpu_ms / max(1, len(result.latencies)):.3f} ms per request")


if __name__ == "__main__":
    main()
