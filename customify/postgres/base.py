"""The backend; Django finds it by this module's name."""

from types import SimpleNamespace

import psycopg
from django.db.backends.postgresql import base

from customify.postgres.connection import BoundedConnection


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with bounded connections. A pool makes its own: it is told by its option `connection_class`."""

    # The wrapper asks its driver's module for `connect` and for the exceptions, and for nothing else.
    Database = SimpleNamespace(**{**vars(psycopg), "connect": BoundedConnection.connect})  # type: ignore[assignment]
