from __future__ import annotations

import pytest

from customify.tests.support.web_server import Serve
from designs import services
from designs.models import Design, Event
from designs.tests.support import factories
from designs.tests.support.fixture_types import RunLane
from designs.tests.support.sse_client import EventStream, ReceivedEvent

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_design_is_followed_from_its_creation_to_its_publication(
    serve: Serve, key: str, design: Design, run_lane: RunLane
) -> None:
    with serve() as site, EventStream(site.port, key, design.pk) as stream:
        before = [stream.next(), stream.next()]
        assert run_lane() == 1
        after = list(stream)
    assert (stream.status, stream.answer.headers["Content-Type"]) == (200, "text/event-stream")
    assert stream.answer.headers["Cache-Control"] == "no-cache, no-transform"
    assert stream.answer.headers["X-Accel-Buffering"] == "no"
    *events, last = before + after
    kinds = ["created", "requested", "claimed", "stage", "stage", "published"]
    assert [(sent.number, sent.kind) for sent in events] == list(enumerate(kinds, 1))
    for sent, row in zip(events, Event.objects.filter(design_id=design.pk), strict=True):
        moment = row.created_at.isoformat().replace("+00:00", "Z")
        assert sent.data == {"number": row.number, "type": row.type, "created_at": moment, "data": row.data}
    assert last == ReceivedEvent(None, "settled", {"status": "published", "revision": 1, "published_revision": 1})


def test_all_events_of_a_finished_design_are_sent_and_then_204(
    serve: Serve, key: str, design: Design, run_lane: RunLane
) -> None:
    run_lane()
    draft = factories.make_design(design.owner, "draft", render=False)
    with serve() as site:
        for one, count, status in ((design, 6, "published"), (draft, 1, "draft")):
            with EventStream(site.port, key, one.pk, slash="/") as stream:
                *events, last = list(stream)
            assert [sent.number for sent in events] == list(range(1, count + 1))
            assert (last.kind, last.data["status"]) == ("settled", status)
            with EventStream(site.port, key, one.pk, last=count) as again:
                assert (again.status, again.answer.read()) == (204, b"")
            with EventStream(site.port, key, one.pk, last=count - 1) as again:
                assert [sent.number for sent in again] == [count, None]


def test_the_plain_asgi_handler_sends_the_same(serve: Serve, key: str, design: Design, run_lane: RunLane) -> None:
    with serve("customify.asgi:django_application") as site, EventStream(site.port, key, design.pk) as stream:
        assert [stream.next().number, stream.next().number] == [1, 2]
        run_lane()
        assert [sent.number for sent in stream] == [3, 4, 5, 6, None]


def test_a_deletion_ends_the_stream_and_refuses_new_ones(serve: Serve, key: str, design: Design) -> None:
    with serve() as site:
        with EventStream(site.port, key, design.pk, last=2) as stream:
            services.delete_design(design.pk, design.owner_id)
            assert [(sent.number, sent.kind) for sent in stream] == [(3, "deleted"), (None, "settled")]
        with EventStream(site.port, key, design.pk, last=2) as stream:
            assert stream.status == 404
