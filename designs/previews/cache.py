"""Cache of drawn previews, shared by all web processes through Redis.

It is a fixed number of slots of two sizes; a new picture replaces whatever its slot held. That bounds the memory.
Redis' own eviction cannot be used: the queue is in the same Redis and must never be evicted.
"""

from __future__ import annotations

import json
from hmac import compare_digest
from typing import Any, cast

from django.utils.crypto import salted_hmac
from redis import Redis

from designs.broker import client

_SLOTS = {8_192: 4_096, 131_072: 256}  # largest copy in bytes: number of slots; 32 MB for each size
_KEEP_SECONDS = 3_600  # s


def find_copy(key: str) -> dict[str, Any] | None:
    """Return a copy: the picture as `data`, with the `about` it was kept with; None without one, or without Redis.

    What this installation has not signed is no copy: others may write to Redis.
    """
    values = cast("list[bytes | None] | None", client.ask_redis(lambda redis: redis.mget(_slot_keys(key))))
    for value in values or ():
        signature, _, signed = (value or b"").partition(b"\n")
        if not compare_digest(signature, _sign(signed)):
            continue
        head, _, data = signed.partition(b"\n")
        stored_key, about = json.loads(head)
        if stored_key == key:
            return {"data": data, **about}
    return None


def keep_copy(key: str, data: bytes, about: dict[str, Any]) -> None:
    """Keep a copy unless it is too large; another picture may replace it at any time."""
    signed = json.dumps([key, about]).encode() + b"\n" + data
    value = _sign(signed) + b"\n" + signed
    slot = next((slot for slot, most in zip(_slot_keys(key), _SLOTS, strict=True) if len(value) <= most), None)
    if slot is None:
        return

    def store(redis: Redis) -> object:
        return redis.set(slot, value, ex=_KEEP_SECONDS)

    client.ask_redis(store)


def _sign(value: bytes) -> bytes:
    """Return the HMAC-SHA256 of a value under SECRET_KEY, in hexadecimal."""
    return salted_hmac("designs.previews.cache", value, algorithm="sha256").hexdigest().encode()


def _slot_keys(key: str) -> list[str]:
    return [f"preview:{most}:{int(key[:12], 16) % count}" for most, count in _SLOTS.items()]
