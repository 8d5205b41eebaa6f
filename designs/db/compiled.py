"""Queries that are compiled once in a process: Django takes longer to compile most of our statements than to run them.

A query is written with the ORM, with a `Parameter` for each value that differs from run to run. It is meant for the few
queries of nearly every request; all others are better as plain querysets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet


class Parameter(Expression):
    """A value that is given for each run."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002  # Django's own signature
        """Return a placeholder; `CompiledQuery.fetch_rows` fills in the value."""
        return "%s", [self]


def column_names(model: type[Model]) -> list[str]:
    """Return the names of a model's columns, as `from_db` takes them."""
    return [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001  # the documented model API


class CompiledQuery:
    """A `values_list` with parameters, compiled for the database at its first run."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._by_vendor: dict[str, _CompiledSql] = {}

    def fetch_rows(self, **values: Any) -> list[list[Any]]:
        """Run it with the parameters' values; return the rows as lists of the fields' Python values."""
        compiled = self._by_vendor.get(connection.vendor)
        if compiled is None:
            compiled = self._by_vendor[connection.vendor] = _CompiledSql(self._build())
        return compiled.fetch_rows(values)


class _CompiledSql:
    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self._sql, self._parameters = compiler.as_sql()
        expressions = [column for column, _, _ in compiler.select]
        converters: dict[int, tuple[Sequence[Any], Any]] = compiler.get_converters(expressions)
        self._converters = [(index, *found) for index, found in converters.items()]

    def fetch_rows(self, values: dict[str, Any]) -> list[list[Any]]:
        given = [
            one.output_field.get_db_prep_value(values[one.name], connection) if isinstance(one, Parameter) else one
            for one in self._parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, given)
            rows = [list(row) for row in cursor.fetchall()]
        for index, converters, expression in self._converters:
            for convert in converters:
                for row in rows:
                    row[index] = convert(row[index], expression, connection)
        return rows
