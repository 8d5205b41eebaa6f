"""The database options of each kind of process."""

from __future__ import annotations

from typing import Any

from customify.postgres.connection import BoundedConnection

SERVING_PROCESSES = frozenset(
    {"web", "rqworker", "reconcile"}
)  # statements of other commands, such as a migration, have no limit


# Limits of a session on the server: a statement, a wait for a lock, an idle transaction.
SERVER_LIMITS = {"statement_timeout": "15s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "30s"}


def complete_options(
    database: dict[str, Any], process: str, pool_size: int, *, pgbouncer: bool = False
) -> dict[str, Any]:
    """Return Django's settings of a database with the options for `process` (the command's name, or "web").

    What the URL says takes precedence. `pgbouncer`: connections lead to a PgBouncer in transaction mode.
    """
    if database["ENGINE"].endswith("sqlite3"):
        options = {
            # A writer waits for the lock at BEGIN; a deferred transaction fails when it upgrades its lock.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return {**database, "OPTIONS": {**options, **database.get("OPTIONS", {})}}
    return _postgres_settings(database, process, pool_size, pgbouncer=pgbouncer)


def _postgres_settings(database: dict[str, Any], process: str, pool_size: int, *, pgbouncer: bool) -> dict[str, Any]:
    engine = "django.db.backends.postgresql"
    options: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 10_000, **database.get("OPTIONS", {})}
    if process in SERVING_PROCESSES:
        engine = "customify.postgres"  # with a time limit for answers
    if not pgbouncer:  # it refuses the start-up parameter
        limits = _session_options(process)
        options["options"] = f"{limits} {options['options']}" if "options" in options else limits  # the last one counts
    if process == "web":
        options["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 5,
            "reconnect_timeout": 2,  # then the next request tries again; the pool's own pauses grow longer and longer
            "connection_class": BoundedConnection,
        }
    # A pool keeps connections itself. Health checks replace a connection that died with its server before it is used.
    persistence = {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": None, **database}
    if process == "web":
        persistence["CONN_MAX_AGE"] = 0
    # In transaction mode the next statement may go to another server connection, which does not know the cursor.
    cursors = {"DISABLE_SERVER_SIDE_CURSORS": True} if pgbouncer else {}
    return {**persistence, "ENGINE": engine, "OPTIONS": options, **cursors}


def _session_options(process: str) -> str:
    """Return the start-up parameter `options`: our limits, or none for other processes, whatever the role has."""
    limits = SERVER_LIMITS if process in SERVING_PROCESSES else dict.fromkeys(SERVER_LIMITS, "0")
    return " ".join(f"-c {name}={value}" for name, value in limits.items())
