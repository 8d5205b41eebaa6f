from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection

from customify.tests.support.web_server import Serve
from designs.models import Design
from designs.tests.support.events import add_events
from designs.tests.support.sse_client import EventStream

pytestmark = pytest.mark.django_db(transaction=True)

STREAMS, POOL = 60, 1  # the pool has one connection: holding it would block all others


def connections_of_others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def threads_of(pid: int) -> int:
    found = re.search(r"Threads:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connections to count")
def test_many_waiting_streams_hold_neither_connections_nor_threads(serve: Serve, key: str, design: Design) -> None:
    before = connections_of_others()
    with serve(DATABASE_POOL_SIZE=str(POOL)) as site, ExitStack() as stack:
        streams = [stack.enter_context(EventStream(site.port, key, design.pk, last=2)) for _ in range(STREAMS)]
        assert connections_of_others() - before <= POOL
        assert threads_of(site.process.pid) < STREAMS / 2
        add_events(design)
        assert [stream.next().number for stream in streams] == [3] * STREAMS
        assert connections_of_others() - before <= POOL
