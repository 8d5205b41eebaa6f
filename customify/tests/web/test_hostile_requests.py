"""Hostile texts, JSON, headers and URLs, against a real web process and a real worker.

Each is refused or drawn, for less than 1 s of CPU time and 200 MB in the web process; both processes survive.
"""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth import get_user_model

from customify.accounts.models import ApiKey
from customify.testing.spawn import SpawnedProcess, Spawner, eventually_true
from customify.tests.support.web_server import run_uvicorn
from designs.models import Design, DesignStatus
from designs.tests.support import factories

SECOND, MEGABYTES = 1.0, 200
TICKS = os.sysconf("SC_CLK_TCK")
DESIGNS = "/api/v1/designs"


class Service(NamedTuple):
    """A web process, a worker, and a key."""

    port: int
    web: SpawnedProcess
    worker: SpawnedProcess
    key: str

    def send(self, path: str = DESIGNS, body: bytes = b"", method: str = "POST", **headers: str) -> tuple[int, bytes]:
        """Send a request without changes; return status and body."""
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def cpu(self) -> float:
        """Return the CPU time of the web process, s."""
        fields = Path(f"/proc/{self.web.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak(self) -> int:
        """Return the peak memory of the web process, MB."""
        lines = Path(f"/proc/{self.web.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


@pytest.fixture
def service(process_env: dict[str, str], spawn: Spawner, tmp_path: Path) -> Iterator[Service]:
    factories.install_catalogue()
    _, key = ApiKey.objects.issue_key(get_user_model().objects.create_user("shop"), "test")
    env = {**process_env, "API_RATE": "0"}
    with run_uvicorn(tmp_path / "web.log", env) as server, spawn("rqworker", env=env) as worker:
        yield Service(server.port, server.process, worker, key)


def design(text: str, **changes: Any) -> bytes:
    return json.dumps({"product_type": "poster", "design_data": factories.design_data(text, **changes)}).encode()


def layered(**layer: Any) -> bytes:
    text = {"type": "text", "text": "a", "font": "Bebas-Bold", "size": 20, **layer}
    data = {"version": 1, "placements": {"front": {"layers": [text]}}}
    return json.dumps({"product_type": "poster", "design_data": data}).encode()


DRAWN = {
    "a hundred and ninety marks on one letter": design("a" + "\u0301" * 190),
    "both directions by turns": design("aא" * 100),
    "overrides within overrides": design("\u202e\u202d" * 60 + "abc" + "\u202c" * 60),
    "isolates that never end": design("\u2067" * 100 + "abc"),
    "a text of every script": design("Ωж字नकกאبკ한" * 15),
    "characters that join what is not there": design("\u200d" * 90 + "a" + "\u200d" * 90),
    "emoji of eight people": design("👨‍👩‍👧‍👦" * 25),
    "flags without end": design("\U0001f1e6" * 200),
    "a hundred lines": layered(text="\n".join("ab" for _ in range(60)), fit="shrink"),
    "an arc that goes round and round": layered(text="round", arc=360),
}
REFUSED = {
    "a million characters": design("a" * 1_000_000),
    "a million marks": design("a" + "\u0301" * 330_000),
    "half a pair": design("a").replace(b'"a"', b'"\\ud800"'),
    "bytes that are no text": b'{"product_type": "\xff\xfe"}',
    "ten thousand lists": b"[" * 10_000 + b"]" * 10_000,
    "ten thousand objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "lists that never end": b"[" * 500_000,
    "a name twice": b'{"product_type": "poster", "product_type": "mug"}',
    "a number of a million digits": b'{"metadata": {"a": ' + b"9" * 1_000_000 + b"}}",
    "a huge exponent": b'{"metadata": {"a": 1e999999999}}',
    "NaN": b'{"metadata": {"a": NaN}}',
    "minus infinity": b'{"metadata": {"a": -Infinity}}',
    "a size that is none": design("a", fontSize=1e308),
    "a negative size": design("a", fontSize=-1),
    "a size of true": design("a", fontSize=True),
    "half a million names": json.dumps({f"k{number}": 1 for number in range(120_000)}).encode(),
    "NUL": design("a\0b"),
    "a body of three megabytes": b'{"a": "' + b"x" * 3_000_000 + b'"}',
    "nothing": b"",
}
PATHS = {
    "out of the root": "/media/designs/../../etc/passwd",
    "out of the root, hidden": "/media/designs/%2e%2e/%2e%2e/etc/passwd",
    "out of the root, twice hidden": "/media/designs/%252e%252e/private/x.png",
    "backslashes": "/media/designs/..\\..\\etc\\passwd",
    "NUL": "/media/designs/%00.png",
    "no UTF-8": "/api/v1/designs/%ff%fe",
    "a long id": "/api/v1/designs/" + "a" * 8_000,
    "a long query": "/api/v1/designs?cursor=" + "A" * 20_000,
    "two slashes": "//api/v1/designs",
    "another's file": "/files/assets/00000000-0000-4000-8000-000000000000/full.jpg?until=9999999999&signature=x",
}
HEADERS = {
    "a method that is another's": {"X-HTTP-Method-Override": "DELETE"},
    "another host": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
    "a long key": {"Authorization": "Bearer " + "a" * 8_000},
    "a key of other letters": {"Authorization": "Bearer cfy_live_\xe9\xff"},
    "a tag of nonsense": {"If-Match": '"' * 4_000, "If-None-Match": "," * 4_000},
    "a language of nonsense": {"Accept-Language": "x-" * 1_000, "Accept": "*/*;q=" + "9" * 300},
    "many wishes": {"Accept": ",".join(f"a/b{number}" for number in range(1_500))},
    "a type with a charset": {"Content-Type": "application/json; charset=" + "x" * 4_000},
    "a cookie of brackets": {"Cookie": "sessionid=" + "[" * 4_000},
}


def within_bounds(service: Service, name: str, before: float) -> None:
    assert service.cpu() - before < SECOND, name
    assert service.peak() < MEGABYTES + 200, name  # the process itself takes about 150
    assert service.web.is_running, name


@pytest.mark.django_db(transaction=True)
def test_hostile_requests_are_refused_or_drawn_and_the_processes_survive(service: Service) -> None:
    for name, body in REFUSED.items():
        before = service.cpu()
        status, text = service.send(body=body)
        assert status in {400, 413}, (name, status, text[:300])
        assert len(text) < 20_000, name
        within_bounds(service, name, before)
    for name, path in PATHS.items():
        before = service.cpu()
        status, text = service.send(path, method="GET")
        assert status in {400, 404, 414}, (name, status, text[:300])
        assert b"root:" not in text
        within_bounds(service, name, before)
    for name, headers in HEADERS.items():
        before = service.cpu()
        status, _ = service.send(method="GET", **headers)
        assert status in {200, 400, 401, 406, 415, 431}, (name, status)
        within_bounds(service, name, before)
    assert not Design.objects.exists()
    for name, body in DRAWN.items():
        before = service.cpu()
        status, text = service.send(body=body)
        assert status in {201, 400}, (name, status, text[:300])
        within_bounds(service, name, before)
    rendering = Design.objects.filter(status=DesignStatus.RENDERING)
    assert eventually_true(lambda: not rendering.exists(), seconds=60), service.worker.read_output()[-2_000:]
    settled = dict(Design.objects.values_list("status").order_by().distinct().values_list("status", "error_code"))
    assert settled.keys() <= {"published", "failed"}
    assert Design.objects.count() >= len(DRAWN) - 2
    assert service.worker.is_running
    assert service.web.is_running
    assert "Traceback" not in service.web.read_output() + service.worker.read_output()
