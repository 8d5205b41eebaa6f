"""Checks of database, Redis, storage, temporary files, fonts and the reconciler.

Each returns a detail, or raises CheckFailed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError

from customify.ops.smoke.result import CheckFailed
from customify.postgres.options import SERVER_LIMITS
from designs.broker.client import redis_connection
from designs.heartbeats import reconciler as heartbeat
from designs.services.assets import upload_limits
from rendering import keys, storage
from rendering.engine.values import FontError
from rendering.fonts import catalogue
from rendering.ingest.temporary import TemporaryFilesUnusable, check_temporary_space
from rendering.storage import StorageUnavailable, StoredFile


def check_database() -> str:
    """Select a row, and check that all migrations are applied."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            unlimited = list(_find_unlimited(cursor)) if settings.DATABASE_PGBOUNCER else []
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
    if unlimited:
        role = connection.settings_dict["USER"]
        fixes = "; ".join(f"ALTER ROLE {role} SET {name} = '{SERVER_LIMITS[name]}'" for name in unlimited)
        raise CheckFailed(f"Behind PgBouncer {', '.join(unlimited)} must be the role's own.", f"Run: {fixes}")
    return f"{connection.vendor} answers, and all migrations are applied."


def _find_unlimited(cursor: CursorWrapper) -> Iterator[str]:
    """Yield the limits that this session does not have."""
    for name in SERVER_LIMITS:
        cursor.execute(f"SHOW {name}")
        if cursor.fetchone()[0] == "0":
            yield name


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


def check_temporary_files() -> str:
    """Check that uploads find room for their temporary files."""
    try:
        free = check_temporary_space(upload_limits().temporary_bytes)
    except TemporaryFilesUnusable as error:
        raise CheckFailed(str(error), "Without them uploads are answered with 503.") from error
    return f"{tempfile.gettempdir()} has {free / 1e6:,.0f} MB for uploads."


def check_reconciler() -> str:
    """Check that a reconciler has worked lately."""
    silence = heartbeat.read_silence()
    fix = "Start one: manage.py reconcile, with this process' settings. Without it lost work is never found again."
    if silence is None:
        raise CheckFailed("None has ever run.", fix)
    if silence.total_seconds() > heartbeat.longest_silence():
        raise CheckFailed(f"None has worked for {silence.total_seconds():,.0f} s.", fix)
    return f"One worked {max(0.0, silence.total_seconds()):.0f} s ago."


def check_fonts() -> str:
    """Load every font that designs may use."""
    try:
        catalogue.warm_fonts()
    except (FontError, OSError) as error:
        raise CheckFailed(str(error), "Install the dependencies again: uv sync --reinstall") from error
    return f"All {len(catalogue.installed_fonts())} load."
