from __future__ import annotations

from rest_framework.test import APIClient

from designs.models import Design
from designs.tests.support.api_client import client_of
from designs.tests.support.fixture_types import RunLane
from designs.tests.support.sse_client import parse_events


def test_a_wsgi_stream_holds_present_events_and_ends(design: Design, run_lane: RunLane, stored_at_once: None) -> None:
    shop: APIClient = client_of(design.owner.username)
    address = f"/api/v1/designs/{design.pk}/events"
    answer = shop.get(address)
    body = answer.getvalue()
    assert body.startswith(b"retry: 1000\n\n")
    assert [(sent.number, sent.kind) for sent in parse_events(body)] == [(1, "created"), (2, "requested")]
    waiting = shop.get(address, headers={"Last-Event-ID": "2"})
    assert (waiting.status_code, waiting.getvalue()) == (200, b"retry: 1000\n\n")
    run_lane()
    rest = parse_events(shop.get(address, headers={"Last-Event-ID": "2"}).getvalue())
    assert [sent.number for sent in rest] == [3, 4, 5, 6, None]
    assert shop.get(address, headers={"Last-Event-ID": "6"}).status_code == 204
