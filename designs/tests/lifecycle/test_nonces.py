"""Keys after a restore: attempts are counted again from the backup's number, and meet no file of before."""

import pytest
from django.db.models import F

from designs import lifecycle
from designs.models import Design, Garbage, Render, Rendition
from designs.tests.support import factories
from rendering import keys

pytestmark = pytest.mark.django_db


def restore_as_it_was_queued(design: Design) -> None:
    """Give the rows of a design the state that a backup from before its first claim holds."""
    Rendition.objects.filter(render__design=design).delete()
    Design.objects.filter(pk=design.pk).update(status="rendering", published_render=None, published_revision=None)
    Render.objects.filter(design=design).update(
        state="queued",
        attempt=0,
        nonce="",
        due_at=factories.seconds_ago(),
        lease_token=None,
        lease_until=None,
        started_at=None,
        finished_at=None,
    )


def test_the_same_attempt_after_a_restore_has_other_keys(design: Design) -> None:
    before = factories.publish_newest_render(design)
    restore_as_it_was_queued(design)
    after = factories.publish_newest_render(design)

    assert (after.number, after.attempt) == (before.number, before.attempt)
    assert not set(factories.attempt_keys(before)) & set(factories.attempt_keys(after))


def test_garbage_of_the_same_attempt_before_a_restore_deletes_no_published_file(design: Design) -> None:
    dead = factories.claim_next_render()
    factories.lose_lease(dead)
    factories.claim_next_render()  # the backup is from now: it holds the garbage of the first attempt
    restore_as_it_was_queued(design)
    alive = factories.publish_newest_render(design)

    garbage = Garbage.objects.get()
    assert (garbage.number, garbage.attempt) == (alive.number, alive.attempt)
    assert lifecycle.garbage_keys(garbage) == factories.attempt_keys(dead)
    assert not set(lifecycle.garbage_keys(garbage)) & set(factories.attempt_keys(alive))


def test_every_attempt_of_a_render_has_a_nonce_of_its_own(design: Design) -> None:
    nonces = []
    for _ in range(4):
        work = factories.claim_next_render()
        factories.lose_lease(work)
        nonces.append(work.nonce)

    assert len(set(nonces)) == 4
    assert factories.get_render(design).nonce == nonces[-1]
    assert all(keys.parse_key(key).nonce == nonces[-1] for key in factories.attempt_keys(work))


def claimed_by_an_earlier_version(design: Design) -> list[str]:
    """Let a worker without nonces take over the newest render; return the keys that it stores."""
    Render.objects.filter(design=design).update(
        state="running",
        attempt=F("attempt") + 1,
        lease_token="ffffffff-0000-4000-8000-000000000000",
        lease_until=factories.seconds_ago(-60),
    )
    render = factories.get_render(design)
    prefix = keys.attempt_prefix(design.pk, render.number, render.attempt)
    return [prefix + output["name"] for output in render.frozen["outputs"]]


@pytest.mark.parametrize("claims_before", [0, 1])
def test_files_of_a_worker_of_an_earlier_version_are_discarded_under_its_own_keys(
    design: Design, claims_before: int
) -> None:
    for _ in range(claims_before):
        factories.lose_lease(factories.claim_next_render())
    old_keys = claimed_by_an_earlier_version(design)
    factories.expire(factories.get_render(design))
    factories.claim_next_render()

    assert lifecycle.garbage_keys(Garbage.objects.latest("pk")) == old_keys


def test_published_files_of_an_earlier_version_are_discarded_under_their_keys(design: Design) -> None:
    factories.publish_newest_render(design)
    old_keys = []
    for row in Rendition.objects.all():
        parts = keys.parse_key(row.key)
        row.key = keys.rendition_key(parts.design_id, parts.number, parts.attempt, parts.name)
        row.save()
        old_keys.append(row.key)
    assert lifecycle.discard_files(factories.get_render(design).pk)

    assert lifecycle.garbage_keys(Garbage.objects.get()) == old_keys
