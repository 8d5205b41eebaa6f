"""Database connections of long-lived processes."""

from __future__ import annotations

from django.db import close_old_connections, connection


def release_connection() -> None:
    """Return the connection to the pool before something slow that needs none; not inside a transaction."""
    if not connection.in_atomic_block:
        connection.close()


def drop_dead_connection() -> None:
    """Close a connection that died or expired since the last job; not inside a transaction."""
    if not connection.in_atomic_block:
        close_old_connections()
