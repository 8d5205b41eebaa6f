"""A live key is sent in every possible place to a failing server; then logs, files, database and Redis are searched."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection
from django.test import Client

from customify.tests.support.web_server import RunningServer, Serve
from designs.models import Design

pytestmark = pytest.mark.django_db(transaction=True)

DESIGNS = "/api/v1/designs"
PROGRAM = """
import os
os.environ["CUSTOMIFY_PROCESS"] = "web"
from customify.asgi import application
from designs import services

def fail(*args, **kwargs):
    from structlog.contextvars import get_contextvars
    raise RuntimeError(f"cannot create {args!r} {kwargs!r} {os.environ['PLANTED']} {get_contextvars()}")

services.create_design = fail
"""


@pytest.fixture
def failing(serve: Serve, secret: str, tmp_path: Path) -> Iterator[RunningServer]:
    """A server with verbose logs that fails to make designs, with a key in the error's text."""
    (tmp_path / "failing.py").write_text(PROGRAM)
    env = {"LOG_LEVEL": "DEBUG", "PLANTED": f"Bearer {secret}", "API_RATE": "600", "PYTHONPATH": str(tmp_path)}
    with serve("failing:application", **env) as site:
        yield site


def send(site: RunningServer, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)) as conn:
        conn.request(method, path, body, {"Accept": "application/json", **headers})
        answer = conn.getresponse()
        return answer.status, f"{answer.getheaders()} {answer.read().decode()}"


def requests(secret: str) -> Iterator[tuple[int, tuple[str, str, bytes | None, dict[str, str]]]]:
    """Yield requests with the key in right and wrong places, and the expected status of each."""
    key = {"Authorization": f"Bearer {secret}"}
    sent = {**key, "Content-Type": "application/json"}
    good = {"product_type": "t-shirt", "design_data": {"text": "Hi", "font": "Bebas-Bold", "color": "#000000"}}
    yield 200, ("GET", "/api/v1/account", None, key)
    yield 401, ("GET", "/api/v1/account", None, {"Authorization": f"Bearer {secret}x"})
    yield 401, ("GET", "/api/v1/account", None, {"Authorization": f"Token {secret}", "X-Api-Key": secret})
    for path in (f"{DESIGNS}?api_key={secret}", f"{DESIGNS}?{secret}=1", f"{DESIGNS}?x=%63fy{secret[3:]}"):
        yield 400, ("GET", path, None, key)
        yield 400, ("GET", path, None, {**key, "Accept": "text/html"})
    for path in (f"{DESIGNS}/{secret}", f"/{secret}", f"/media/designs/{secret}.png", f"/admin/?next={secret}"):
        yield 400, ("GET", path, None, key)
    for name in ("Idempotency-Key", "X-Request-ID", "X-Correlation-ID"):
        yield 400, ("POST", DESIGNS, json.dumps(good).encode(), {**sent, name: secret})
    yield 404, ("GET", "/nothing", None, {**key, "Referer": f"http://x/?k={secret}", "User-Agent": secret})
    for body in ({**good, "api_key": secret}, {**good, "product_type": secret}, {**good, secret: 1}):
        yield 400, ("POST", DESIGNS, json.dumps(body).encode(), sent)
    yield 400, ("POST", DESIGNS, f'{{"key": "{secret}"'.encode(), sent)
    yield 415, ("POST", DESIGNS, secret.encode(), {**key, "Content-Type": secret})
    yield 500, ("POST", DESIGNS, json.dumps({**good, "metadata": {"key": secret}}).encode(), sent)
    form = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{secret}.png"\r\n\r\nno picture\r\n--b--\r\n'
    yield 422, ("POST", "/api/v1/assets", form.encode(), {**key, "Content-Type": "multipart/form-data; boundary=b"})


def everything_in_redis(client: redis.Redis) -> str:
    """Return every key and value as text; DUMP would compress them."""
    read: dict[Any, Callable[[Any], Any]] = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"list": lambda name: client.lrange(name, 0, -1),
        b"zset": lambda name: client.zrange(name, 0, -1),
        b"stream": client.xrange,
    }
    answered = [f"{key!r} {read[client.type(key)](key)!r}" for key in client.scan_iter()]
    assert any("limits:" in entry for entry in answered)
    return "\n".join(answered)


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        answered = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            answered.append(f"{table} {cursor.fetchall()!r}")
    assert len(tables) > 12
    return "\n".join(answered)


def test_a_key_sent_anywhere_is_stored_nowhere(failing: RunningServer, secret: str, empty_redis: redis.Redis) -> None:
    start, rest = secret[:15], secret[15:]
    for status, (method, path, body, headers) in requests(secret):
        answered, text = send(failing, method, path, body, **headers)
        assert (answered, path[:30], text[-300:]) == (status, path[:30], text[-300:])
        # An error may quote the sender's own body.
        assert rest not in text or rest.encode() in (body or b""), (path, headers)
    log = failing.process.read_output()
    assert "RuntimeError" in log
    assert log.count(f"{start}[redacted]") >= 6  # the key was logged redacted, with enough to revoke it
    places = {"log": log, "Redis": everything_in_redis(empty_redis), "database": everything_in_the_database()}
    assert start in places["database"]
    for place, text in places.items():
        assert rest not in text, place
        assert rest[-12:] not in text, place
    assert not Design.objects.exists()


def test_a_key_in_the_url_is_refused_with_instructions(client: Client, secret: str) -> None:
    answer = client.get(f"{DESIGNS}?api_key={secret}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem["code"] == "misplaced_key"
    assert "Revoke it" in problem["detail"]
    assert "the URL" in problem["detail"]


def test_a_key_prefix_may_be_searched_for(admin_client: Client, secret: str) -> None:
    answer = admin_client.get(f"/admin/accounts/apikey/?q={secret[:15]}")
    assert (answer.status_code, b"web shop" in answer.content) == (200, True)
