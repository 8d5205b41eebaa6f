"""Connections to the master that Sentinels name, which close where an answer was not read to its end.

redis-py's own (8.1) go back to their pool then: the next command reads the answer to the one before, or waits for it.

Settings import this module, so nothing here may import models or apps.
"""

from __future__ import annotations

from typing import Any

from redis.sentinel import SentinelManagedConnection, SentinelManagedSSLConnection


class MasterConnection(SentinelManagedConnection):
    """A plain connection; a time-out, or an exception from a signal handler, closes it."""

    def read_response(
        self, disable_decoding: bool = False, *, disconnect_on_error: bool | None = True, **options: Any
    ) -> Any:
        """Read an answer as redis-py does; only the default of `disconnect_on_error` differs."""
        return super().read_response(disable_decoding, disconnect_on_error=disconnect_on_error, **options)


class MasterTLSConnection(MasterConnection, SentinelManagedSSLConnection):
    """The same with TLS."""


def connection_class(*, ssl: bool) -> type[MasterConnection]:
    """Return the class for connections to a master."""
    return MasterTLSConnection if ssl else MasterConnection
