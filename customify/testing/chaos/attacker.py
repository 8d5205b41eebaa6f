"""A client that sends as much as its rate limit allows, and heeds no refusal."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from customify.ops.embedded import HOST

BOUNDARY = "customify-attacker"


@dataclass(slots=True)
class Answers:
    """The statuses of answers, and when each request began and was answered (s, monotonic), by status."""

    spans: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, status: int, begun: float) -> None:
        """Record an answer that came just now."""
        self.spans.setdefault(status, []).append((begun, time.monotonic()))

    @property
    def statuses(self) -> Counter[int]:
        """How many answers had each status."""
        return Counter({status: len(spans) for status, spans in self.spans.items()})

    def percentile(self, share: float) -> float:
        """Return the latency (s) that `share` (0–1) of the answers did not exceed."""
        seconds = sorted(ended - begun for spans in self.spans.values() for begun, ended in spans)
        return seconds[max(0, round(share * len(seconds)) - 1)]

    def count_turns_of(self, other: Answers, status: int) -> list[int]:
        """Return how many requests of another client were answered with `status` during each request of this one."""
        ends = [ended for _, ended in list(other.spans.get(status, ()))]
        mine = [span for spans in self.spans.values() for span in spans]
        return [sum(begun < end < ended for end in ends) for begun, ended in mine]


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends requests with one key or session token; threads may share it."""

    port: int
    token: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def preview(self, design_data: Any, width: int = 600) -> int:
        """Ask for a preview of a t-shirt, `width` px wide; return the status."""
        body = json.dumps({"product_type": "t-shirt", "design_data": design_data, "width": width}).encode()
        return self._send("/api/v1/preview", body, {"Content-Type": "application/json", "Accept": "*/*"})

    def upload(self, data: bytes) -> int:
        """Upload a file; return the status."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self._send("/api/v1/assets", body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})

    def _send(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=60)) as connection:
            connection.request("POST", path, body, {"Authorization": f"Bearer {self.token}", **self.headers, **headers})
            response = connection.getresponse()
            response.read()
        return response.status


def measure(send: Callable[[int], int], requests: int, pause: float, answers: Answers) -> None:
    """Send requests one after another with a pause (s) between them; add their answers."""
    for number in range(requests):
        begun = time.monotonic()
        answers.add(send(number), begun)
        time.sleep(pause)


@contextmanager
def attack(send: Callable[[int], int], connections: int, per_minute: float, answers: Answers) -> Iterator[None]:
    """Send on several connections at once until the end of the block, at most `per_minute`; count the answers."""
    stopped, numbers, lock = threading.Event(), count(), threading.Lock()
    begun = time.monotonic()

    def send_all() -> None:
        while not stopped.is_set():
            with lock:
                number = next(numbers)
            if stopped.wait(begun + number * 60 / per_minute - time.monotonic()):
                return
            sent = time.monotonic()
            status = send(number)
            with lock:
                answers.add(status, sent)

    threads = [threading.Thread(target=send_all, daemon=True) for _ in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
