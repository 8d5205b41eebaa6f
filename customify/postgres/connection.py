"""Connections on which a server that takes statements and never answers is given up.

`statement_timeout` is the server's own and `tcp_user_timeout` the kernel's: neither ends the wait for a server that is
stopped, swapped out or cut off behind a proxy that acknowledges. Without this, every thread would hang there.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

ANSWER_TIMEOUT = 20.0  # s; the server itself ends a statement after 15

Result = TypeVar("Result")


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that closes itself, and raises OperationalError, where an answer takes longer than ANSWER s."""

    answer_timeout: ClassVar[float] = ANSWER_TIMEOUT

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for the server; see psycopg.Connection.wait."""
        try:
            return super().wait(gen, interval, self.answer_timeout if timeout is None else timeout)
        except psycopg.OperationalError as error:
            # Answered, even with an error, or hung up on: not active any more.
            if timeout is not None or self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.pgconn.finish()  # its answer may still come, and would be taken for the next statement's
            message = f"The database did not answer within {self.answer_timeout:g} s."
            raise psycopg.OperationalError(message) from error
