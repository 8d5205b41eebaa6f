"""The only place that changes a state.

Every transaction locks designs first, in id order, then renders, in id order; a claim takes render rows alone and skips
locked ones. Every change of a render is conditional on its state and lease.
"""

from designs.lifecycle.assets import (
    AssetInUseError,
    MissingAssetError,
    abandoned_assets,
    begin_asset,
    complete_asset,
    delete_asset,
    deleted_assets,
    forget_asset,
    give_up_assets,
    old_test_assets,
    refuse_uploads_beyond,
    use_assets,
)
from designs.lifecycle.claim import CLAIMING, STORING, Stories, Work, announce, claim_renders, give_back
from designs.lifecycle.delete import delete_old_test_designs, old_test_designs, tombstone_design
from designs.lifecycle.fail import end_poison, fail_render, poison, raise_waiting, retry, waiting_long
from designs.lifecycle.garbage import (
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
from designs.lifecycle.locks import lock_designs
from designs.lifecycle.publish import Finished, StoredFileRow, publish_renders
from designs.lifecycle.quotas import (
    Limits,
    QuotaExceededError,
    charge_design,
    designs_this_month,
    next_month,
    quota_of,
)
from designs.lifecycle.request import ask, record, settle_by_reuse, unfinished_of

__all__ = [
    "CLAIMING",
    "STORING",
    "AssetInUseError",
    "Finished",
    "Limits",
    "MissingAssetError",
    "QuotaExceededError",
    "StoredFileRow",
    "Stories",
    "Sweep",
    "Work",
    "abandoned_assets",
    "announce",
    "ask",
    "begin_asset",
    "charge_design",
    "claim_renders",
    "complete_asset",
    "delete_asset",
    "delete_old_test_designs",
    "deleted_assets",
    "designs_this_month",
    "discard",
    "due_garbage",
    "end_poison",
    "fail_render",
    "forget",
    "forget_asset",
    "forget_idempotency_keys",
    "give_back",
    "give_up_assets",
    "give_up_replaced",
    "keys_of",
    "lock_designs",
    "next_month",
    "old_idempotency_keys",
    "old_test_assets",
    "old_test_designs",
    "poison",
    "publish_renders",
    "purge_deleted",
    "purgeable",
    "put_off",
    "quota_of",
    "raise_waiting",
    "record",
    "refuse_uploads_beyond",
    "replaced",
    "retry",
    "settle_by_reuse",
    "take_due_garbage",
    "tombstone_design",
    "unfinished_of",
    "use_assets",
    "waiting_long",
]
