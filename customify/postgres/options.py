"""The database options of each kind of process."""

from __future__ import annotations

from typing import Any

from customify.postgres.connection import BoundedConnection

SERVING_PROCESSES = frozenset(
    {"web", "rqworker", "reconcile"}
)  # statements of other commands, such as a migration, have no limit


def complete_options(database: dict[str, Any], process: str, pool_size: int) -> dict[str, Any]:
    """Return Django's settings of a database with the options for `process` (the command's name, or "web")."""
    if database["ENGINE"].endswith("sqlite3"):
        options = {
            # A writer waits for the lock at BEGIN; a deferred transaction fails when it upgrades its lock.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return {**database, "OPTIONS": options}
    return _postgres_settings(database, process, pool_size)


def _postgres_settings(database: dict[str, Any], process: str, pool_size: int) -> dict[str, Any]:
    engine = "django.db.backends.postgresql"
    options: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 10_000, **database.get("OPTIONS", {})}
    if process in SERVING_PROCESSES:
        engine = "customify.postgres"  # with a time limit for answers
        options["options"] = "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s"
    if process == "web":
        options["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 5,
            "reconnect_timeout": 2,  # then the next request tries again; the pool's own pauses grow longer and longer
            "connection_class": BoundedConnection,
        }
    # A pool keeps connections itself. Health checks replace a connection that died with its server before it is used.
    persistence = {"CONN_MAX_AGE": 0 if process == "web" else None, "CONN_HEALTH_CHECKS": True}
    return {**database, "ENGINE": engine, "OPTIONS": options, **persistence}
