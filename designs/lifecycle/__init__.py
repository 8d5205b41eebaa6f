"""The only package that changes the state of designs and renders.

Every transaction locks designs first, in id order, then renders, in id order. A claim locks render rows first and skips
locked rows, so that it never waits. Every change of a render is conditional on its state and lease.
"""

from designs.lifecycle.assets import (
    AssetInUseError,
    MissingAssetError,
    abandoned_assets,
    begin_asset,
    check_upload_limit,
    complete_asset,
    delete_asset,
    delete_stale_assets,
    deleted_assets,
    discard_asset_files,
    discard_deleted_assets,
    lock_upload_limit,
    old_test_assets,
    record_asset_uses,
    replace_working_copy,
)
from designs.lifecycle.claim import (
    CLAIMED_EVENTS,
    STORING_EVENTS,
    ClaimedRender,
    EventTemplates,
    claim_renders,
    record_progress,
    release_renders,
)
from designs.lifecycle.collection import GarbageFiles, claim_due_garbage, due_garbage, finish_garbage, garbage_alias
from designs.lifecycle.delete import delete_old_test_designs, old_test_designs, tombstone_design
from designs.lifecycle.fail import (
    fail_poison_renders,
    fail_render,
    long_waiting_renders,
    poison_renders,
    raise_priority,
    retry_render,
)
from designs.lifecycle.garbage import (
    delete_old_idempotency_keys,
    discard_files,
    discard_replaced,
    garbage_keys,
    old_idempotency_keys,
    purge_deleted,
    purgeable_designs,
    replaced_renders,
)
from designs.lifecycle.locks import lock_designs
from designs.lifecycle.publish import StoredFileRow, StoredRender, publish_renders
from designs.lifecycle.put_back import put_back_renders
from designs.lifecycle.quotas import (
    QuotaExceededError,
    QuotaLimits,
    charge_design,
    designs_this_month,
    find_quota,
    next_month,
)
from designs.lifecycle.redraw import begin_redraw, build_redraw, discard_replaced_files, finish_redraw
from designs.lifecycle.request import count_unfinished, queue_render, record_event, reuse_published_files

__all__ = [
    "CLAIMED_EVENTS",
    "STORING_EVENTS",
    "AssetInUseError",
    "ClaimedRender",
    "EventTemplates",
    "GarbageFiles",
    "MissingAssetError",
    "QuotaExceededError",
    "QuotaLimits",
    "StoredFileRow",
    "StoredRender",
    "abandoned_assets",
    "begin_asset",
    "begin_redraw",
    "build_redraw",
    "charge_design",
    "check_upload_limit",
    "claim_due_garbage",
    "claim_renders",
    "complete_asset",
    "count_unfinished",
    "delete_asset",
    "delete_old_idempotency_keys",
    "delete_old_test_designs",
    "delete_stale_assets",
    "deleted_assets",
    "designs_this_month",
    "discard_asset_files",
    "discard_deleted_assets",
    "discard_files",
    "discard_replaced",
    "discard_replaced_files",
    "due_garbage",
    "fail_poison_renders",
    "fail_render",
    "find_quota",
    "finish_garbage",
    "finish_redraw",
    "garbage_alias",
    "garbage_keys",
    "lock_designs",
    "lock_upload_limit",
    "long_waiting_renders",
    "next_month",
    "old_idempotency_keys",
    "old_test_assets",
    "old_test_designs",
    "poison_renders",
    "publish_renders",
    "purge_deleted",
    "purgeable_designs",
    "put_back_renders",
    "queue_render",
    "raise_priority",
    "record_asset_uses",
    "record_event",
    "record_progress",
    "release_renders",
    "replace_working_copy",
    "replaced_renders",
    "retry_render",
    "reuse_published_files",
    "tombstone_design",
]
