"""Real servers refuse an overlong body while it arrives, without memory, temporary files or lost processes."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from customify.testing.event_loops import run_coroutine
from customify.tests.support.web_server import RunningServer, run_server, run_uvicorn
from customify.web import body_limit
from customify.web.asgi_handler import SingleThreadHandler
from designs.models import Design

DESIGNS, ASSETS = "/api/v1/designs", "/api/v1/assets"
MIB = 1_048_576

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's folder for temporary files."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def server(
    server_env: dict[str, str], temporary_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    env = {**server_env, "TMPDIR": str(temporary_files), "ASSET_MAX_BYTES": "3000000"}
    with run_uvicorn(tmp_path_factory.mktemp("log") / "uvicorn.log", env) as server:
        yield server


@pytest.fixture
def site(server: RunningServer, catalogue: None) -> RunningServer:
    """The server that the tests of this module share; each checks that it still runs."""
    assert server.process.is_running
    return server


def send(
    site: RunningServer, body: Any, path: str = DESIGNS, **headers: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)) as connection:
        chunked = not isinstance(body, bytes)
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers}, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), {name.lower(): value for name, value in answer.getheaders()}


def memory_of(site: RunningServer) -> int:
    """Return the peak memory of the server process, bytes."""
    status = Path(f"/proc/{site.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def test_a_content_length_over_the_limit_is_refused_at_once(site: RunningServer) -> None:
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=10)) as connection:
        request = f"POST {DESIGNS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999999\r\n\r\n"
        connection.sendall(request.encode())
        # Not one byte of the body is sent: an answer within the socket's timeout did not wait for it.
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_the_refusal_is_problem_json(site: RunningServer) -> None:
    status, problem, headers = send(site, b" " * (4 * MIB))
    assert (status, problem["code"], problem["status"]) == (413, "body_too_large", 413)
    assert problem["detail"].startswith("The request is larger than 2,097,152 bytes. Send less: images are uploaded to")
    assert problem["errors"][0]["pointer"] == "#"
    assert headers["content-type"] == "application/problem+json"
    assert (headers["connection"], headers["x-content-type-options"]) == ("close", "nosniff")


@pytest.mark.parametrize("body", [b" " * (4 * MIB), "chunks"])
def test_the_refusal_can_be_found_in_the_log(site: RunningServer, secret: str, body: Any) -> None:
    """The server answers before Django, which gives other requests their ids."""

    def refuse(**headers: str) -> str:
        parts = body if isinstance(body, bytes) else (b" " * MIB for _ in range(4))
        status, problem, answered = send(site, parts, Authorization=f"Bearer {secret}", **headers)
        assert status == 413
        assert answered["x-request-id"] == problem["request_id"]
        assert "X-Request-ID" in answered["access-control-expose-headers"]
        return str(problem["request_id"])

    made = refuse()
    assert UUID(made)
    assert f'"request_id": "{made}"' in site.process.read_output()
    assert refuse(**{"X-Request-ID": "order-17"}) == "order-17"
    assert UUID(refuse(**{"X-Request-ID": "<script>"}))
    assert UUID(refuse(**{"X-Request-ID": secret}))


def test_an_endless_body_is_cut_off_and_leaves_nothing(site: RunningServer, temporary_files: Path, secret: str) -> None:
    send(site, [b"{}"])  # loads what the process needs
    before = memory_of(site)
    with pytest.raises((OSError, http.client.HTTPException)):
        # The server reads for a moment after its answer, then closes: 20 GiB never arrive.
        send(site, (b" " * MIB for _ in range(20_000)), Authorization=f"Bearer {secret}")
    assert memory_of(site) - before < 32 * MIB
    assert list(temporary_files.iterdir()) == []
    assert send(site, b"{}")[0] == 401
    assert site.process.is_running


def test_a_chunked_body_over_the_limit_is_refused(site: RunningServer, secret: str) -> None:
    status, problem, _ = send(site, (b" " * MIB for _ in range(4)), Authorization=f"Bearer {secret}")
    assert (status, problem["code"]) == (413, "body_too_large")


def test_a_body_slightly_over_the_limit_is_refused_by_the_parser(site: RunningServer, secret: str) -> None:
    body = b" " * (2_097_152 + 1)
    status, problem, headers = send(site, body, Authorization=f"Bearer {secret}")
    assert (status, problem["code"], "connection" in headers) == (413, "body_too_large", False)


@pytest.mark.parametrize("path", [ASSETS, f"{ASSETS}/"])
def test_uploads_may_be_longer_than_other_bodies(site: RunningServer, path: str) -> None:
    assert send(site, b" " * (3 * MIB - 100_000), path)[0] == 401
    status, problem, _ = send(site, b" " * (4 * MIB), path)
    detail = "This file is larger than 3 MB. Choose a smaller one, or save it smaller, as JPEG."
    assert (status, problem["detail"]) == (413, detail)
    assert send(site, b" " * (3 * MIB - 100_000), f"{ASSETS}/0")[0] == 413


@pytest.mark.parametrize("path", [DESIGNS, ASSETS])
@pytest.mark.parametrize("credentials", ["", "Authorization: Bearer cfy_live_x\r\n", "Cookie: sessionid=x\r\n"])
def test_a_long_body_without_valid_credentials_is_not_read(site: RunningServer, path: str, credentials: str) -> None:
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=10)) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{credentials}"
        connection.sendall(f"{head}Content-Length: 2000000\r\n\r\n".encode())
        # Not one byte of the body is sent: an answer did not wait for it.
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in answer.lower()


def test_a_long_body_with_a_key_is_read(site: RunningServer, secret: str) -> None:
    text = {"text": "Hi", "font": "Bebas-Bold", "color": "#000000"}
    body = json.dumps({"product_type": "t-shirt", "design_data": text}).encode() + b" " * 100_000
    assert send(site, body, Authorization=f"Bearer {secret}")[0] == 201
    assert send(site, [body], Authorization=f"Bearer {secret}")[0] == 201


async def read_all(_scope: Any, receive: body_limit.Receive, send: body_limit.Send) -> None:
    """An application that reads the whole body, as Django does before it answers."""
    while (message := await receive())["type"] == "http.request":
        if not message.get("more_body"):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return


def serve_slowly(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the status of a request whose body of 10-byte parts comes after these pauses, s."""
    monkeypatch.setattr(body_limit, "LINGER_SECONDS", 0)
    statuses = []

    async def receive() -> body_limit.Message:
        await asyncio.sleep(pauses.pop(0) if pauses else 60)
        return {"type": "http.request", "body": b" " * 10, "more_body": bool(pauses)}

    async def keep(message: body_limit.Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    scope = {"type": "http", "path": DESIGNS, "headers": []}
    run_coroutine(body_limit.BodyLimitMiddleware(read_all)(scope, receive, keep))
    (status,) = statuses
    return int(status)


def test_a_body_that_stops_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "SILENCE_SECONDS", 0.05)
    assert serve_slowly([0, 0, 60], monkeypatch) == 408


