"""Creates a design: once, however often the request is sent with the same idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from designs.broker import queue
from designs.lifecycle import (
    QuotaLimits,
    charge_design,
    charge_draft,
    queue_render,
    record_asset_uses,
    record_event,
)
from designs.lifecycle.locks import write_events
from designs.models import Design, EventType, IdempotencyKey, Lane, Product, ResourceKind
from designs.models.tenant import Tenant
from designs.renders.snapshot import build_snapshot
from designs.services.errors import IdempotencyConflictError, RepeatOfDeletedError
from designs.services.revisions import add_revision
from designs.services.validation import CheckedDesign, build_empty_data, check_design_data, find_product, reject_empty
from rendering.fonts.catalogue import installed_fonts


@dataclass(frozen=True, slots=True)
class NewDesign:
    """Values of a design to be created; a draft may have no `design_data` yet."""

    owner_id: int
    product_type: str
    design_data: Mapping[str, Any] | None
    metadata: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    customer: str = ""
    render: bool = True
    is_test: bool = False
    copied_from: UUID | None = None

    @property
    def tenant(self) -> Tenant:
        """Owner and live/test mode."""
        return Tenant(self.owner_id, self.is_test)


def create_design(new: NewDesign, idempotency_key: str = "", request_sha256: str = "") -> tuple[Design, bool]:
    """Create a design, its first revision and its first render; return it and whether it is new.

    A repeated idempotency key returns the design of the first request. Raises UnknownProductError, SpecError and
    QuotaExceededError; IdempotencyConflictError for a key used with another request, RepeatOfDeletedError for a key
    whose design is deleted.
    """
    if idempotency_key and (first := find_repeated(new.tenant, idempotency_key, request_sha256)):
        return first, False
    product = find_product(new.product_type)
    if new.design_data is None:
        new = replace(new, design_data=build_empty_data(product))
    checked = check_design_data(new.design_data, product, new.tenant)
    if new.render:
        reject_empty(checked.contents)
    try:
        with transaction.atomic():
            limits = QuotaLimits.for_tenant(new.tenant)
            design = _insert_design(new, product, limits, checked)
            if idempotency_key:
                IdempotencyKey.objects.create(
                    owner_id=new.owner_id,
                    test=new.is_test,
                    key=idempotency_key,
                    request_sha256=request_sha256,
                    status=201,
                    design_id=design.pk,
                )
            charge = charge_design if new.render else charge_draft
            charge(new.tenant, limits)
    except IntegrityError:
        first = find_repeated(new.tenant, idempotency_key, request_sha256) if idempotency_key else None
        if first is None:
            raise
        return first, False  # two requests raced, and the other one's transaction committed first
    return design, True


def find_repeated(tenant: Tenant, key: str, request_sha256: str) -> Design | None:
    """Return the design that a request with this idempotency key has made; None if there was none.

    Raises IdempotencyConflictError and RepeatOfDeletedError.
    """
    row = IdempotencyKey.objects.filter(owner_id=tenant.owner_id, test=tenant.is_test, key=key).first()
    if row is None:
        return None
    if row.request_sha256 != request_sha256 or row.kind != ResourceKind.DESIGN:
        raise IdempotencyConflictError(key)
    design = Design.objects.select_related("product").filter(pk=row.design_id, deleted_at=None).first()
    if design is None:
        raise RepeatOfDeletedError(row.design_id)
    return design


def _insert_design(new: NewDesign, product: Product, limits: QuotaLimits, checked: CheckedDesign) -> Design:
    design = Design(
        owner_id=new.owner_id,
        test=new.is_test,
        product=product,
        metadata=new.metadata,
        external_id=new.external_id,
        customer=new.customer,
        copied_from=new.copied_from,
    )
    revision = add_revision(design, new.design_data or {}, new.owner_id)
    events = [record_event(design, EventType.CREATED, {"revision": 1}, new.owner_id)]
    if new.render:
        snapshot = build_snapshot(
            revision, product, checked.contents, installed_fonts(), checked.assets, checked.variant
        )
        events.append(queue_render(design, revision, snapshot, actor_id=new.owner_id, limits=limits)[1])
        queue.wake_on_commit(Lane.PREVIEW)
    design.newest_revisions = [revision]
    # Last, with its final counters, in one write. Foreign keys to it are checked at commit.
    design.save(force_insert=True)
    record_asset_uses(revision, checked.assets)
    write_events(events)
    return design
