"""Clients of the admin with different permissions."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from designs.tests.support import factories


@pytest.fixture
def administrator(catalogue: None) -> User:
    """A superuser."""
    return User.objects.create_superuser("administrator")


@pytest.fixture
def pages(administrator: User) -> Client:
    """A client of the admin, logged in as the superuser."""
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def viewer_pages(catalogue: None) -> Client:
    """A client of the admin, logged in as a staff user who may only view designs and products."""
    staff = factories.make_user("viewer", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_design", "view_product"]))
    client = Client()
    client.force_login(staff)
    return client
