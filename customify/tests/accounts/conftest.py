"""Fixtures of the tests of accounts."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def shopkeeper(db: None) -> User:
    """A user who has keys."""
    return User.objects.create_user("shopkeeper")


@pytest.fixture
def administrator(db: None) -> User:
    """A superuser."""
    return User.objects.create_superuser("administrator")


@pytest.fixture
def admin_pages(administrator: User, client: Client) -> Client:
    """A client of the admin, logged in as the superuser."""
    client.force_login(administrator)
    return client


@pytest.fixture
def staff_pages(db: None) -> Client:
    """A client of the admin, logged in as a staff user who may only view keys."""
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client = Client()
    client.force_login(staff)
    return client
