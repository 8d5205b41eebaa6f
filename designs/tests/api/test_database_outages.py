"""Clients retry after 503 and give up at 500: a database outage must be a 503."""

import pytest
from django.db import DataError, InterfaceError, OperationalError, connection
from rest_framework.test import APIClient

from customify.accounts import authentication
from designs import services
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("gone"), 503), (InterfaceError("closed"), 503), (DataError("odd"), 500)]
)
@pytest.mark.parametrize("where", [(services, "create_design"), (authentication.BearerAuthentication, "authenticate")])
def test_only_an_outage_is_a_503_with_retry_after(
    error: Exception, status: int, where: tuple[object, str], shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise error

    shop.raise_request_exception = False
    monkeypatch.setattr(*where, fail)
    answer = shop.post(DESIGNS_URL, CREATE_BODY)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.get("Retry-After") == ("5" if status == 503 else None)
    assert answer.json()["code"] == ("unavailable" if status == 503 else "server_error")


@pytest.mark.django_db
def test_a_read_only_database_is_an_outage(shop: APIClient, catalogue: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no standby")
    shop.raise_request_exception = False
    assert shop.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")  # what a standby's default is
    answer = shop.post(DESIGNS_URL, CREATE_BODY)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "5")
    assert shop.get("/readyz").status_code == 503
