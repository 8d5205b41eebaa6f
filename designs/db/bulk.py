"""Writes many rows by one statement with one JSON parameter.

The hot paths write a few columns of a few tables thousands of times a minute. Django's own bulk writes build an object
a row and compile a new statement each time, which costs two to seven times the CPU of the functions here, also with
UNNEST, and up to fourteen times for updates (`benchmarks.bulk_rows`, decision 27). Here the statement depends on the
columns alone and is built once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

RowValues = Mapping[str, Any]
"""By column name (foreign keys with `_id`): a JSON value or a UUID; JSON columns take objects and arrays."""


def insert_rows(model: type[models.Model], rows: Sequence[RowValues]) -> None:
    """Insert rows, which all have the same columns; the other columns get the database's default."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_insert_sql(model, tuple(rows[0]), connection.vendor), [to_json_parameter(rows)])


def insert_object(instance: models.Model) -> None:
    """Insert a new object and set its `id`. Values that the database fills in are not read back into the object."""
    row = {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}  # noqa: SLF001
    row = {name: value for name, value in row.items() if name != "id" and not isinstance(value, DatabaseDefault)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_insert_sql(type(instance), tuple(row), connection.vendor)} RETURNING id", [to_json_parameter([row])]
        )
        (instance.pk,) = cursor.fetchone()
    instance._state.adding, instance._state.db = False, connection.alias  # noqa: SLF001  # as Django's own save does


def count_up_to(limit: int, model: type[models.Model], where: str, parameters: Sequence[Any]) -> int:
    """Count rows, but no further than `limit`; `where` is SQL, in which {now} stands for the database's time."""
    condition = where.format(now=_now_sql(connection.vendor))
    table = _quote_name(model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        counted = f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {condition} LIMIT %s) AS counted"  # noqa: S608
        cursor.execute(counted, [*parameters, limit])
        (count,) = cursor.fetchone()
    return int(count)


def update_rows(model: type[models.Model], rows: Sequence[RowValues], **times: float) -> None:
    """Update rows by their `id`, all in the same columns; columns in `times` get the database's time plus so many s."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                _update_sql(model, tuple(rows[0]), tuple(times.items()), connection.vendor), [to_json_parameter(rows)]
            )


def to_json_parameter(rows: Sequence[RowValues]) -> str:
    """Return rows as the parameter of a statement with `json_table_sql`."""
    return json.dumps(rows, default=_encode_uuid, allow_nan=False)


def _encode_uuid(value: object) -> str:
    """Return a UUID as SQLite stores it; PostgreSQL reads that too."""
    if isinstance(value, UUID):
        return value.hex
    raise TypeError(f"{value!r} cannot be written: rows hold JSON values and UUIDs.")


@cache
def _insert_sql(model: type[models.Model], columns: tuple[str, ...], vendor: str) -> str:
    table, names = _quote_name(model._meta.db_table), ", ".join(map(_quote_name, columns))  # noqa: SLF001
    given = json_table_sql(model, columns, vendor)
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {given}"  # noqa: S608  # names of our own columns only


@cache
def _update_sql(
    model: type[models.Model], columns: tuple[str, ...], times: tuple[tuple[str, float], ...], vendor: str
) -> str:
    table = _quote_name(model._meta.db_table)  # noqa: SLF001  # the documented model API
    values = [f"{_quote_name(name)} = given.{_quote_name(name)}" for name in columns if name != "id"]
    values += [f"{_quote_name(name)} = {_now_sql(vendor, seconds)}" for name, seconds in times]
    given = json_table_sql(model, columns, vendor)
    return f"UPDATE {table} SET {', '.join(values)} FROM {given} WHERE {table}.id = given.id"  # noqa: S608


def json_table_sql(model: type[models.Model], columns: tuple[str, ...], vendor: str) -> str:
    """Return SQL for one parameter, a JSON array of objects, as a table `given` with the model's column types."""
    if vendor == "sqlite":
        values = ", ".join(f"json_extract(value, '$.{name}') AS {_quote_name(name)}" for name in columns)
        return f"(SELECT {values} FROM json_each(%s)) AS given"  # noqa: S608  # names of our own columns only
    types = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001
    values = ", ".join(f"{_quote_name(name)} {_column_type(types[name])}" for name in columns)
    return f"jsonb_to_recordset(%s::jsonb) AS given({values})"


def _column_type(field: models.Field[Any, Any]) -> str | None:
    return field.rel_db_type(connection) if field.is_relation or field.primary_key else field.db_type(connection)


def _quote_name(name: str) -> str:
    return connection.ops.quote_name(name)


@cache
def _now_sql(vendor: str, plus: float = 0) -> str:
    """Return SQL for the database's time plus so many s; for SQLite as text in the form that Django writes."""
    if vendor == "sqlite":
        return f"STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW', '{plus:+.3f} seconds')"
    return f"STATEMENT_TIMESTAMP() + INTERVAL '{plus:.6f} seconds'" if plus else "STATEMENT_TIMESTAMP()"
