"""The admin as different people see it."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from designs.tests.support import factories


@pytest.fixture
def administrator(catalogue: None) -> User:
    """Somebody who may do everything."""
    return User.objects.create_superuser("administrator")


@pytest.fixture
def pages(administrator: User) -> Client:
    """The admin, as the administrator sees it."""
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def viewer_pages(catalogue: None) -> Client:
    """The admin, as a staff user sees it who may look at designs and products and do nothing else."""
    staff = factories.make_user("viewer", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_design", "view_product"]))
    client = Client()
    client.force_login(staff)
    return client
