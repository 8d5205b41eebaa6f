"""Checks of database, Redis, storage and fonts. Each returns a detail, or raises CheckFailed."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError

from customify.ops.smoke.result import CheckFailed
from designs.broker.client import redis_connection
from rendering import keys, storage
from rendering.engine.values import FontError
from rendering.fonts import catalogue
from rendering.storage import StorageUnavailable, StoredFile


def check_database() -> str:
    """Select a row, and check that all migrations are applied."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        cause = f"It does not answer ({str(error).strip()})."
        raise CheckFailed(
            cause, "Check DATABASE_URL, that the server is running and that this machine can reach it."
        ) from error
    if pending:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in pending[:3])
        raise CheckFailed(f"{len(pending)} migrations are not applied ({names} …).", "Run: manage.py migrate")
    return f"{connection.vendor} answers, and all migrations are applied."


def check_redis() -> str:
    """Send a PING to Redis."""
    try:
        redis_connection().ping()
    except RedisError as error:
        fix = "Check REDIS_URL, that the server is running and that this machine can reach it."
        raise CheckFailed(f"It does not answer ({error}).", fix) from error
    return "It answers."


def check_storage() -> str:
    """Store, read and delete a file in each storage."""
    for alias in ("default", "private"):
        key = keys.rendition_key(uuid4(), 0, 0, "preview.png")
        content = f"smoke {key}".encode()
        try:
            storage.save_files([StoredFile(key, content)], alias=alias)
            try:
                is_same = storage.read_file(key, alias=alias).data == content
            finally:
                storage.delete_files([key], alias=alias)
        except (StorageUnavailable, FileNotFoundError) as error:
            raise CheckFailed(str(error), "Run: manage.py smoke_storage, which shows each step.") from error
        if not is_same:
            fix = "Something on the way to the storage changes files: look for a proxy or a second bucket."
            raise CheckFailed("A file came back changed.", fix)
    return f"{'Local files' if settings.STORAGE.use_local else 'The bucket'} can be written, read and deleted."


def check_fonts() -> str:
    """Load every font that designs may use."""
    try:
        catalogue.warm_fonts()
    except (FontError, OSError) as error:
        raise CheckFailed(str(error), "Install the dependencies again: uv sync --reinstall") from error
    return f"All {len(catalogue.installed_fonts())} load."
