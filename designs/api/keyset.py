"""Where a page begins, as every database compares it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime


def before_bound(moment: datetime) -> datetime:
    """Return what `< moment` is to be asked with; see Placed."""
    exact = connection.vendor == "sqlite" and moment.microsecond % 1000 == 0
    return moment - timedelta(microseconds=1) if exact else moment


def after_bound(moment: datetime) -> datetime:
    """Return what `> moment` is to be asked with; see Placed."""
    exact = connection.vendor == "sqlite" and moment.microsecond % 1000 == 0
    return moment + timedelta(microseconds=1) if exact else moment


class KeysetQuery:
    """What the paginator asks of a queryset, with places that SQLite compares rightly.

    There a time is a text: the database writes its own with three decimals, Django a parameter's with six, or of a
    whole second with none, and the shorter text is the smaller. “Before 0.123000” would hold for 0.123 itself, and
    “after 5” for 5.000: each page would begin with the last row of the one before it.
    """

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def order_by(self, *ordering: str) -> KeysetQuery:
        """Set the order."""
        return KeysetQuery(self.rows.order_by(*ordering))

    def filter(self, **beyond: str) -> KeysetQuery:
        """Keep what lies beyond a place."""
        ((lookup, place),) = beyond.items()
        name, _, comparison = lookup.rpartition("__")
        moment = parse_datetime(place) if name.endswith("_at") else None
        if moment is not None:
            place = str({"lt": before_bound, "gt": after_bound}[comparison](moment))
        return KeysetQuery(self.rows.filter(**{lookup: place}))

    def __getitem__(self, part: slice) -> Any:
        """Return a slice of the rows."""
        return self.rows[part]
