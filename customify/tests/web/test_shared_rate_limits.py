from __future__ import annotations

import http.client
from contextlib import closing

import pytest
import redis

from customify.tests.support.web_server import RunningServer, Serve

pytestmark = pytest.mark.django_db(transaction=True)


def ask(site: RunningServer, secret: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)) as connection:
        connection.request("GET", "/api/v1/account", headers={"Authorization": f"Bearer {secret}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["RateLimit"].split(";")[1]


def test_two_servers_share_one_count(serve: Serve, secret: str, empty_redis: redis.Redis) -> None:
    with serve(API_RATE="5") as one, serve(API_RATE="5") as other:
        answers = [ask(site, secret) for site in (one, other, one, other, one, other, one)]
    assert answers == [(200, "r=4"), (200, "r=3"), (200, "r=2"), (200, "r=1"), (200, "r=0"), (429, "r=0"), (429, "r=0")]


def test_without_redis_each_server_counts_for_itself_and_logs_it(serve: Serve, secret: str) -> None:
    env = {"API_RATE": "3", "REDIS_URL": "redis://:hunter2@127.0.0.1:1/0"}
    with serve(**env) as one, serve(**env) as other:
        assert [ask(site, secret)[0] for site in (one, other) * 3] == [200] * 6
        assert [ask(site, secret)[0] for site in (one, other)] == [429, 429]
        for site in (one, other):
            assert site.process.read_output().count("each process counts requests for itself") == 1
            assert "hunter2" not in site.process.read_output()
