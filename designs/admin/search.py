"""Search of long lists by exact values, for which there are indexes; a substring search would scan all rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet


def search_rows(queryset: QuerySet[Any], term: str, *, with_external_ids: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Keep the rows whose id, owner's user name or external id is `term`.

    External ids are matched only if `with_external_ids` is given: the rows in which they are looked up.
    """
    term = term.strip()
    if not term:
        return queryset
    try:
        return queryset.filter(pk=UUID(term))
    except ValueError:
        owned = Q(owner__in=list(get_user_model().objects.filter(username=term).values_list("pk", flat=True)))
    if with_external_ids is None or not with_external_ids.filter(external_id=term).exclude(external_id="").exists():
        return queryset.filter(owned)  # without OR, so that an index gives the order
    return queryset.filter(owned | Q(external_id=term))
