"""The jobs that RQ runs in a worker: one for the renders of a lane, and one that earlier versions enqueued."""

from __future__ import annotations

import time

from designs import lifecycle
from designs.broker import queue
from designs.db.connections import drop_dead_connection
from designs.renders.lanes import rules_for_lane
from designs.worker.batch import PUBLISH_EVERY, PUBLISH_EVERY_IN_BACKLOG, ClaimBatch, record_progress
from designs.worker.settling import put_back_unsettled


def work_lane(lane: str) -> int:
    """Claim due renders of a lane and finish them; return how many were claimed, 0 if none is due."""
    drop_dead_connection()
    put_back_unsettled()
    rules = rules_for_lane(lane)
    begun = time.monotonic()  # before the claim is sent: for us the lease ends before it does for the database
    claimed = lifecycle.claim_renders(rules)
    if not claimed:
        return 0
    if claimed[0].has_more_due:
        queue.wake_lane(lane)
    record_progress([work for work in claimed if not work.has_claim_events], lifecycle.CLAIMED_EVENTS)
    publish_every = PUBLISH_EVERY_IN_BACKLOG if len(claimed) == rules.claim_size else PUBLISH_EVERY
    ClaimBatch(rules, begun + rules.lease, publish_every).process_renders(claimed)
    return len(claimed)


def sweep() -> int:
    """Do nothing: jobs of an earlier version may wait in Redis, and the reconciler deletes files now."""
    return 0
