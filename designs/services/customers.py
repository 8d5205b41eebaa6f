"""Gives a customer's designs to another: a guest has logged in, two accounts are one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from designs.lifecycle import lock_designs, record_event
from designs.lifecycle.locks import save_event_counts, write_events
from designs.models import Design, EventType
from designs.models.tenant import Tenant

CHUNK = 200  # designs that one transaction changes


def reassign_customer(tenant: Tenant, old: str, new: str, actor_id: int | None) -> int:
    """Give all designs of one customer to another; return of how many. What fails midway is done by a second call.

    An edit that a page has begun stays valid: the edit count, which If-Match compares, is unchanged.
    """
    changed = 0
    if old == new:
        return 0
    while ids := list(_designs_of(tenant, old).values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            designs = lock_designs(ids)
            mine = [design for design in designs.values() if design.customer == old and design.deleted_at is None]
            events = [
                record_event(design, EventType.EDITED, {"fields": ["customer"], "bulk": True}, actor_id)
                for design in mine
            ]
            Design.objects.filter(pk__in=[design.pk for design in mine]).update(customer=new)
            write_events(events)
            save_event_counts(mine)
        changed += len(mine)
    return changed


def _designs_of(tenant: Tenant, customer: str) -> QuerySet[Design]:
    own = Design.objects.filter(owner_id=tenant.owner_id, test=tenant.is_test, deleted_at=None)
    return own.filter(customer=customer).exclude(customer="")
