"""Claims of garbage: processes share the work, and nothing is lost when one of them dies or is slow."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from pytest_django import Settings

from designs import lifecycle
from designs.models import Garbage, Lane
from designs.reconciler import collection
from designs.reconciler.collection import collect_garbage
from designs.tests.support import factories
from designs.tests.support.threads import run_concurrently
from rendering import storage
from rendering.storage import DeletionResult, StoredFile


def add_due_garbage(count: int, *, again: bool = False) -> list[str]:
    """Insert due garbage with one stored file each; return the keys."""
    rows = [
        Garbage(design_id=uuid4(), number=1, attempt=1, lane=Lane.PREVIEW, names=["preview.png"], again=again)
        for _ in range(count)
    ]
    for row in rows:
        row.due_at = factories.seconds_ago()
    Garbage.objects.bulk_create(rows)
    keys = [key for row in rows for key in lifecycle.garbage_keys(row)]
    storage.save_files([StoredFile(key, b"file") for key in keys])
    return keys


@pytest.mark.django_db(transaction=True)
def test_concurrent_claims_share_no_row() -> None:
    add_due_garbage(40)
    claims = run_concurrently([lambda: lifecycle.claim_due_garbage(10)] * 4)
    ids = [files.garbage_id for claimed in claims for files in claimed]
    assert len(ids) == len(set(ids))
    rest = [files.garbage_id for files in lifecycle.claim_due_garbage(40)]
    assert sorted(ids + rest) == sorted(Garbage.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_claim_does_not_wait_for_rows_that_another_process_holds() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite locks the whole database")
    add_due_garbage(3)
    held = Garbage.objects.order_by("pk")[0].pk
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM designs_garbage WHERE id = %s FOR UPDATE", [held])
        assert held not in [files.garbage_id for files in lifecycle.claim_due_garbage()]
    finally:
        other.rollback()
        other.close()
    assert [files.garbage_id for files in lifecycle.claim_due_garbage()] == [held]


@pytest.mark.django_db
@pytest.mark.parametrize("again", [True, False])
def test_what_a_killed_process_had_claimed_is_collected_after_the_grace(
    again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = add_due_garbage(3, again=again)

    def kill(first: list[str], **options: object) -> DeletionResult:
        storage.delete_files(first[:1])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete_many_files", kill)
        with pytest.raises(KeyboardInterrupt):
            collect_garbage()
    assert (Garbage.objects.count(), lifecycle.due_garbage().count()) == (3, 0)
    factories.make_garbage_due()
    assert collect_garbage() == 3
    assert factories.stored_keys(keys) == []
    assert list(Garbage.objects.values_list("again", flat=True)) == ([False] * 3 if again else [])


@pytest.mark.django_db
def test_a_claim_lasts_for_the_grace(settings: Settings) -> None:
    add_due_garbage(1)
    lifecycle.claim_due_garbage()
    soon = Garbage.objects.filter(
        due_at__gt=Now() + settings.RENDER_GRACE * 0.9, due_at__lte=Now() + settings.RENDER_GRACE
    )
    assert soon.exists()


@pytest.mark.django_db
def test_of_two_processes_with_the_same_row_none_skips_the_second_deletion() -> None:
    add_due_garbage(1, again=True)
    slow = lifecycle.claim_due_garbage()
    factories.make_garbage_due()  # its claim has expired
    quick = lifecycle.claim_due_garbage()
    lifecycle.finish_garbage(quick)
    lifecycle.finish_garbage(slow)
    assert (Garbage.objects.get().again, lifecycle.due_garbage().count()) == (False, 0)
    factories.make_garbage_due()
    assert [files.keys for files in lifecycle.claim_due_garbage()] == [slow[0].keys]


@pytest.mark.django_db
def test_a_backlog_is_collected_in_chunks_that_can_be_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, sizes, delete_many_files = add_due_garbage(250), [], storage.delete_many_files

    def record(chunk: list[str], **options: Any) -> DeletionResult:
        sizes.append(len(chunk))
        return delete_many_files(chunk, **options)

    monkeypatch.setattr(storage, "delete_many_files", record)
    assert [collect_garbage(max_chunks=1), len(factories.stored_keys(keys))] == [100, 150]
    assert [collect_garbage(), factories.stored_keys(keys)] == [150, []]
    assert sizes == [100, 100, 50]


@pytest.mark.django_db
def test_a_collection_that_should_stop_begins_nothing() -> None:
    keys = add_due_garbage(2)
    assert collect_garbage(lambda: False) == 0
    assert (len(factories.stored_keys(keys)), lifecycle.due_garbage().count()) == (2, 2)


@pytest.mark.django_db
def test_a_chunk_begins_no_deletions_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = add_due_garbage(2)
    monkeypatch.setattr(collection, "CHUNK_SECONDS", 0)
    assert collect_garbage() == 0
    assert (len(factories.stored_keys(keys)), Garbage.objects.count()) == (2, 2)
