"""Use cases: what a user asks for, each in one transaction, with the wake after its commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from django.db import IntegrityError, transaction

from designs import queue, rows
from designs.frozen import area_of, bounds, canonical_sha256, freeze
from designs.lifecycle import (
    Limits,
    ask,
    charge_design,
    delete,
    lock_designs,
    record,
    settle_by_reuse,
    use_assets,
)
from designs.lifecycle.locking import EventRow, save_design, write_events
from designs.models import Asset, Design, DesignRevision, DesignStatus, EventType, IdempotencyKey, Lane, Product, Render
from designs.tenancy import Tenant
from rendering.engine.schema import SCHEMA_VERSION
from rendering.engine.spec import assets_named, parse
from rendering.engine.values import Rules
from rendering.fonts import installed

Assets: TypeAlias = Mapping[str, Asset]

STATE_FIELDS = (
    "status",
    "revision",
    "published_revision",
    "render_count",
    "asked_render",
    "error_code",
    "error_message",
)


class UnknownProductError(ValueError):
    """No active product has this name."""


class DesignGoneError(LookupError):
    """The design is deleted, or never was."""


class RepeatOfDeletedError(DesignGoneError):
    """An idempotency key was repeated whose design has been deleted."""


class EditConflictError(Exception):
    """The design was edited since the caller last saw it."""


class IdempotencyConflictError(Exception):
    """The key was used before, for another request."""


@dataclass(frozen=True, slots=True)
class NewDesign:
    """What a caller wants made."""

    owner_id: int
    product_type: str
    design_data: Mapping[str, Any]
    metadata: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    render: bool = True
    test: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it will be."""
        return Tenant(self.owner_id, self.test)


def product_named(slug: str) -> Product:
    """Return an active product; UnknownProductError if none has this name."""
    product = Product.objects.filter(slug=slug, active=True).prefetch_related("print_areas").first()
    if product is None:
        raise UnknownProductError(slug)
    return product


def check_design_data(design_data: object, product: Product, tenant: Tenant) -> Assets:
    """Return the tenant's assets that `design_data` names; SpecError with every problem that it has on `product`."""
    areas = [area_of(area.geometry()) for area in product.print_areas.all()]
    assets = assets_of(design_data, tenant)
    parse(design_data, Rules.from_json(product.rules()), installed(), areas, bounds(), assets)
    return assets


def assets_of(design_data: object, tenant: Tenant) -> Assets:
    """Return the usable assets of a tenant that `design_data` names, by id; another's are as if there were none."""
    ids = assets_named(design_data)
    if not ids:
        return {}
    own = Asset.objects.usable().filter(owner_id=tenant.owner_id, test=tenant.test, pk__in=ids)
    return {str(asset.pk): asset for asset in own}


def create_design(wanted: NewDesign, idempotency_key: str = "", request_sha256: str = "") -> tuple[Design, bool]:
    """Make a design, its first revision and its first render; return it and whether it is new.

    A repeat of an idempotency key returns the design that the first request made. Raises UnknownProductError, SpecError
    and QuotaExceededError; IdempotencyConflictError for a key used with another request, RepeatOfDeletedError for a
    deleted design.
    """
    if idempotency_key and (known := _made_before(wanted.tenant, idempotency_key, request_sha256)):
        return known, False
    product = product_named(wanted.product_type)
    assets = check_design_data(wanted.design_data, product, wanted.tenant)
    try:
        with transaction.atomic():
            limits = Limits.of(wanted.tenant)
            design = _insert(wanted, product, limits, assets)
            if idempotency_key:
                IdempotencyKey.objects.create(
                    owner_id=wanted.owner_id,
                    test=wanted.test,
                    key=idempotency_key,
                    request_sha256=request_sha256,
                    status=201,
                    design_id=design.pk,
                )
            charge_design(wanted.tenant, limits)
    except IntegrityError:
        known = _made_before(wanted.tenant, idempotency_key, request_sha256) if idempotency_key else None
        if known is None:
            raise
        return known, False  # two requests raced; the other one's transaction came first
    return design, True


def _made_before(tenant: Tenant, key: str, request_sha256: str) -> Design | None:
    row = IdempotencyKey.objects.filter(owner_id=tenant.owner_id, test=tenant.test, key=key).first()
    if row is None:
        return None
    if row.request_sha256 != request_sha256:
        raise IdempotencyConflictError(key)
    design = Design.objects.select_related("product").filter(pk=row.design_id, deleted_at=None).first()
    if design is None:
        raise RepeatOfDeletedError(row.design_id)
    return design


