"""Keyset cursor comparison that is exact on every database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime


def before_bound(moment: datetime) -> datetime:
    """Return the operand with which `<` means "before moment"; see KeysetQuery."""
    exact = connection.vendor == "sqlite" and moment.microsecond % 1000 == 0
    return moment - timedelta(microseconds=1) if exact else moment


def after_bound(moment: datetime) -> datetime:
    """Return the operand with which `>` means "after moment"; see KeysetQuery."""
    exact = connection.vendor == "sqlite" and moment.microsecond % 1000 == 0
    return moment + timedelta(microseconds=1) if exact else moment


class KeysetQuery:
    """The part of a queryset that the paginator uses, with cursor positions that SQLite compares correctly.

    SQLite compares times as text. The database default writes them with three decimals, but Django writes parameters
    with six, or with none for a whole second, and of two such texts the shorter one is smaller. "Before 0.123000" would
    include 0.123 itself, and "after 5" would include 5.000: each page would repeat the last row of the previous one.
    """

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def order_by(self, *ordering: str) -> KeysetQuery:
        """Return the query in this order."""
        return KeysetQuery(self.rows.order_by(*ordering))

    def filter(self, **condition: str) -> KeysetQuery:
        """Keep the rows beyond the cursor position; the paginator passes one lookup, such as `created_at__lt`."""
        ((lookup, position),) = condition.items()
        name, _, comparison = lookup.rpartition("__")
        moment = parse_datetime(position) if name.endswith("_at") else None
        if moment is not None:
            position = str({"lt": before_bound, "gt": after_bound}[comparison](moment))
        return KeysetQuery(self.rows.filter(**{lookup: position}))

    def __getitem__(self, part: slice) -> Any:
        """Return a slice of the rows."""
        return self.rows[part]
