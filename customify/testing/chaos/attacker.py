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
    """The statuses of answers, and their latencies, s."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return the latency (s) that `share` (0–1) of the answers did not exceed."""
        return sorted(self.seconds)[max(0, round(share * len(self.seconds)) - 1)]


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
        begun = time.perf_counter()
        answers.statuses[send(number)] += 1
        answers.seconds.append(time.perf_counter() - begun)
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
            status = send(number)
            with lock:
                answers.statuses[status] += 1

    threads = [threading.Thread(target=send_all, daemon=True) for _ in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
