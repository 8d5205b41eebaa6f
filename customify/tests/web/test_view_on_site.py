"""The admin's “view on site” redirect is disabled: no model has such a page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client


@pytest.mark.django_db
def test_no_model_has_a_view_on_site_page(client: Client) -> None:
    client.force_login(User.objects.create_user("staff", is_staff=True))
    kinds = [ContentType.objects.get_for_model(User), *ContentType.objects.all()]
    assert {client.get(f"/admin/r/{kind.pk}/1/").status_code for kind in kinds} == {404}
