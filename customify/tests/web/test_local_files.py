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


@pytest.mark.parametrize(("origin", "allowed"), [("https://shop.example", True), ("https://evil.example", False)])
def test_pages_of_a_sessions_origin_may_read_files_again(
    client: Client, db: None, origin: str, *, allowed: bool
) -> None:
    allow_origins(["https://shop.example"], timezone.now() + timedelta(hours=1))
    rendition = f"designs/{uuid4()}/1-1/preview.png"
    storage.save_files([StoredFile(rendition, b"public")])
    addresses = storage.file_url(KEY, alias="private"), f"/media/{rendition}"
    answers = [client.get(address, headers={"Origin": origin}) for address in addresses]
    for answer in answers:
        answer.close()  # ends the database connection, too
        assert answer.status_code == 200
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "origin" in answer["Vary"].lower()  # a cache must not give it to a page of another origin
    storage.delete_files([rendition])
