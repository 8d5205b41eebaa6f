"""Counting what owners have, and refusing what is more than they may have.

A quota's row is the last that a transaction locks, several in the tenants' order: whoever waits for it waits for a
commit, not for a render to be frozen, and nobody can wait in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from designs.models import Quota
from designs.models.tenant import Tenant

UNLIMITED = 2**31 - 1  # designs and renders
UNLIMITED_BYTES = 2**62
RENDERS_RETRY_AFTER = 5  # s after which a refused render is worth another try


class QuotaExceededError(Exception):
    """Somebody has all they may have of `what` (designs, renders, storage); `retry_after` in s where waiting helps."""

    def __init__(self, resource: str, used: int, limit: int, retry_after: int | None = None) -> None:
        super().__init__(f"{resource}: {used} of {limit}")
        self.resource, self.used, self.limit, self.retry_after = resource, used, limit, retry_after


class QuotaLimits:
    """A tenant's limits: an administrator's own, the settings' for the rest."""

    def __init__(self, tenant: Tenant, row: Quota | None) -> None:
        defaults = settings.QUOTAS["test" if tenant.is_test else "live"]
        own = (row.designs_limit, row.renders_limit, row.storage_limit) if row else (None, None, None)
        limits = [default if limit is None else limit for limit, default in zip(own, defaults, strict=True)]
        designs, renders, storage = limits
        self.designs: int = designs or UNLIMITED
        self.renders: int = renders or UNLIMITED
        self.storage: int = storage or UNLIMITED_BYTES

    @classmethod
    def for_tenant(cls, tenant: Tenant) -> QuotaLimits:
        """Look a tenant's limits up."""
        return cls(tenant, find_quota(tenant))


def find_quota(tenant: Tenant) -> Quota | None:
    """Return a tenant's counters, None before their first use."""
    # Plain SQL here and in `charge_design`: every create passes both, and building them took longer than running them.
    sql = "SELECT *, month = {month} AS is_now FROM designs_quota WHERE owner_id = %s AND test = %s"
    return next(iter(Quota.objects.raw(_with_current_month(sql), tenant)), None)


def designs_this_month(row: Quota | None) -> int:
    """Return how many designs a row from `quota_of` counts for the month that is now."""
    return row.designs if row is not None and row.is_now else 0  # type: ignore[attr-defined]  # annotated


def next_month(now: datetime | None = None) -> datetime:
    """Return when the month's count begins anew."""
    first = (now or datetime.now(UTC)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def charge_design(tenant: Tenant, limits: QuotaLimits) -> None:
    """Count one more design of this month; QuotaExceededError where that, or the storage, is used up.

    Exact whoever asks at once: the row itself is asked and changed by one statement.
    """
    sql = (
        'UPDATE "designs_quota" SET designs = CASE WHEN month = {month} THEN designs + 1 ELSE 1 END, month = {month}'
        " WHERE owner_id = %s AND test = %s AND (month < {month} OR designs < %s) AND storage_bytes < %s"
    )

    def charge() -> int:
        with connection.cursor() as cursor:
            cursor.execute(_with_current_month(sql), [*tenant, limits.designs, limits.storage])
            return int(cursor.rowcount)

    _charge_or_refuse(tenant, charge, limits, 0)


def charge_bytes(tenant: Tenant, limits: QuotaLimits, size: int) -> None:
    """Count so many bytes more; QuotaExceededError where they are more than there is room for."""
    row = _quota_rows(tenant).filter(storage_bytes__lte=limits.storage - size)
    _charge_or_refuse(tenant, lambda: row.update(storage_bytes=F("storage_bytes") + size), limits, size)


def add_bytes(changes: Mapping[Tenant, int]) -> None:
    """Count bytes that were stored (or, below 0, given up) whatever the limit: refusals come before the drawing."""
    for tenant in sorted(changes):
        if changes[tenant] and not _quota_rows(tenant).update(storage_bytes=F("storage_bytes") + changes[tenant]):
            _insert_quota(tenant)
            _quota_rows(tenant).update(storage_bytes=F("storage_bytes") + changes[tenant])


def check_render_limit(limits: QuotaLimits, unfinished: int) -> None:
    """Raise QuotaExceededError where another render would be one too many."""
    if unfinished >= limits.renders:
        raise QuotaExceededError("renders", unfinished, limits.renders, RENDERS_RETRY_AFTER)


def _quota_rows(tenant: Tenant) -> QuerySet[Quota]:
    return Quota.objects.filter(owner_id=tenant.owner_id, test=tenant.is_test)


def _insert_quota(tenant: Tenant) -> None:
    sql = (
        "INSERT INTO designs_quota (owner_id, test, month, designs, storage_bytes) VALUES (%s, %s, {month}, 0, 0)"
        " ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(_with_current_month(sql), tenant)


def _with_current_month(sql: str) -> str:
    """Put the first day of the month that is now into a statement, by the database's clock, in UTC."""
    month = {
        "postgresql": "(DATE_TRUNC('month', STATEMENT_TIMESTAMP() AT TIME ZONE 'UTC'))::date",
        "sqlite": "DATE('now', 'start of month')",
    }
    return sql.format(month=month[connection.vendor])


def _charge_or_refuse(tenant: Tenant, charge: Callable[[], int], limits: QuotaLimits, size: int) -> None:
    if charge():
        return
    # The row may not have been there, and may be by now: somebody else's first design can have made it.
    _insert_quota(tenant)
    if charge():
        return
    row = find_quota(tenant)
    used = row.storage_bytes if row else 0
    if used + size >= limits.storage or size:
        raise QuotaExceededError("storage", used, limits.storage)
    wait = int((next_month() - datetime.now(UTC)).total_seconds()) + 1
    raise QuotaExceededError("designs", designs_this_month(row), limits.designs, wait)
