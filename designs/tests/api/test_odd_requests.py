"""Odd requests that clients, proxies and testers send: each gets a defined answer, none a 500."""

from __future__ import annotations

import http.client
import json
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rest_framework.test import APIClient

from customify.tests.support.web_server import run_uvicorn
from designs.models import Design, Event
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of, create_published_design, send_raw
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.images import photo_bytes


def cursor(position: str) -> str:
    """Return a cursor with any position."""
    return b64encode(f"p={position}".encode()).decode()


@pytest.mark.parametrize("position", ["abc", "\0", "9999-99-99", "1e9", "0001-01-01T00:00:00+14:00", "9" * 400])
@pytest.mark.parametrize("suffix", ["", "/renders", "/revisions"])
def test_a_forged_cursor_is_refused(shop: APIClient, position: str, suffix: str) -> None:
    path = f"{DESIGNS_URL}/{shop.post(DESIGNS_URL, CREATE_BODY).json()['id']}{suffix}" if suffix else DESIGNS_URL
    for spelling in (cursor(position), b64encode(position.encode()).decode(), position):
        answer = shop.get(path, {"cursor": spelling})
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "cursor")


@pytest.mark.parametrize(
    "query",
    [
        "staus=published", "status=", "created_before=", "external_id=",
        "page_size=0", "page_size=-1", "page_size=abc", "page_size=1000",
        "created_after=0001-01-01T00:00:00%2B14:00", "created_before=9999-12-31T23:59:59-14:00",
    ],
)  # fmt: skip
def test_a_list_refuses_unknown_parameters(shop: APIClient, query: str) -> None:
    answer = shop.get(f"{DESIGNS_URL}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, query.partition("=")[0])


def test_a_duplicate_among_sixty_thousand_names_is_found(shop: APIClient) -> None:
    names = ",".join(f'"k{number}":1' for number in range(60_000))
    problem = json.loads(send_raw(shop, f'{{{names},"k7":2}}').content)
    assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == ("#/k7", "repeated_name")


def test_a_million_mistakes_get_a_short_response(shop: APIClient) -> None:
    unknown = send_raw(shop, json.dumps({**CREATE_BODY, **{f"k{number}": 1 for number in range(60_000)}}))
    numbers = send_raw(shop, json.dumps({**CREATE_BODY, "metadata": {"a": [10**16] * 60_000}}))
    for answer in (unknown, numbers):
        assert answer.status_code == 400
        assert len(json.loads(answer.content)["errors"]) == 51
        assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    ("extra", "word"),
    [
        ({"headers": {"Content-Encoding": "gzip"}}, "gzip"),
        ({"content_type": "application/json; charset=utf-16"}, "utf-16"),
    ],
)
def test_an_unsupported_encoding_is_415(shop: APIClient, extra: dict[str, object], word: str) -> None:
    answer = shop.generic("POST", DESIGNS_URL, b"{}", **{"content_type": "application/json", **extra})
    assert (answer.status_code, word in answer.json()["detail"]) == (415, True)


def test_an_empty_edit_changes_nothing(shop: APIClient) -> None:
    made = shop.post(DESIGNS_URL, CREATE_BODY)
    url = f"{DESIGNS_URL}/{made.json()['id']}"
    events = Event.objects.count()
    assert shop.patch(url, {}).status_code == 200
    assert (Event.objects.count(), Design.objects.get().edit_count) == (events, 0)
    assert shop.patch(url, {"metadata": {"a": 1}}, headers={"If-Match": made["ETag"]}).status_code == 200


def test_an_id_is_read_in_either_case_with_or_without_dashes(shop: APIClient) -> None:
    made = shop.post(DESIGNS_URL, CREATE_BODY).json()["id"]
    for spelling in (made.upper(), made.replace("-", "")):
        assert shop.get(f"{DESIGNS_URL}/{spelling}").json()["id"] == made


def test_a_preview_can_be_requested_as_an_image(shop: APIClient, work: RunWorker) -> None:
    design = create_published_design(shop, work)
    assert shop.get(f"{DESIGNS_URL}/{design['id']}/preview", headers={"Accept": "image/png,image/*"}).status_code == 302


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"x", {0}', "*"])
def test_etags_are_compared_weakly_and_in_lists(shop: APIClient, work: RunWorker, form: str) -> None:
    url = f"{DESIGNS_URL}/{create_published_design(shop, work)['id']}"
    answer = shop.get(url, headers={"If-None-Match": form.format(shop.get(url)["ETag"])})
    assert (answer.status_code, answer.content, "Content-Type" in answer) == (304, b"", False)


@pytest.mark.parametrize(
    "path", ["designs/" + "a" * 5000, "designs/../db.sqlite3", "designs/x/1-1/preview.png", "private/x"]
)
def test_only_renditions_are_served_as_media(shop: APIClient, path: str) -> None:
    assert shop.get(f"/media/{path}").status_code in {400, 404}


def test_a_rendition_is_served_with_its_type_and_cached_forever(shop: APIClient, work: RunWorker) -> None:
    answer = shop.get(urlsplit(create_published_design(shop, work)["preview_url"]).path)
    answer.close()
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "immutable" in answer["Cache-Control"]


def test_a_foreign_host_is_problem_json(shop: APIClient, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]  # type: ignore[attr-defined]
    answer = shop.get(DESIGNS_URL, headers={"Host": "evil.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_an_anonymous_visitor_is_redirected_to_the_login(shop: APIClient) -> None:
    answer = APIClient().get("/api/v1/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (302, "/api/v1/auth/login/?next=%2Fapi%2Fv1%2F")


def test_an_error_in_the_browsable_api_is_a_page(shop: APIClient) -> None:
    answer = shop.get(f"{DESIGNS_URL}/{'0' * 32}", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.django_db(transaction=True)
def test_a_chunked_body_is_read(catalogue: None, process_env: dict[str, str], tmp_path: Path) -> None:
    key = client_of("shop")._credentials["HTTP_AUTHORIZATION"]  # type: ignore[attr-defined]
    with run_uvicorn(tmp_path / "uvicorn.log", process_env) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"Authorization": key, "Content-Type": "application/json"}
        body = json.dumps(CREATE_BODY).encode()
        connection.request("POST", DESIGNS_URL, iter([body[:9], body[9:]]), headers, encode_chunked=True)
        answer = connection.getresponse()
        text = answer.read()
        mixed = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n%b\r\n--x--\r\n'
            % photo_bytes()
        )
        headers = {"Authorization": key, "Content-Type": "multipart/form-data; boundary=x"}
        connection.request("POST", "/api/v1/assets", iter([mixed[:99], mixed[99:]]), headers, encode_chunked=True)
        uploaded = connection.getresponse()
        uploaded_text = uploaded.read()
        connection.close()
    assert answer.status == http.client.CREATED, text
    assert Design.objects.count() == 1
    assert uploaded.status == http.client.CREATED, uploaded_text
