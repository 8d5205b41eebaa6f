"""Idempotency-Key: the same request twice makes one design."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from designs import services
from designs.models import Design, IdempotencyKey, Render
from designs.tests.support import factories
from rendering.engine.validation.problems import SpecError

pytestmark = pytest.mark.django_db


def create(owner: User, key: str = "key", sha256: str = "hash", **data: Any) -> tuple[Design, bool]:
    new = services.NewDesign(owner.pk, "mug", factories.design_data(**data))
    return services.create_design(new, key, sha256)


def test_a_repeat_returns_the_first_design(user: User) -> None:
    first, is_new = create(user)
    again, is_new_again = create(user)
    assert (again.pk, is_new, is_new_again) == (first.pk, True, False)
    assert (Design.objects.count(), Render.objects.count()) == (1, 1)


def test_another_request_with_the_same_key_is_refused(user: User) -> None:
    create(user)
    with pytest.raises(services.IdempotencyConflictError):
        create(user, sha256="another")
    assert Design.objects.count() == 1


def test_keys_belong_to_their_owner(user: User) -> None:
    mine, _ = create(user)
    theirs, is_new = create(factories.make_user())
    assert is_new
    assert mine.pk != theirs.pk


def test_a_refused_request_does_not_use_up_its_key(user: User) -> None:
    with pytest.raises(SpecError):
        create(user, text="")
    assert not IdempotencyKey.objects.exists()
    assert create(user)[1]


def test_a_repeat_does_not_restore_a_deleted_design(user: User) -> None:
    design, _ = create(user)
    services.delete_design(design.pk, user.pk)
    with pytest.raises(services.DesignGoneError):
        create(user)
    assert Design.objects.filter(deleted_at=None).count() == 0


def test_without_a_key_every_request_makes_a_design(user: User) -> None:
    assert create(user, key="")[1]
    assert create(user, key="")[1]
    assert (Design.objects.count(), IdempotencyKey.objects.count()) == (2, 0)
