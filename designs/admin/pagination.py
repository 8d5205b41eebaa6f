"""Pages of a list too long to count."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

MAX_ROWS = 1_000  # rows; whoever looks further back searches or filters


class BoundedPaginator(Paginator):
    """Counts no further than MOST rows: the newest are read off the list's index, however many there are."""

    def __init__(self, object_list: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(object_list, *args, **kwargs)
        self.rows = object_list

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, at most MOST."""
        return min(self._counted, MAX_ROWS)

    @property
    def is_bounded(self) -> bool:
        """Whether there are more rows than the pages show."""
        return self._counted > MAX_ROWS

    @cached_property
    def _counted(self) -> int:
        return int(self.rows.values("pk")[: MAX_ROWS + 1].count())
