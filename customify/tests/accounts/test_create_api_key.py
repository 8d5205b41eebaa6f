import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from customify.accounts.models import ApiKey


def test_the_key_is_printed_alone_and_works(shopkeeper: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_api_key", "shopkeeper", "--name", "web shop")
    printed = capsys.readouterr()
    (line,) = printed.out.splitlines()
    key = ApiKey.objects.get()
    assert ApiKey.objects.find_by_secret(line) == key
    assert (key.user, key.name, key.expires_at) == (shopkeeper, "web shop", None)
    assert "not shown again" in printed.err
    assert line not in printed.err


def test_the_key_is_printed_as_json_for_scripts(shopkeeper: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_api_key", "shopkeeper", "--name", "web shop", "--json")
    printed = capsys.readouterr()
    assert ApiKey.objects.find_by_secret(json.loads(printed.out)["key"]) == ApiKey.objects.get()
    assert printed.err == ""


def test_the_key_expires_after_the_given_days(shopkeeper: User) -> None:
    before = timezone.now()
    call_command("create_api_key", "shopkeeper", "--name", "web shop", "--days", "30")
    expires_at = ApiKey.objects.get().expires_at
    assert expires_at is not None
    assert before + timedelta(days=30) <= expires_at <= timezone.now() + timedelta(days=30)


def test_an_unknown_user_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match=r"There is no user 'nobody'\. Create one: manage.py createsuperuser"):
        call_command("create_api_key", "nobody", "--name", "web shop")
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1"])
def test_a_key_that_never_works_is_refused(days: str, shopkeeper: User) -> None:
    with pytest.raises(CommandError, match="--days must be 1 or more"):
        call_command("create_api_key", "shopkeeper", "--name", "web shop", f"--days={days}")
    assert not ApiKey.objects.exists()
