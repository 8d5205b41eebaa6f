"""Assets and print files on local disk: a signed URL reads its file until it expires; nothing else does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from customify.accounts.cors_origins import allow_origins
from rendering import storage
from rendering.storage import StoredFile, private_urls

KEY = f"designs/{uuid4()}/1-1/print.png"
SHOP = "https://shop.example"
OTHER = f"designs/{uuid4()}/1-1/print.png"


@pytest.fixture(autouse=True)
def files() -> Iterator[None]:
    storage.save_files([StoredFile(KEY, b"mine"), StoredFile(OTHER, b"theirs")], alias="private")
    yield
    storage.delete_files([KEY, OTHER], alias="private")


def read(client: Client, address: str) -> tuple[int, bytes]:
    answer: Any = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, content


def test_a_signed_url_reads_its_file(client: Client, db: None) -> None:
    address = storage.file_url(KEY, alias="private")
    assert read(client, address) == (200, b"mine")
    answer = client.get(address)
    answer.close()
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Cache-Control"] == "private, no-store"


def test_a_signed_url_reads_no_other_file(client: Client) -> None:
    query = urlsplit(storage.file_url(KEY, alias="private")).query
    assert read(client, f"/files/{OTHER}?{query}")[0] == 404
    assert b"theirs" not in read(client, f"/files/{OTHER}?{query}")[1]


def test_the_expiry_of_a_signed_url_cannot_be_extended(client: Client) -> None:
    until, signature = (
        part.partition("=")[2] for part in urlsplit(storage.file_url(KEY, alias="private")).query.split("&")
    )
    assert read(client, f"/files/{KEY}?until={int(until) + 1}&signature={signature}")[0] == 404


@pytest.mark.parametrize(
    "query",
    [
        "", "until=99999999999", "signature=x", "until=99999999999&signature=", "until=99999999999&signature=%C3%A9",
        "until=1e9&signature=x", "until=-1&signature=x", "until=%D9%A1&signature=x",
        "until=" + "9" * 4000 + "&signature=x",
    ],
)  # fmt: skip
def test_an_unsigned_request_is_not_found(client: Client, query: str) -> None:
    assert read(client, f"/files/{KEY}?{query}")[0] == 404


def test_a_signed_url_expires(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = storage.signed_file_url(KEY, 60, alias="private")
    later = time.time() + 61
    monkeypatch.setattr(private_urls.time, "time", lambda: later)  # type: ignore[attr-defined]  # the module's own import
    assert read(client, address)[0] == 404


def test_a_signature_of_another_secret_is_refused(client: Client, settings: object) -> None:
    address = storage.file_url(KEY, alias="private")
    settings.SECRET_KEY = "another-" + "y" * 50  # type: ignore[attr-defined]
    assert read(client, address)[0] == 404


@pytest.mark.parametrize("key", ["../db.sqlite3", "..%2f..%2fetc/passwd", "designs/", "a.svg", ".partial", "%00.png"])
def test_odd_paths_are_not_found_even_when_signed(client: Client, key: str) -> None:
    assert read(client, f"/files/{private_urls.sign_key(key, 60)}")[0] in {400, 404}


def test_public_urls_do_not_reach_private_files(client: Client) -> None:
    for path in (f"/media/private/{KEY}", f"/media/{KEY}", f"/media/designs/../private/{KEY}"):
        assert read(client, path)[0] in {400, 404}


@pytest.fixture
def rendition() -> Iterator[str]:
    """The address of a public file."""
    key = f"designs/{uuid4()}/1-1/preview.png"
    storage.save_files([StoredFile(key, b"public")])
    yield f"/media/{key}"
    storage.delete_files([key])


@pytest.fixture
def listed(db: None) -> None:
    """SHOP is the origin of a session."""
    allow_origins([SHOP], timezone.now() + timedelta(hours=1))


@pytest.fixture(params=["/media/", "/files/"])
def address(request: pytest.FixtureRequest, rendition: str) -> str:
    """The address of a file below each of the two folders."""
    return rendition if request.param == "/media/" else str(storage.file_url(KEY, alias="private"))


each_origin = pytest.mark.parametrize(("origin", "allowed"), [(SHOP, True), ("https://evil.example", False)])


@each_origin
@pytest.mark.parametrize("method", ["get", "head"])
def test_pages_of_a_sessions_origin_may_read_files_again(
    client: Client, listed: None, address: str, method: str, origin: str, *, allowed: bool
) -> None:
    answer = getattr(client, method)(address, headers={"Origin": origin})
    answer.close()  # ends the database connection, too
    assert answer.status_code == 200
    check_headers(answer, origin if allowed else None)


@each_origin
def test_a_preflight_of_a_file_is_answered_as_one_of_the_api(
    client: Client, listed: None, address: str, origin: str, *, allowed: bool
) -> None:
    """A page that sends If-None-Match, or a header of its own, asks first."""
    asked = {
        "Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match",
    }  # fmt: skip
    answer, same = client.options(address, headers=asked), client.options("/api/v1/preview", headers=asked)
    assert answer.status_code == 200
    check_headers(answer, origin if allowed else None)
    names = [name for name in answer.headers if name.lower().startswith("access-control")]
    assert {name: answer[name] for name in names} == {name: same[name] for name in names}
    assert ("if-none-match" in answer.headers.get("Access-Control-Allow-Headers", "")) == allowed


def test_a_file_that_a_browser_has_or_misses_may_be_asked_for_too(client: Client, listed: None, rendition: str) -> None:
    known = {"Origin": SHOP, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    for address, status in (
        (rendition, 304),
        (f"/media/designs/{uuid4()}/1-1/preview.png", 404),
        ("/files/x.png", 404),
    ):
        answer = client.get(address, headers=known)
        assert answer.status_code == status
        check_headers(answer, SHOP)


def test_without_an_origin_a_file_says_that_the_answer_depends_on_it(client: Client, rendition: str, db: None) -> None:
    """Else the copy that an <img> has left in the cache would be refused to a script."""
    answer = client.get(rendition)
    answer.close()
    check_headers(answer, None)


def check_headers(answer: Any, allowed: str | None) -> None:
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "origin" in answer["Vary"].lower()  # a cache must not give it to a page of another origin
