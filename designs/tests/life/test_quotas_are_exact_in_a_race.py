"""Ten requests at once, room for three: three designs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections

from designs.lifecycle import QuotaExceededError
from designs.models import Design, Quota
from designs.tests import factories


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_no_more_than_there_is_room_for(settings: Any, user: User) -> None:
    settings.QUOTAS = {"live": (3, 0, 0), "test": (0, 0, 0)}

    def make(number: int) -> bool:
        try:
            factories.make_design(user, f"Design {number}", render=False)
        except QuotaExceededError:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(make, range(10)))
    assert sum(made) == 3
    assert (Design.objects.count(), Quota.objects.get().designs) == (3, 3)
