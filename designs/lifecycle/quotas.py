"""Counts what owners use, and refuses what exceeds their limits.

The row of a quota is the last that a transaction locks, and several are locked in the tenants' order. So a transaction
that waits for it waits for a commit only, and no deadlock is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from designs.db import bulk
from designs.models import Design, DesignStatus, Quota
from designs.models.tenant import Tenant

UNLIMITED = 2**31 - 1  # designs and renders
UNLIMITED_BYTES = 2**62
RENDERS_RETRY_AFTER = 5  # s after which a refused render may be requested again


class QuotaExceededError(Exception):
    """A limit of `resource` is reached; `retry_after` in s if waiting helps.

    The resources: designs, drafts, renders, storage, pictures (of a session), refusals (of uploads).
    """

    def __init__(self, resource: str, used: int, limit: int, retry_after: int | None = None) -> None:
        super().__init__(f"{resource}: {used} of {limit}")
        self.resource, self.used, self.limit, self.retry_after = resource, used, limit, retry_after


class QuotaLimits:
    """A tenant's limits: those an administrator has set, and the settings' for the rest."""

    def __init__(self, tenant: Tenant, row: Quota | None) -> None:
        mode = "test" if tenant.is_test else "live"
        defaults = settings.QUOTAS[mode]
        set_limits = (row.designs_limit, row.renders_limit, row.storage_limit) if row else (None, None, None)
        limits = [default if limit is None else limit for limit, default in zip(set_limits, defaults, strict=True)]
        designs, renders, storage = limits
        self.designs: int = designs or UNLIMITED
        self.renders: int = renders or UNLIMITED
        self.storage: int = storage or UNLIMITED_BYTES
        drafts = row.drafts_limit if row and row.drafts_limit is not None else settings.DRAFT_QUOTAS[mode]
        self.drafts: int = drafts or UNLIMITED

    @classmethod
    def unlimited(cls) -> QuotaLimits:
        """Return limits that refuse nothing: for what staff ask for, which is counted all the same."""
        limits = cls.__new__(cls)
        limits.designs = limits.renders = limits.drafts = UNLIMITED
        limits.storage = UNLIMITED_BYTES
        return limits

    @classmethod
    def for_tenant(cls, tenant: Tenant) -> QuotaLimits:
        """Look up a tenant's limits."""
        return cls(tenant, find_quota(tenant))


def find_quota(tenant: Tenant) -> Quota | None:
    """Return a tenant's counters, None before their first use."""
    # Plain SQL here and in `charge_design`: every create runs both, and the ORM took longer to compile than to run it.
    sql = "SELECT *, month = {month} AS is_now FROM designs_quota WHERE owner_id = %s AND test = %s"
    return next(iter(Quota.objects.raw(_with_current_month(sql), tenant)), None)


def designs_this_month(row: Quota | None) -> int:
    """Return how many designs a row from `find_quota` counts for the current month."""
    return row.designs if row is not None and row.is_now else 0  # type: ignore[attr-defined]  # annotated


def next_month(now: datetime | None = None) -> datetime:
    """Return when the monthly count starts again, in UTC."""
    first = (now or datetime.now(UTC)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def charge_design(tenant: Tenant, limits: QuotaLimits) -> None:
    """Count one more design of this month; QuotaExceededError where the designs or the storage are used up.

    Exact under concurrency: one statement checks and changes the row.
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


def charge_draft(tenant: Tenant, limits: QuotaLimits) -> None:
    """Check that a draft, which is inserted already, is not one too many; QuotaExceededError if it is.

    Exact under concurrency: who inserts a draft holds the quota's row until the commit.
    """
    _insert_quota(tenant)
    if not list(_quota_rows(tenant).select_for_update().filter(storage_bytes__lt=limits.storage)):
        row = find_quota(tenant)
        raise QuotaExceededError("storage", row.storage_bytes if row else 0, limits.storage)
    if limits.drafts < UNLIMITED and (drafts := count_drafts(tenant, limits.drafts + 1)) > limits.drafts:
        raise QuotaExceededError("drafts", drafts - 1, limits.drafts)


def count_drafts(tenant: Tenant, limit: int) -> int:
    """Count a tenant's drafts, but no further than `limit`."""
    where = f"owner_id = %s AND test = %s AND status = '{DesignStatus.DRAFT}' AND deleted_at IS NULL"
    return bulk.count_up_to(limit, Design, where, tenant)


def charge_bytes(tenant: Tenant, limits: QuotaLimits, size: int) -> None:
    """Count `size` bytes more; QuotaExceededError where they exceed the limit."""
    row = _quota_rows(tenant).filter(storage_bytes__lte=limits.storage - size)
    _charge_or_refuse(tenant, lambda: row.update(storage_bytes=F("storage_bytes") + size), limits, size)


def add_bytes(changes: Mapping[Tenant, int]) -> None:
    """Count bytes that were stored (or discarded, if negative) without a limit: refusals come before the drawing."""
    for tenant in sorted(changes):
        if changes[tenant] and not _quota_rows(tenant).update(storage_bytes=F("storage_bytes") + changes[tenant]):
            _insert_quota(tenant)
            _quota_rows(tenant).update(storage_bytes=F("storage_bytes") + changes[tenant])


def check_render_limit(limits: QuotaLimits, unfinished: int) -> None:
    """Raise QuotaExceededError where one more render would exceed the limit."""
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
    """Put the first day of the current month into a statement, by the database's clock, in UTC."""
    month = {
        "postgresql": "(DATE_TRUNC('month', STATEMENT_TIMESTAMP() AT TIME ZONE 'UTC'))::date",
        "sqlite": "DATE('now', 'start of month')",
    }
    return sql.format(month=month[connection.vendor])


def _charge_or_refuse(tenant: Tenant, charge: Callable[[], int], limits: QuotaLimits, size: int) -> None:
    if charge():
        return
    # The row may have been missing, and another request may have made it by now.
    _insert_quota(tenant)
    if charge():
        return
    row = find_quota(tenant)
    used = row.storage_bytes if row else 0
    if used + size >= limits.storage or size:
        raise QuotaExceededError("storage", used, limits.storage)
    wait = int((next_month() - datetime.now(UTC)).total_seconds()) + 1
    raise QuotaExceededError("designs", designs_this_month(row), limits.designs, wait)
