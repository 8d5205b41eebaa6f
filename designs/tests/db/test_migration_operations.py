"""Migrations of indexes block no queries: PostgreSQL builds and drops each concurrently."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from designs.db.migration_operations import RemoveIndex, UnindexForeignKey

NAME = ("designs", "0008_lists_at_scale")


@pytest.mark.django_db
def test_every_index_statement_is_concurrent() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, and alters tables outside of tests' transactions alone")
    loader = MigrationLoader(connection)
    migration = loader.get_migration(*NAME)
    assert migration.atomic is False
    (before,) = migration.dependencies[:1]
    state = loader.project_state([before])
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    statements = [line for line in editor.collected_sql if not line.startswith("--")]
    assert len([one for one in statements if one.startswith("CREATE INDEX")]) == 7
    for statement in statements:
        assert statement.startswith(("CREATE INDEX", "DROP INDEX")), statement
        assert "CONCURRENTLY" in statement, statement


@pytest.mark.django_db
def test_reversing_recreates_every_removed_index() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, and alters tables outside of tests' transactions alone")
    loader = MigrationLoader(connection)
    migration = loader.get_migration(*NAME)
    state = loader.project_state([migration.dependencies[0]])
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.unapply(state, editor, collect_sql=True)
    statements = [line for line in editor.collected_sql if not line.startswith("--")]
    went = [one for one in migration.operations if isinstance(one, RemoveIndex | UnindexForeignKey)]
    assert len([one for one in statements if one.startswith("CREATE INDEX CONCURRENTLY")]) == len(went)
    for statement in statements:
        assert "CONCURRENTLY" in statement, statement


@pytest.mark.django_db
def test_no_index_is_built_twice() -> None:
    with connection.cursor() as cursor:
        for table in ("designs_rendition", "designs_designrevision", "designs_assetuse"):
            found = connection.introspection.get_constraints(cursor, table).values()
            columns = [tuple(one["columns"]) for one in found if one["index"] or one["unique"]]
            assert len(columns) == len(set(columns)), table
            firsts = [one for one in columns if len(one) == 1]
            assert not [one for one in firsts for other in columns if len(other) > 1 and other[0] == one[0]], table
