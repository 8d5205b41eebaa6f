from __future__ import annotations

import pytest

from designs.broker.redis_url import parse_sentinel_url


@pytest.mark.parametrize("url", ["redis://cache/0", "rediss://cache", "unix:///run/redis.sock", ""])
def test_a_url_of_one_server_names_no_sentinels(url: str) -> None:
    assert parse_sentinel_url(url) is None


def test_a_sentinel_url_names_hosts_master_database_and_options() -> None:
    address = parse_sentinel_url(
        "redis+sentinel://shop:p%40%2Fw@one:1,two,[::1]:3/my-master/2"
        "?sentinel_username=watch&sentinel_password=a%25b&health_check_interval=30"
    )
    assert address is not None
    assert address.hosts == (("one", 1), ("two", 26379), ("::1", 3))
    assert address.master == "my-master"
    assert address.options == {"username": "shop", "password": "p@/w", "db": 2, "health_check_interval": 30}
    assert address.sentinel_options == {"username": "watch", "password": "a%b"}


def test_tls_covers_the_master_and_the_sentinels() -> None:
    address = parse_sentinel_url("rediss+sentinel://one/m?ssl_ca_certs=/etc/ca.pem&ssl_check_hostname=false")
    assert address is not None
    secure = {"ssl": True, "ssl_ca_certs": "/etc/ca.pem", "ssl_check_hostname": False}
    assert address.options == {"db": 0, **secure}
    assert address.sentinel_options == secure


def test_passwords_are_not_shown() -> None:
    assert "hunter2" not in repr(parse_sentinel_url("redis+sentinel://:hunter2@a/m?sentinel_password=hunter2"))


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://one:26379",
        "redis+sentinel://one/",
        "redis+sentinel:///master/0",
        "redis+sentinel://one,,two/master/0",
        "redis+sentinel://one:port/master/0",
        "redis+sentinel://one:0/master",
        "redis+sentinel://one/master/first",
        "redis+sentinel://one/master/0/1",
        "redis+sentinel://one/master?health_check_interval=often",
    ],
)
def test_an_unusable_sentinel_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # settings say in one text what all of them must be
        parse_sentinel_url(url)
