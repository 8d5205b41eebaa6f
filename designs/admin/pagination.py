"""Pagination of lists that are too long to count."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

MAX_ROWS = 1_000  # for older rows, users search or filter


class BoundedPaginator(Paginator):
    """Paginates at most MAX_ROWS rows, so that counting stops there instead of scanning the table."""

    def __init__(self, object_list: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(object_list, *args, **kwargs)
        self.rows = object_list

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most MAX_ROWS."""
        return min(self._counted, MAX_ROWS)

    @property
    def is_bounded(self) -> bool:
        """Whether there are more than MAX_ROWS rows."""
        return self._counted > MAX_ROWS

    @cached_property
    def _counted(self) -> int:
        return int(self.rows.values("pk")[: MAX_ROWS + 1].count())
