"""Health probes: /livez (the process is alive) and /readyz (the state of each part)."""

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
    """The state of one part of the deployment. `detail` is public: no hosts, names or secrets."""

    ok: bool
    detail: str


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 200. It checks no other part, so that their outages do not restart this process."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Return the state of each part: `{"status": …, "parts": {name: {"ok", "detail"}}}`.

    The status is 503 `unavailable` only while the database is down: nothing works without it. Any other failure is 200
    `degraded`: without Redis or storage, designs are still created, edited and listed, and their renders wait as rows.
    Taking every web process out of the load balancer would turn a delay into an outage.

    Every wait is bounded: Redis by REDIS_TIMEOUTS, the database by the limits of its connection. Of the storage only
    the configuration and the local folder's permissions are checked: an S3 request from every process every few
    seconds would cost money. `manage.py smoke` tests the round trip.
    """
    parts = {"database": check_database(), "redis": check_redis(), "storage": check_storage()}
    status = "ok" if all(part.ok for part in parts.values()) else "degraded"
    if not parts["database"].ok:
        status = "unavailable"
    body = {"status": status, "parts": {name: asdict(part) for name, part in parts.items()}}
    return JsonResponse(body, status=503 if status == "unavailable" else 200)


def check_database() -> PartHealth:
    """Select one row from the database, and ask whether it may be written."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only" if connection.vendor == "postgresql" else "PRAGMA query_only")
            is_read_only = cursor.fetchone()[0] in {"on", 1}
    except DatabaseError as error:
        log.warning("the database does not answer: %s", error)
        return PartHealth(ok=False, detail="It does not answer. Check DATABASE_URL and that the server is running.")
    if is_read_only:
        return PartHealth(ok=False, detail="It is read-only, as a standby is. Check which server DATABASE_URL names.")
    return PartHealth(ok=True, detail="It answers.")


def check_redis() -> PartHealth:
    """Send a PING to Redis."""
    try:
        redis_connection().ping()
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return PartHealth(
            ok=False,
            detail="It does not answer; renders wait until it does. Check REDIS_URL and that the server is running.",
        )
    return PartHealth(ok=True, detail="It answers.")


def check_storage() -> PartHealth:
    """Check the storage's configuration, and for local files the folder's permissions."""
    # A bucket's settings cannot change in a running process, and checking them may parse a private key.
    faulty = _faulty_variables() if settings.STORAGE.use_local else _cached_faulty_variables()
    if faulty:
        return PartHealth(ok=False, detail=f"Not usable: see {', '.join(faulty)}. `manage.py smoke` shows the error.")
    return PartHealth(ok=True, detail="Local files." if settings.STORAGE.use_local else "A bucket; not contacted.")


def _faulty_variables() -> tuple[str, ...]:
    return tuple(variable for variable, _, _ in find_problems(settings.STORAGE))


_cached_faulty_variables = cache(_faulty_variables)
