"""Which database errors are outages: they say nothing about the request or the design, and pass by themselves."""

from __future__ import annotations

from django.db import Error, InterfaceError, InternalError, OperationalError

READ_ONLY = "25006"  # SQLSTATE read_only_sql_transaction: after a failover, the connection is to a standby


def is_outage(error: BaseException | None) -> bool:
    """Tell whether an error means that the database is away, full, locked for too long or read-only.

    psycopg files read-only transactions under InternalError, beside errors that are defects of ours.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", None) == READ_ONLY


def raise_unless_outage(error: Error) -> None:
    """Raise a database error again unless it is an outage."""
    if not is_outage(error):
        raise error
