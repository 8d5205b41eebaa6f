"""Probes for the platform: is the process alive, can it serve, and which part is down."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from designs.broker.client import redis_connection
from rendering.storage_config import find_problems

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PartHealth:
    """How one part of the deployment does. The detail is public: no addresses, no names, no secrets."""

    ok: bool
    detail: str


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 200 as long as the process answers at all; touches no other part, so that none restarts this one."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say how each part does: `{"status": …, "parts": {name: {"ok", "detail"}}}`.

    503 `unavailable` only while the database is down: nothing can be served without it. Everything else is 200
    `degraded`: designs are created, edited and listed without Redis or storage, their renders wait as rows, and taking
    every web process out of the balancer at once would turn a delay into an outage.

    Every wait is bounded: Redis by REDIS_TIMEOUTS, the database by its connection's own limits. Storage is judged by
    its configuration (and the local folder's rights) alone: an S3 request from every process every few seconds would
    cost money and not change the answer; `manage.py smoke` makes the round trip.
    """
    parts = {"database": check_database(), "redis": check_redis(), "storage": check_storage()}
    status = "ok" if all(part.ok for part in parts.values()) else "degraded"
    if not parts["database"].ok:
        status = "unavailable"
    body = {"status": status, "parts": {name: asdict(part) for name, part in parts.items()}}
    return JsonResponse(body, status=503 if status == "unavailable" else 200)


def check_database() -> PartHealth:
    """Ask the database for one row."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("the database does not answer: %s", error)
        return PartHealth(ok=False, detail="It does not answer. Check DATABASE_URL and that the server runs.")
    return PartHealth(ok=True, detail="It answers.")


def check_redis() -> PartHealth:
    """Ask Redis for a PONG."""
    try:
        redis_connection().ping()
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return PartHealth(
            ok=False, detail="It does not answer; renders wait until it does. Check REDIS_URL and that the server runs."
        )
    return PartHealth(ok=True, detail="It answers.")


def check_storage() -> PartHealth:
    """Look at the storage's configuration; for local files also at the folder's rights."""
    # A bucket's settings cannot change in a running process, and looking at them may mean parsing a private key.
    wrong = _faulty_variables() if settings.STORAGE.use_local else _cached_faulty_variables()
    if wrong:
        return PartHealth(ok=False, detail=f"Not usable: see {', '.join(wrong)}. `manage.py smoke` says what is wrong.")
    return PartHealth(ok=True, detail="Local files." if settings.STORAGE.use_local else "A bucket; not asked.")


def _faulty_variables() -> tuple[str, ...]:
    return tuple(variable for variable, _, _ in find_problems(settings.STORAGE))


_cached_faulty_variables = cache(_faulty_variables)
