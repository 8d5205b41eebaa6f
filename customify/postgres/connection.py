"""Connections with a time limit for the server's answer.

The server enforces `statement_timeout` and the kernel `tcp_user_timeout`. Neither ends the wait for a server that is
stopped, swapped out or cut off behind a proxy that still acknowledges packets. Without a limit every thread would hang.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

ANSWER_TIMEOUT = 20.0  # s; the server itself ends a statement after 15

Result = TypeVar("Result")


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that closes and raises OperationalError if an answer takes longer than ANSWER_TIMEOUT s."""

    answer_timeout: ClassVar[float] = ANSWER_TIMEOUT

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for the server; see psycopg.Connection.wait."""
        try:
            return super().wait(gen, interval, self.answer_timeout if timeout is None else timeout)
        except psycopg.OperationalError as error:
            # A server that has answered, even with an error, or has hung up leaves the connection inactive.
            if timeout is not None or self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.pgconn.finish()  # a late answer would be taken for that of the next statement
            message = f"The database did not answer within {self.answer_timeout:g} s."
            raise psycopg.OperationalError(message) from error
