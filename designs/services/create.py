"""Making a design, once however often it is asked for with one key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from designs.broker import queue
from designs.lifecycle import QuotaLimits, charge_design, queue_render, record_asset_uses, record_event
from designs.lifecycle.locks import write_events
from designs.models import Design, EventType, IdempotencyKey, Lane, Product
from designs.models.tenant import Tenant
from designs.renders.snapshot import build_snapshot
from designs.services.errors import IdempotencyConflictError, RepeatOfDeletedError
from designs.services.revisions import add_revision
from designs.services.validation import AssetsById, check_design_data, find_product
from rendering.fonts.catalogue import installed_fonts


@dataclass(frozen=True, slots=True)
class NewDesign:
    """What a caller wants made."""

    owner_id: int
    product_type: str
    design_data: Mapping[str, Any]
    metadata: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    render: bool = True
    is_test: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it will be."""
        return Tenant(self.owner_id, self.is_test)


def create_design(wanted: NewDesign, idempotency_key: str = "", request_sha256: str = "") -> tuple[Design, bool]:
    """Make a design, its first revision and its first render; return it and whether it is new.

    A repeat of an idempotency key returns the design that the first request made. Raises UnknownProductError, SpecError
    and QuotaExceededError; IdempotencyConflictError for a key used with another request, RepeatOfDeletedError for a
    deleted design.
    """
    if idempotency_key and (known := _find_repeated(wanted.tenant, idempotency_key, request_sha256)):
        return known, False
    product = find_product(wanted.product_type)
    assets = check_design_data(wanted.design_data, product, wanted.tenant)
    try:
        with transaction.atomic():
            limits = QuotaLimits.for_tenant(wanted.tenant)
            design = _insert_design(wanted, product, limits, assets)
            if idempotency_key:
                IdempotencyKey.objects.create(
                    owner_id=wanted.owner_id,
                    test=wanted.is_test,
                    key=idempotency_key,
                    request_sha256=request_sha256,
                    status=201,
                    design_id=design.pk,
                )
            charge_design(wanted.tenant, limits)
    except IntegrityError:
        known = _find_repeated(wanted.tenant, idempotency_key, request_sha256) if idempotency_key else None
        if known is None:
            raise
        return known, False  # two requests raced; the other one's transaction came first
    return design, True


def _find_repeated(tenant: Tenant, key: str, request_sha256: str) -> Design | None:
    row = IdempotencyKey.objects.filter(owner_id=tenant.owner_id, test=tenant.is_test, key=key).first()
    if row is None:
        return None
    if row.request_sha256 != request_sha256:
        raise IdempotencyConflictError(key)
    design = Design.objects.select_related("product").filter(pk=row.design_id, deleted_at=None).first()
    if design is None:
        raise RepeatOfDeletedError(row.design_id)
    return design


def _insert_design(wanted: NewDesign, product: Product, limits: QuotaLimits, assets: AssetsById) -> Design:
    design = Design(
        owner_id=wanted.owner_id,
        test=wanted.is_test,
        product=product,
        metadata=wanted.metadata,
        external_id=wanted.external_id,
    )
    revision = add_revision(design, wanted.design_data, wanted.owner_id)
    events = [record_event(design, EventType.CREATED, {"revision": 1}, wanted.owner_id)]
    if wanted.render:
        frozen = build_snapshot(revision, product, installed_fonts(), assets)
        events.append(queue_render(design, revision, frozen, actor_id=wanted.owner_id, limits=limits)[1])
        queue.wake_on_commit(Lane.PREVIEW)
    design.newest_revisions = [revision]
    # Last, with its final counters: one write. The foreign keys to it are checked at commit.
    design.save(force_insert=True)
    record_asset_uses(revision, assets)
    write_events(events)
    return design
