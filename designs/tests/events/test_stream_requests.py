from __future__ import annotations

import http.client

import pytest
from rest_framework.test import APIClient

from customify.tests.support.web_server import Serve
from designs.models import Design
from designs.tests.support.api_client import client_of
from designs.tests.support.events import add_events
from designs.tests.support.fixture_types import RunLane
from designs.tests.support.sse_client import EventStream, parse_events


@pytest.fixture
def shop(design: Design) -> APIClient:
    return client_of(design.owner.username)


@pytest.mark.parametrize("value", ["abc", "-1", "1.5", "1" * 10, "٣", "1 2"])
def test_an_invalid_last_event_id_is_named(shop: APIClient, design: Design, value: str) -> None:
    answer = shop.get(f"/api/v1/designs/{design.pk}/events", headers={"Last-Event-ID": value})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    (trouble,) = answer.json()["errors"]
    assert (trouble["header"], trouble["code"]) == ("Last-Event-ID", "invalid_event_id")


def test_a_last_event_id_in_the_future_is_refused(shop: APIClient, design: Design) -> None:
    answer = shop.get(f"/api/v1/designs/{design.pk}/events", headers={"Last-Event-ID": "3"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "The design has no event 3; its newest event is 2."


def test_another_shops_design_is_not_found(design: Design, shop: APIClient) -> None:
    for client in (client_of("stranger"), client_of(design.owner.username, test=True)):
        assert client.get(f"/api/v1/designs/{design.pk}/events").status_code == 404
    assert shop.get(f"/api/v1/designs/{'0' * 32}/events").status_code == 404
    assert shop.get(f"/api/v1/designs/{design.pk}/events").status_code == 200


def test_a_key_needs_the_read_scope(design: Design) -> None:
    address = f"/api/v1/designs/{design.pk}/events"
    assert APIClient().get(address).status_code == 401
    assert client_of(design.owner.username, scopes=["assets:write"]).get(address).status_code == 403


@pytest.mark.parametrize("accept", ["text/event-stream", "*/*", "application/json", "text/html"])
def test_every_accept_gets_the_stream(shop: APIClient, design: Design, accept: str) -> None:
    answer = shop.get(f"/api/v1/designs/{design.pk}/events", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")


@pytest.mark.django_db(transaction=True)
def test_a_head_request_ends_at_once(serve: Serve, key: str, design: Design) -> None:
    with serve() as site:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
        path = f"/api/v1/designs/{design.pk}/events"
        connection.request("HEAD", path, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.headers["Content-Type"]) == (200, b"", "text/event-stream")
        connection.request("GET", "/livez")  # its database connection is free again
        assert connection.getresponse().status == 200
        connection.close()
        with EventStream(site.port, "cfy_live_wrong", design.pk) as stream:
            assert stream.status == 401


def test_a_stream_from_now_leaves_past_events_out_and_says_where_it_begins(
    shop: APIClient, design: Design, run_lane: RunLane, stored_at_once: None
) -> None:
    address = f"/api/v1/designs/{design.pk}/events?after=now"
    assert shop.get(address).getvalue() == b"retry: 1000\n\nid: 2\n\n"
    run_lane()
    # It broke before its first event: the number it began with is enough to go on without a gap.
    rest = parse_events(shop.get(address, headers={"Last-Event-ID": "2"}).getvalue())
    assert [sent.number for sent in rest] == [3, 4, 5, 6, None]
    assert shop.get(address).status_code == 204  # settled, and nothing is new


@pytest.mark.parametrize("value", ["", "5", "never", "now "])
def test_a_stream_begins_now_or_with_all_events(shop: APIClient, design: Design, value: str) -> None:
    answer = shop.get(f"/api/v1/designs/{design.pk}/events", {"after": value})
    assert answer.status_code == 400
    assert [(one["parameter"], one["code"]) for one in answer.json()["errors"]] == [("after", "unknown_value")]


@pytest.mark.django_db(transaction=True)
def test_a_stream_from_now_follows_what_happens_then(serve: Serve, key: str, design: Design) -> None:
    with serve() as site, EventStream(site.port, key, design.pk, slash="?after=now") as stream:
        add_events(design)
        assert next(iter(stream)).number == 3
