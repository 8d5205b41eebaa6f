"""Django's PostgreSQL backend with bounded connections; Django loads this module by its name."""

from types import SimpleNamespace

import psycopg
from django.db.backends.postgresql import base

from customify.postgres.connection import BoundedConnection


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper with BoundedConnection. A pool gets the class by its option `connection_class` instead."""

    # The wrapper uses only `connect` and the exceptions of its driver module.
    Database = SimpleNamespace(**{**vars(psycopg), "connect": BoundedConnection.connect})  # type: ignore[assignment]
