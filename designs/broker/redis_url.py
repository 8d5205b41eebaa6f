"""The URLs of Redis that settings may hold: one server (`redis`, `rediss`, `unix`), or a master found by Sentinels.

`redis+sentinel://USER:PASSWORD@HOST1:26379,HOST2:26379/MASTER/DB?OPTION=…`, and `rediss+sentinel` for TLS to both
kinds of server. `sentinel_username` and `sentinel_password` are the Sentinels' own; other options are redis-py's, as in
its URLs.

Settings import this module, so nothing here may import models or apps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.connection import SSLConnection, parse_url

from designs.broker.sentinel_connections import connection_class

SENTINEL_SCHEMES = ("redis+sentinel", "rediss+sentinel")
SENTINEL_PORT = 26379
_PREFIX = "sentinel_"


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """Where the Sentinels are, the name of their master, and the options of connections to each kind of server."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    options: dict[str, Any] = field(repr=False)  # keeps passwords out of tracebacks
    sentinel_options: dict[str, Any] = field(repr=False)

    @property
    def synchronous_options(self) -> dict[str, Any]:
        """Return `options` for clients that wait for answers."""
        return {**self.options, "connection_class": connection_class(ssl=self.options.get("ssl", False))}

    @property
    def rq_queue(self) -> dict[str, Any]:
        """Return the entries of an RQ queue's settings in django-rq."""
        options = self.synchronous_options
        rq_names = {"DB": options.pop("db", 0), "USERNAME": options.pop("username", None)}
        rq_names["PASSWORD"] = options.pop("password", None)
        found = {"SENTINELS": list(self.hosts), "MASTER_NAME": self.master, "SENTINEL_KWARGS": self.sentinel_options}
        return {**rq_names, **found, "CONNECTION_KWARGS": options}


def parse_sentinel_url(url: str) -> SentinelAddress | None:
    """Return the address that a Sentinel URL names, None for another URL; ValueError if it is not usable."""
    parts = urlsplit(url)
    if parts.scheme not in SENTINEL_SCHEMES:
        return None
    login, _, hosts = parts.netloc.rpartition("@")
    master, _, database = parts.path.lstrip("/").partition("/")
    if not master:
        raise ValueError("It names no master: redis+sentinel://HOST1:26379,HOST2:26379/MASTER/0.")
    if database and not database.isdecimal():
        raise ValueError("Behind the master's name stands a database's number: …/MASTER/0.")
    scheme = parts.scheme.partition("+")[0]
    rest = f"{scheme}://{login}@host/{database or 0}?{parts.query}"
    options: dict[str, Any] = dict(parse_url(rest))  # type: ignore[no-untyped-call]  # redis-py has no types for it
    options.pop("host")
    secure = {"ssl": True} if options.pop("connection_class", None) is SSLConnection else {}
    shared = secure | {name: value for name, value in options.items() if name.startswith("ssl_")}
    own = {name.removeprefix(_PREFIX): options.pop(name) for name in list(options) if name.startswith(_PREFIX)}
    return SentinelAddress(
        tuple(_parse_host(host) for host in hosts.split(",")), unquote(master), {**options, **secure}, {**shared, **own}
    )


def _parse_host(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")  # ValueError for an unclosed bracket, and at `port` for one that is no number
    if not parts.hostname or parts.port == 0:
        raise ValueError("One of the Sentinels has no host name.")
    return parts.hostname, parts.port or SENTINEL_PORT
