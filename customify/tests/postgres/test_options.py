from __future__ import annotations

from typing import Any

import pytest

from customify.config.variable_types import parse_database_url
from customify.postgres.options import complete_options

URL = "postgres://u:p@db:5432/shop"
LIMITS = "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s"


def settings_of(url: str, process: str, **options: Any) -> dict[str, Any]:
    return complete_options(parse_database_url(url), process, 10, **options)


@pytest.mark.parametrize("process", ["web", "rqworker", "reconcile"])
def test_sessions_of_serving_processes_are_limited(process: str) -> None:
    assert settings_of(URL, process)["OPTIONS"]["options"] == LIMITS


def test_commands_have_no_limit_even_where_their_role_has_one() -> None:
    options = settings_of(URL, "migrate")["OPTIONS"]["options"]
    assert options == "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"


@pytest.mark.parametrize("process", ["web", "rqworker", "migrate"])
def test_pgbouncer_gets_no_start_up_options_and_no_cursors(process: str) -> None:
    database = settings_of(URL, process, pgbouncer=True)
    assert "options" not in database["OPTIONS"]
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.parametrize("pgbouncer", [False, True])
def test_options_of_the_url_are_kept(pgbouncer: bool) -> None:
    url = f"{URL}?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=9&conn_max_age=60"
    database = settings_of(url, "rqworker", pgbouncer=pgbouncer)
    kept = {"sslmode": "verify-full", "sslrootcert": "/ca.pem", "connect_timeout": 9, "tcp_user_timeout": 10_000}
    assert database["OPTIONS"].items() >= kept.items()
    assert database["CONN_MAX_AGE"] == 60


def test_start_up_options_of_the_url_come_last_so_that_they_count() -> None:
    database = settings_of(f"{URL}?options=-c%20search_path%3Dshop%20-c%20lock_timeout%3D1s", "web")
    assert database["OPTIONS"]["options"] == f"{LIMITS} -c search_path=shop -c lock_timeout=1s"
    assert settings_of(f"{URL}?options=-c%20a%3Db", "web", pgbouncer=True)["OPTIONS"]["options"] == "-c a=b"


def test_a_pool_keeps_connections_itself() -> None:
    database = settings_of(f"{URL}?conn_max_age=60", "web")
    assert (database["CONN_MAX_AGE"], database["OPTIONS"]["pool"]["max_size"]) == (0, 10)


def test_options_of_sqlite_are_kept() -> None:
    options = settings_of("sqlite:///file.sqlite3?timeout=3", "web")["OPTIONS"]
    assert (options["timeout"], options["transaction_mode"]) == (3, "IMMEDIATE")
