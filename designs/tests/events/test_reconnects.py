from __future__ import annotations

import threading
from itertools import islice

import pytest
from django.db import connection

from customify.tests.support.web_server import Serve
from designs import services
from designs.models import Design
from designs.tests.support.events import add_events
from designs.tests.support.sse_client import EventStream

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = 150


def test_a_stream_resumes_without_loss_or_repeat_over_many_reconnects(serve: Serve, key: str, design: Design) -> None:
    followed, reconnects = threading.Event(), 0

    def write() -> None:
        add_events(design, EVENTS)
        followed.wait(60)  # a deleted design is not found
        services.delete_design(design.pk, design.owner_id)
        connection.close()

    got: list[int | None] = []
    with serve() as site:
        writer = threading.Thread(target=write)
        with EventStream(site.port, key, design.pk) as first:
            got += [sent.number for sent in islice(first, 2)]
            writer.start()
            while got[-1] is not None and got[-1] < EVENTS:
                with EventStream(site.port, key, design.pk, last=got[-1]) as stream:
                    reconnects += 1
                    got += [sent.number for sent in islice(stream, len(got) % 4 + 1)]
            followed.set()
            got += [sent.number for sent in first if sent.number is None or sent.number > (got[-1] or 0)]
        writer.join()
    assert got == [*range(1, EVENTS + 4), None]
    assert reconnects > EVENTS // 4