def test_a_body_that_drips_is_refused_and_its_length_gives_it_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "BODY_SECONDS", 0.1)
    assert serve_slowly([0.02] * 60, monkeypatch) == 408
    monkeypatch.setattr(body_limit, "BYTES_PER_SECOND", 1)
    assert serve_slowly([0.02] * 10, monkeypatch) == 200


def test_a_long_body_that_finds_no_room_is_503(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Django writes a body above 2.5 MB into a temporary file, before any view."""
    sent: list[body_limit.Message] = []

    async def receive() -> body_limit.Message:
        return {"type": "http.request", "body": b" " * 100, "more_body": False}

    async def keep(message: body_limit.Message) -> None:
        sent.append(message)

    async def read_as_django(_scope: Any, receive: body_limit.Receive, _send: body_limit.Send) -> None:
        await SingleThreadHandler().read_body(receive)

    def refuse(**_: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", refuse)
    scope = {"type": "http", "path": ASSETS, "headers": []}
    run_coroutine(body_limit.BodyLimitMiddleware(read_as_django)(scope, receive, keep))
    assert sent[0]["status"] == 503
    assert (b"retry-after", b"10") in sent[0]["headers"]
    assert json.loads(sent[1]["body"])["code"] == "storage_unavailable"
    assert f"The folder {tempfile.gettempdir()}: Read-only file system" in caplog.text


def test_a_stalled_client_blocks_no_other(site: RunningServer, secret: str) -> None:
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=10)) as slow:
        slow.sendall(f"POST {DESIGNS} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n".encode())
        body = {"product_type": "t-shirt", "design_data": {"text": "Hi", "font": "Bebas-Bold", "color": "#000000"}}
        assert send(site, json.dumps(body).encode(), Authorization=f"Bearer {secret}")[0] == 201
    assert Design.objects.count() == 1


def test_wsgi_servers_refuse_a_long_body(process_env: dict[str, str], tmp_path: Path) -> None:
    program = "import sys; from wsgiref.simple_server import make_server; from customify.wsgi import application; "
    program += "make_server('127.0.0.1', int(sys.argv[1]), application).serve_forever()"
    with run_server(["-c", program, "PORT"], tmp_path / "wsgi.log", process_env) as server:
        for length, status in (("999999999", b"413"), ("9" * 5000, b"413"), ("0", b"401")):
            with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as connection:
                head = f"POST {DESIGNS} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
                connection.sendall(head.encode())
                answer = connection.makefile("rb").read()
                assert answer.split(b" ")[1] == status
                assert b"x-request-id: " in answer.lower()


@pytest.mark.parametrize("length", ["", "-5", "1e9", "²", "0x10"])
def test_a_content_length_that_is_not_a_number_is_left_to_the_server(length: str) -> None:
    assert not body_limit.exceeds_limit(length, 10)
