"""Migration operations for large tables in use: on PostgreSQL, indexes are built and dropped without blocking writers.

The migration needs `atomic = False`. One that was interrupted can be run again: an unfinished index is dropped first.
Reversing an operation does the opposite, concurrently as well.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def _is_concurrent(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


def _drop_indexes(schema_editor: Any, names: list[str]) -> None:
    how = "CONCURRENTLY " if _is_concurrent(schema_editor) else ""
    for name in names:
        schema_editor.execute(f"DROP INDEX {how}IF EXISTS {schema_editor.quote_name(name)}")


def _build_index(schema_editor: Any, model: type[models.Model], index: models.Index) -> None:
    _drop_indexes(schema_editor, [index.name])
    schema_editor.add_index(model, index, **({"concurrently": True} if _is_concurrent(schema_editor) else {}))


def _rebuild_field_indexes(schema_editor: Any, model: type[models.Model], name: str) -> None:
    """Build the indexes that Django creates for a field by default."""
    for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(name)):  # noqa: SLF001
        how = (
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS" if _is_concurrent(schema_editor) else "CREATE INDEX IF NOT EXISTS"
        )
        schema_editor.execute(str(statement).replace("CREATE INDEX", how, 1))


class AddIndex(migrations.AddIndex):
    """Adds an index while its table stays readable and writable."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002
        """Build the index, on PostgreSQL concurrently."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _build_index(schema_editor, model, self.index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002
        """Drop the index, on PostgreSQL concurrently."""
        _drop_indexes(schema_editor, [self.index.name])


class RemoveIndex(migrations.RemoveIndex):
    """Removes an index without blocking queries that use it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002
        """Drop the index, on PostgreSQL concurrently."""
        _drop_indexes(schema_editor, [self.name])

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002
        """Build the index again, on PostgreSQL concurrently."""
        index = to_state.models[app_label, self.model_name_lower].get_index_by_name(self.name)
        _build_index(schema_editor, to_state.apps.get_model(app_label, self.model_name), index)


class UnindexForeignKey(migrations.AlterField):
    """Drops a foreign key's own index where another starts with the same column; the field has db_index=False."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002
        """Drop the index: on PostgreSQL concurrently, on SQLite without rewriting the table."""
        model = from_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column  # noqa: SLF001  # the documented model API
        _drop_indexes(schema_editor, _find_field_indexes(schema_editor, model, column))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002
        """Build the index again."""
        _rebuild_field_indexes(schema_editor, to_state.apps.get_model(app_label, self.model_name), self.name)


class DropPatternIndex(migrations.RunPython):
    """Drops the second index that Django creates for a unique text on PostgreSQL, for LIKE, which no query uses."""

    def __init__(self, model_name: str, field_name: str) -> None:
        def drop(apps: Any, schema_editor: Any) -> None:
            if _is_concurrent(schema_editor):  # there is none elsewhere
                model = apps.get_model("designs", model_name)
                column = model._meta.get_field(field_name).column  # noqa: SLF001
                _drop_indexes(schema_editor, _find_field_indexes(schema_editor, model, column))

        def build(apps: Any, schema_editor: Any) -> None:
            if _is_concurrent(schema_editor):
                _rebuild_field_indexes(schema_editor, apps.get_model("designs", model_name), field_name)

        super().__init__(drop, build)


class AddJsonIndex(migrations.RunPython):
    """Builds a GIN index on a JSON field for `@>`, of the rows that match `where` (SQL); only on PostgreSQL.

    By default, of those whose field is not an empty object.
    """

    def __init__(self, model_name: str, field_name: str, name: str, where: str = "") -> None:
        def build(apps: Any, schema_editor: Any) -> None:
            if not _is_concurrent(schema_editor):
                return
            model = apps.get_model("designs", model_name)
            table, column = model._meta.db_table, model._meta.get_field(field_name).column  # noqa: SLF001
            only_filled = f"{column} <> '{{}}'::jsonb"
            _drop_indexes(schema_editor, [name])
            schema_editor.execute(
                f"CREATE INDEX CONCURRENTLY {name} ON {table} USING gin ({column} jsonb_path_ops) "
                f"WHERE {where or only_filled}"
            )

        def drop(_: Any, schema_editor: Any) -> None:
            if _is_concurrent(schema_editor):
                _drop_indexes(schema_editor, [name])

        super().__init__(build, drop)


def _find_field_indexes(schema_editor: Any, model: type[models.Model], column: str) -> list[str]:
    """Return the names of a column's indexes that neither a constraint nor the model's Meta needs."""
    kept = {index.name for index in model._meta.indexes}  # noqa: SLF001
    names: list[str] = schema_editor._constraint_names(model, [column], index=True, unique=False, exclude=kept)  # noqa: SLF001
    return names
