"""What the tests of accounts share."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def shopkeeper(db: None) -> User:
    """Somebody who has keys."""
    return User.objects.create_user("shopkeeper")


@pytest.fixture
def administrator(db: None) -> User:
    """Somebody who may do everything."""
    return User.objects.create_superuser("administrator")


@pytest.fixture
def admin_pages(administrator: User, client: Client) -> Client:
    """The admin, as the administrator sees it."""
    client.force_login(administrator)
    return client


@pytest.fixture
def staff_pages(db: None) -> Client:
    """The admin, as a staff user sees it who may look at keys and do nothing else."""
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client = Client()
    client.force_login(staff)
    return client
