"""The only place that changes a state.

Every transaction locks designs first, in id order, then renders, in id order; a claim takes render rows alone and skips
locked ones. Every change of a render is conditional on its state and lease.
"""

from designs.lifecycle.asking import ask, record, settle_by_reuse
from designs.lifecycle.claiming import CLAIMING, STORING, Stories, Work, announce, claim, give_back
from designs.lifecycle.collecting import (
    Sweep,
    discard,
    due_garbage,
    forget,
    forget_idempotency_keys,
    give_up_replaced,
    keys_of,
    old_idempotency_keys,
    purge_deleted,
    purgeable,
    put_off,
    replaced,
    take_due_garbage,
)
from designs.lifecycle.deleting import delete
from designs.lifecycle.locking import lock_designs
from designs.lifecycle.publishing import Finished, StoredFileRow, publish
from designs.lifecycle.settling import end_poison, fail, poison, raise_waiting, retry, waiting_long

__all__ = [
    "CLAIMING",
    "STORING",
    "Finished",
    "StoredFileRow",
    "Stories",
    "Sweep",
    "Work",
    "announce",
    "ask",
    "claim",
    "delete",
    "discard",
    "due_garbage",
    "end_poison",
    "fail",
    "forget",
    "forget_idempotency_keys",
    "give_back",
    "give_up_replaced",
    "keys_of",
    "lock_designs",
    "old_idempotency_keys",
    "poison",
    "publish",
    "purge_deleted",
    "purgeable",
    "put_off",
    "raise_waiting",
    "record",
    "replaced",
    "retry",
    "settle_by_reuse",
    "take_due_garbage",
    "waiting_long",
]
