"""PostgreSQL may stop in the middle of an answer: the caller gets an error, and the connection is closed."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from customify.postgres.base import DatabaseWrapper
from customify.postgres.connection import BoundedConnection


@pytest.fixture
def connection(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BoundedConnection]:
    monkeypatch.setattr(BoundedConnection, "answer_timeout", 0.3)
    with closing(BoundedConnection.connect(postgres_url, autocommit=True)) as connection:
        yield connection


def test_a_missing_answer_is_an_error_and_closes_the_connection(connection: BoundedConnection) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"did not answer within 0\.3 s"):
        connection.execute("SELECT pg_sleep(30)")
    assert connection.closed


def test_a_slow_answer_within_the_timeout_is_returned(connection: BoundedConnection) -> None:
    connection.execute("SELECT pg_sleep(0.1)")
    assert connection.execute("SELECT 7").fetchone() == (7,)


@pytest.mark.parametrize("statement", ["SELECT 1/0", "SET statement_timeout = 50; SELECT pg_sleep(30)"])
def test_an_error_of_the_statement_leaves_the_connection_open(connection: BoundedConnection, statement: str) -> None:
    with pytest.raises((psycopg.errors.DivisionByZero, psycopg.errors.QueryCanceled)):
        connection.execute(statement.encode())
    assert connection.execute("SELECT 7").fetchone() == (7,)


def test_djangos_connections_are_bounded_with_a_pool_and_without() -> None:
    assert DatabaseWrapper.Database.connect.__self__ is BoundedConnection
    assert DatabaseWrapper.Database.OperationalError is psycopg.OperationalError
