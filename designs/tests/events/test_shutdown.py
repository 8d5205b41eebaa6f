from __future__ import annotations

import signal

import pytest

from customify.tests.support.web_server import Serve
from designs.models import Design
from designs.tests.support.sse_client import EventStream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopping_server_ends_its_streams_at_once(
    serve: Serve, key: str, design: Design, number: signal.Signals
) -> None:
    with (
        serve() as site,
        EventStream(site.port, key, design.pk) as stream,
        EventStream(site.port, key, design.pk) as other,
    ):
        assert [stream.next().number, stream.next().number, other.next().number] == [1, 2, 1]
        site.process.send_signal(number)
        site.process.wait_for_exit(20)
        assert list(stream) == []  # http.client raises IncompleteRead for a body that is cut off
        assert "Traceback" not in site.process.read_output()
