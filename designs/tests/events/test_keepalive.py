from __future__ import annotations

import pytest

from customify.tests.support.web_server import Serve
from designs.models import Design
from designs.tests.support.sse_client import EventStream

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_silent_stream_sends_comments_until_its_time_is_over(serve: Serve, key: str, design: Design) -> None:
    brief = {"EVENTS_HEARTBEAT": "0.2", "EVENTS_STREAM_SECONDS": "1"}
    with serve(**brief) as site, EventStream(site.port, key, design.pk, last=2) as stream:
        assert [stream.line(), stream.line()] == ["retry: 1000", ""]
        lines = []
        while (line := stream.line()) is not None:
            lines.append(line)
    assert set(lines) == {":", ""}
    assert 2 <= lines.count(":") <= 7  # one each 0.2 s at most, then a clean end without `settled`
