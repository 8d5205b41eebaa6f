"""Rotation: a new key replaces an old one, with an overlap in which both work."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models.functions import Now
from django.utils import timezone

from customify.accounts.models import AlreadyRotatedError, ApiKey

HOUR = timedelta(hours=1)


def end_of_overlap(key: ApiKey) -> None:
    ApiKey.objects.filter(pk=key.pk).update(expires_at=Now())


def test_both_keys_work_during_the_overlap_and_then_only_the_new_one(shopkeeper: User) -> None:
    old, first = ApiKey.objects.issue_key(shopkeeper, "web shop", scopes=["designs:read"], test=True)
    new, second = ApiKey.objects.rotate_key(old, HOUR)
    assert (ApiKey.objects.find_by_secret(first), ApiKey.objects.find_by_secret(second)) == (old, new)
    assert (new.user, new.name, new.scopes, new.test) == (shopkeeper, "web shop", ["designs:read"], True)
    old.refresh_from_db()
    assert old.expires_at is not None
    assert timedelta(minutes=59) < old.expires_at - timezone.now() <= HOUR
    end_of_overlap(old)
    assert (ApiKey.objects.find_by_secret(first), ApiKey.objects.find_by_secret(second)) == (None, new)


def test_an_earlier_expiry_is_kept(shopkeeper: User) -> None:
    near = timezone.now() + timedelta(minutes=5)
    old, _ = ApiKey.objects.issue_key(shopkeeper, "web shop", near)
    new, _ = ApiKey.objects.rotate_key(old, HOUR)
    old.refresh_from_db()
    assert old.expires_at == near
    assert new.expires_at is not None  # as long as the lifetime of the old key
    assert timedelta(minutes=4) < new.expires_at - timezone.now() <= timedelta(minutes=5, seconds=5)


def test_without_overlap_the_old_key_expires_at_once(shopkeeper: User) -> None:
    old, first = ApiKey.objects.issue_key(shopkeeper, "web shop")
    ApiKey.objects.rotate_key(old, timedelta(0))
    assert ApiKey.objects.find_by_secret(first) is None


def test_a_key_is_rotated_once(shopkeeper: User) -> None:
    old, _ = ApiKey.objects.issue_key(shopkeeper, "web shop")
    ApiKey.objects.rotate_key(old)
    with pytest.raises(AlreadyRotatedError):
        ApiKey.objects.rotate_key(old)
    assert ApiKey.objects.count() == 2


def test_rotation_does_not_revive_a_revoked_key(shopkeeper: User) -> None:
    old, _ = ApiKey.objects.issue_key(shopkeeper, "web shop")
    old.revoke_key()
    with pytest.raises(AlreadyRotatedError):
        ApiKey.objects.rotate_key(old)
    assert not ApiKey.objects.usable().exists()


def test_the_command_prints_the_new_key_and_leaves_a_note(shopkeeper: User, capsys: pytest.CaptureFixture[str]) -> None:
    old, first = ApiKey.objects.issue_key(shopkeeper, "web shop")
    call_command("rotate_api_key", old.start, "--hours", "2", "--json")
    secret = json.loads(capsys.readouterr().out)["key"]
    assert {ApiKey.objects.find_by_secret(one) for one in (first, secret)} == set(ApiKey.objects.all())
    notes = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert [note.split()[0] for note in notes] == ["Rotated", "Created"]
    assert not [note for note in notes if secret in note or first in note]


@pytest.mark.parametrize(
    ("start", "hours", "message"), [("cfy_live_nothing", "1", "No usable key"), ("", "-1", "--hours")]
)
def test_the_command_explains_each_error(start: str, hours: str, message: str, shopkeeper: User) -> None:
    ApiKey.objects.issue_key(shopkeeper, "web shop")
    with pytest.raises(CommandError, match=message):
        call_command("rotate_api_key", start, f"--hours={hours}")
    assert ApiKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_two_concurrent_rotations_is_refused(django_user_model: type[User]) -> None:
    old, _ = ApiKey.objects.issue_key(django_user_model.objects.create_user("shop"), "web shop")

    def rotate(_: int) -> bool:
        try:
            ApiKey.objects.rotate_key(old)
        except AlreadyRotatedError:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(rotate, range(6))) == 1
    assert ApiKey.objects.count() == 2
