"""Pictures that were drawn lately, shared by all web processes through Redis.

So many places of two sizes, each for whatever came there last: a fixed bound on what they take beside the queue, which
must never be evicted, and for that reason Redis' own eviction cannot be used.
"""

from __future__ import annotations

import json
from typing import Any, cast

from redis import Redis

from designs.broker import client

_SLOTS = {8_192: 4_096, 131_072: 256}  # by the most bytes of a copy: 32 MB for each size
_KEEP_SECONDS = 3_600  # s


def find_copy(key: str) -> dict[str, Any] | None:
    """Return a copy's picture as `data` and what was kept with it; None where there is none, or no Redis."""
    found = cast("list[bytes | None] | None", client.ask_redis(lambda redis: redis.mget(_slot_keys(key))))
    for value in found or ():
        if value is not None:
            head, _, data = value.partition(b"\n")
            own, about = json.loads(head)
            if own == key:
                return {"data": data, **about}
    return None


def keep_copy(key: str, data: bytes, about: dict[str, Any]) -> None:
    """Keep a copy, unless it is too large; another picture may take its place at any time."""
    value = json.dumps([key, about]).encode() + b"\n" + data
    place = next((place for place, most in zip(_slot_keys(key), _SLOTS, strict=True) if len(value) <= most), None)
    if place is None:
        return

    def put(redis: Redis) -> object:
        return redis.set(place, value, ex=_KEEP_SECONDS)

    client.ask_redis(put)


def _slot_keys(key: str) -> list[str]:
    return [f"preview:{most}:{int(key[:12], 16) % count}" for most, count in _SLOTS.items()]
