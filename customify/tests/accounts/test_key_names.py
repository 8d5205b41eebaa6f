"""A key without a valid name is refused with a reason, on every database."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from customify.accounts.models import ApiKey


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "x" * 101])
def test_an_empty_or_overlong_name_is_refused(name: str) -> None:
    get_user_model().objects.create(username="shop")
    with pytest.raises(CommandError, match="--name"):
        call_command("create_api_key", "shop", "--name", name)
    assert not ApiKey.objects.exists()
