"""Fair shares of the decoders of uploads, and a limit on uploads that turn out to be none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from math import ceil
from threading import Event
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from designs.broker.counters import add_count, counters, read_window
from designs.lifecycle import QuotaExceededError
from designs.models.tenant import Tenant
from designs.scheduling import Caller, Cost, FairQueue, QueueFullError, QueueSize, Turn
from rendering.ingest.clean import HoldDecoder
from rendering.ingest.slots import DecoderBusy, hold_slot

PATIENCE = 4.0  # s; longer than the slowest image that a camera makes is decoded
MAX_WAITING, MAX_PER_TENANT, MAX_PER_SESSION = 16, 12, 4  # per decoder, per decoder, in all
SESSION_SHARE = 0.25  # of REFUSED_UPLOADS


def decoder_holder(tenant: Tenant, design_id: UUID | None) -> HoldDecoder:
    """Return what waits for a decoder on behalf of a tenant, or of a design's session, and raises DecoderBusy."""
    return partial(_hold_decoder, Caller(tenant, design_id))


@contextmanager
def _hold_decoder(caller: Caller, is_slow: bool) -> Iterator[None]:  # as HoldDecoder
    queue, started, deadline = _queue(settings.ASSET_DECODERS), Event(), time.monotonic() + PATIENCE
    turn = Turn(caller, started.set, lambda: None, lambda: Cost.DEAR if is_slow else Cost.CHEAP)
    try:
        queue.enter(turn)
    except QueueFullError as error:
        raise DecoderBusy("Too many uploads wait.") from error
    try:
        if not started.wait(PATIENCE):
            raise DecoderBusy("Others were served first.")
        share = max(1, queue.size.runners // 2)
        most = share if is_slow and queue.has_company(caller.tenant) else queue.size.runners
        # Other processes of this machine have queues of their own.
        with hold_slot(
            queue.size.runners,
            max(0.0, deadline - time.monotonic()),
            installation=_installation(settings.SECRET_KEY, str(settings.DATABASES["default"]["NAME"])),
            holder=repr(caller.tenant),
            most=most,
        ):
            yield
    finally:
        queue.leave(turn)


@cache
def _queue(decoders: int) -> FairQueue:
    """Return this process' queue. Slow images may take all decoders, where no other tenant was here lately."""
    return FairQueue(
        QueueSize(
            runners=decoders,
            dear=decoders,
            places=decoders * (1 + MAX_WAITING),
            of_tenant=decoders * MAX_PER_TENANT,
            of_session=MAX_PER_SESSION,
        )
    )


@cache
def _installation(secret_key: str, database: str) -> str:
    """Return a name that no other installation on this machine has, and that no other user can guess."""
    return salted_hmac("designs.services.decoders", database, secret=secret_key, algorithm="sha256").hexdigest()[:16]


def check_refusals(tenant: Tenant, design_id: UUID | None) -> None:
    """Raise QuotaExceededError where a caller's uploads were refused REFUSED_UPLOADS times within a minute."""
    name, limit = _refusal_counter(tenant, design_id)
    if not limit:
        return
    window = counters.call(lambda storage: read_window(storage, limit, *name))
    if not window.remaining:
        used = limit - window.remaining
        raise QuotaExceededError("refusals", used, limit, max(1, ceil(window.seconds_to_wait)))


def count_refusal(tenant: Tenant, design_id: UUID | None) -> None:
    """Count an upload that was refused: it has cost as much as one that was stored."""
    name, limit = _refusal_counter(tenant, design_id)
    if limit:
        counters.call(lambda storage: add_count(storage, limit, 1, *name))


def session_refusals() -> int:
    """Return how many uploads of a session may be refused in a minute; 0 is no limit."""
    return ceil(settings.REFUSED_UPLOADS * SESSION_SHARE)


def _refusal_counter(tenant: Tenant, design_id: UUID | None) -> tuple[tuple[str, str], int]:
    if design_id is not None:
        return ("refused-session", design_id.hex), session_refusals()
    return ("refused", f"{tenant.owner_id}-{'test' if tenant.is_test else 'live'}"), settings.REFUSED_UPLOADS