def _insert(wanted: NewDesign, product: Product, limits: Limits, assets: Assets) -> Design:
    design = Design(
        owner_id=wanted.owner_id,
        test=wanted.test,
        product=product,
        metadata=wanted.metadata,
        external_id=wanted.external_id,
    )
    revision = _add_revision(design, wanted.design_data, wanted.owner_id)
    events = [record(design, EventType.CREATED, {"revision": 1}, wanted.owner_id)]
    if wanted.render:
        frozen = freeze(revision, product, installed(), assets)
        events.append(ask(design, revision, frozen, actor_id=wanted.owner_id, limits=limits)[1])
        queue.wake_on_commit(Lane.PREVIEW)
    design.newest_revisions = [revision]
    # Last, with its final counters: one write. The foreign keys to it are checked at commit.
    design.save(force_insert=True)
    use_assets(revision, assets)
    write_events(events)
    return design


def _add_revision(design: Design, design_data: Mapping[str, Any], author_id: int | None) -> DesignRevision:
    design.revision += 1
    revision = DesignRevision(
        design=design,
        number=design.revision,
        design_data=dict(design_data),
        schema_version=SCHEMA_VERSION,
        sha256=canonical_sha256(design_data),
        author_id=author_id,
    )
    rows.save_new(revision)
    return revision


@dataclass(frozen=True, slots=True)
class Edit:
    """What a caller wants changed; None leaves a value as it is. `seen` is the edit count the caller last saw."""

    design_data: Mapping[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    external_id: str | None = None
    render: bool | None = None
    seen: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing was asked for."""
        given = (self.design_data, self.metadata, self.external_id)
        return not self.render and all(value is None for value in given)


def edit_design(design_id: UUID, edit: Edit, actor_id: int | None) -> Design:
    """Change a design: new data makes a new revision and a render, unless it is a draft and `render` is not asked for.

    Raises SpecError, DesignGoneError, QuotaExceededError, and EditConflictError where `seen` is not the newest edit.
    """
    with transaction.atomic():
        design = _locked(design_id)
        if edit.seen is not None and edit.seen != design.edit_count:
            raise EditConflictError(design_id)
        if edit.changes_nothing:
            return design
        design.edit_count += 1
        changed = [name for name in ("metadata", "external_id") if getattr(edit, name) is not None]
        for name in changed:
            setattr(design, name, getattr(edit, name))
        events = [record(design, EventType.EDITED, {"fields": changed}, actor_id)]
        if edit.design_data is not None:
            events[0]["data"]["fields"] = ["design_data", *changed]
            assets = check_design_data(edit.design_data, design.product, design.tenant)
            revision = _add_revision(design, edit.design_data, actor_id)
            use_assets(revision, assets)
            events[0]["data"]["revision"] = revision.number
            if design.status != DesignStatus.DRAFT or edit.render:
                events += _render_edit(design, revision, assets, actor_id)
        elif edit.render:
            events.append(_ask_again(design, actor_id, _limits(design))[1])
        write_events(events)
        save_design(design, [*STATE_FIELDS, "edit_count", *changed])
    design.refresh_from_db()
    return design


def _render_edit(design: Design, revision: DesignRevision, assets: Assets, actor_id: int | None) -> list[EventRow]:
    frozen = freeze(revision, design.product, installed(), assets)
    if reused := settle_by_reuse(design, revision, frozen, actor_id):
        return reused[1]
    queue.wake_on_commit(Lane.PREVIEW)
    return [ask(design, revision, frozen, actor_id=actor_id, limits=_limits(design))[1]]


def request_render(design_id: UUID, actor_id: int | None, *, limited: bool = True) -> Render:
    """Draw the newest revision again, whatever there is already; not `limited`, whatever its owner's quota.

    Raises DesignGoneError and QuotaExceededError.
    """
    with transaction.atomic():
        design = _locked(design_id)
        render, event = _ask_again(design, actor_id, _limits(design) if limited else None)
        write_events([event])
        save_design(design, STATE_FIELDS)
    render.refresh_from_db()
    return render


def _ask_again(design: Design, actor_id: int | None, limits: Limits | None) -> tuple[Render, EventRow]:
    revision = design.revisions.get(number=design.revision)
    queue.wake_on_commit(Lane.PREVIEW)
    assets = assets_of(revision.design_data, design.tenant)
    frozen = freeze(revision, design.product, installed(), assets, drawn_by=_drawn_by(design))
    return ask(design, revision, frozen, actor_id=actor_id, limits=limits)


def delete_design(design_id: UUID, actor_id: int | None) -> None:
    """Delete a design: from the API at once, its files once nobody can still write them. Raises DesignGoneError."""
    with transaction.atomic():
        delete(_locked(design_id), actor_id)
        queue.sweep_on_commit()


def _drawn_by(design: Design) -> str:
    """Return the engine that drew the newest revision as the design shows it; "" where it shows another, or none."""
    shown = design.published_render if design.published_revision == design.revision else None
    return str(shown.receipt.get("engine", "")) if shown else ""


def _limits(design: Design) -> Limits:
    return Limits.of(design.tenant)


def _locked(design_id: UUID) -> Design:
    design = lock_designs([design_id]).get(design_id)
    if design is None or design.deleted_at is not None:
        raise DesignGoneError(design_id)
    return design
