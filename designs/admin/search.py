"""Searches of long lists: whole values, each by an index; parts of them would have to be looked for in every row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet


def search_rows(queryset: QuerySet[Any], term: str, *, with_external_ids: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Keep the row with that id, or those of the owner of that name; of designs, `numbers`, with that number too."""
    term = term.strip()
    if not term:
        return queryset
    try:
        return queryset.filter(pk=UUID(term))
    except ValueError:
        owned = Q(owner__in=list(get_user_model().objects.filter(username=term).values_list("pk", flat=True)))
    if with_external_ids is None or not with_external_ids.filter(external_id=term).exclude(external_id="").exists():
        return queryset.filter(owned)  # alone: of two conditions joined by OR, no index gives the newest first
    return queryset.filter(owned | Q(external_id=term))
