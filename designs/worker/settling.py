"""Writes the outcome of renders to the database; an outage of the database delays them and blames no design.

While the lease lasts, the outcome is tried again. Then the renders are put back, so that no other worker counts their
lease as lost; what not even that could be written for is put back as soon as the database is available.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from threading import Lock, Thread
from typing import TypeVar

from django.db import Error, connection

from designs import lifecycle
from designs.db.outages import raise_unless_outage
from designs.lifecycle import ClaimedRender

DATABASE_PAUSE = 0.5  # s between two tries to settle a render while the database is away
RETRY_PAUSE = 1.0  # s between two tries to put renders back
PUT_BACK_SHARE = 0.1  # of the lease: what is left for putting renders back
REASON = "The database could not record the result in time."

Settled = TypeVar("Settled")
log = logging.getLogger(__name__)
_unsettled: list[ClaimedRender] = []  # of earlier claims of this process
_lock = Lock()


class NotSettledError(Exception):
    """The database was away until the lease had almost ended; the renders are put back, at once or before a claim."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settles the renders of one claim; `lease_ends` in s on the monotonic clock, `lease` in s."""

    lease: float
    lease_ends: float

    def settle(self, write: Callable[[], Settled], renders: Collection[ClaimedRender]) -> Settled:
        """Return what `write` returns; it is called again while the database is away and the lease lasts.

        Raises NotSettledError after putting `renders` back.
        """
        while True:
            try:
                return write()
            except Error as error:
                raise_unless_outage(error)
                log.warning("the database could not record a result: %s", error)
                connection.close()  # it may be what is broken
                if self.lease_ends - time.monotonic() <= self.lease * PUT_BACK_SHARE:
                    put_back(renders)
                    raise NotSettledError(REASON) from error
                time.sleep(DATABASE_PAUSE)


def put_back(renders: Collection[ClaimedRender]) -> None:
    """Queue claimed renders again; while the database is away, a thread of this worker goes on trying."""
    with _lock:
        _unsettled.extend(renders)
    if not put_back_unsettled():
        _start_retries()


def put_back_unsettled() -> bool:
    """Queue the renders again that this process could not settle; False while the database is away."""
    with _lock:
        renders = list(_unsettled)
        try:
            lifecycle.put_back_renders(renders, REASON)
        except Error as error:
            raise_unless_outage(error)
            connection.close()
            log.warning("%s renders are put back when the database is available: %s", len(renders), error)
            return False
        _unsettled.clear()
        return True


def _start_retries() -> None:
    # Without it an idle worker would wait for its next job, while others count its leases as lost.
    Thread(target=_retry_until_put_back, name="putting back", daemon=True).start()


def _retry_until_put_back() -> None:
    try:
        while not put_back_unsettled():
            time.sleep(RETRY_PAUSE)
    finally:
        connection.close()
