"""Database connections of processes that live long."""

from __future__ import annotations

from django.db import close_old_connections, connection


def release_connection() -> None:
    """Give the connection back before something slow that needs none; inside a transaction it stays."""
    if not connection.in_atomic_block:
        connection.close()


def drop_dead_connection() -> None:
    """Let go of a connection that died or grew old since the last job; inside a transaction there is none such."""
    if not connection.in_atomic_block:
        close_old_connections()
