import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from customify.accounts.models import ApiKey

pytestmark = pytest.mark.django_db


def first_start() -> str:
    out = io.StringIO()
    call_command("first_start", stdout=out, verbosity=0)
    return out.getvalue()


def test_a_fresh_deployment_gets_a_staff_user_and_a_key_that_work() -> None:
    words = first_start().split()
    user = authenticate(username="admin", password=words[words.index("with") + 1])
    assert user is not None
    assert user.is_superuser
    key = ApiKey.objects.find_by_secret(words[words.index("Key") + 1])
    assert key is not None
    assert key.user == user


def test_a_second_start_creates_and_prints_nothing() -> None:
    first_start()
    assert first_start() == "There are users already: nothing to create.\n"
    assert ApiKey.objects.count() == 1
