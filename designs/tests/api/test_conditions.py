"""ETag, If-Match, Idempotency-Key and ?wait."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection
from rest_framework.test import APIClient

from designs.models import Design
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.worker import jobs


def test_a_repeated_key_answers_with_the_same_design(shop: APIClient) -> None:
    first = shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"})
    again = shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json()["id"], again["Idempotent-Replayed"]) == (again.json()["id"], "true")
    assert "Idempotent-Replayed" not in first
    assert Design.objects.count() == 1


def test_a_key_with_another_request_is_refused(shop: APIClient) -> None:
    shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"})
    other = shop.post(DESIGNS_URL, {**CREATE_BODY, "external_id": "7"}, headers={"Idempotency-Key": "order-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Design.objects.count() == 1


def test_a_refused_request_does_not_use_up_its_key(shop: APIClient) -> None:
    refused = shop.post(DESIGNS_URL, {**CREATE_BODY, "product_type": "no"}, headers={"Idempotency-Key": "order-1"})
    assert refused.status_code == 400
    assert shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"}).status_code == 201


def test_a_key_of_a_deleted_design_is_refused_with_the_reason(shop: APIClient) -> None:
    made = shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"}).json()
    shop.delete(f"{DESIGNS_URL}/{made['id']}")
    assert shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": "order-1"}).status_code == 410


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_a_malformed_idempotency_key_is_refused(shop: APIClient, key: str) -> None:
    answer = shop.post(DESIGNS_URL, CREATE_BODY, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["header"]) == (400, "Idempotency-Key")


def test_an_unchanged_design_is_not_modified(shop: APIClient, work: RunWorker) -> None:
    url = f"{DESIGNS_URL}/{create_published_design(shop, work)['id']}"
    etag = shop.get(url)["ETag"]
    assert shop.get(url, headers={"If-None-Match": etag}).status_code == 304
    shop.patch(url, {"metadata": {"a": 1}})
    assert shop.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_an_edit_of_an_old_version_is_refused(shop: APIClient, work: RunWorker) -> None:
    made = shop.post(DESIGNS_URL, CREATE_BODY)
    url = f"{DESIGNS_URL}/{made.json()['id']}"
    work()  # drawing is not an edit: the ETag of the creation is still valid
    assert shop.patch(url, {"metadata": {"a": 1}}, headers={"If-Match": made["ETag"]}).status_code == 200
    late = shop.patch(url, {"metadata": {"a": 2}}, headers={"If-Match": made["ETag"]})
    assert (late.status_code, late.json()["code"]) == (412, "edited_meanwhile")
    assert shop.patch(url, {"metadata": {"a": 2}}, headers={"If-Match": '"nonsense"'}).status_code == 412
    assert shop.get(url).json()["metadata"] == {"a": 1}


def test_wait_ends_after_its_time(shop: APIClient) -> None:
    answer = shop.post(f"{DESIGNS_URL}?wait=0.05", CREATE_BODY)
    assert (answer.status_code, answer.json()["status"]) == (201, "rendering")


@pytest.mark.django_db(transaction=True)
def test_wait_answers_when_the_design_is_settled(catalogue: None) -> None:
    def ask() -> None:
        answers.append(shop.post(f"{DESIGNS_URL}?wait=10", CREATE_BODY).json()["status"])
        connection.close()

    shop = client_of("shop")
    # The soft limit's signal reaches the main thread only, so the worker's part runs here and the client in a thread.
    answers: list[str] = []
    caller = threading.Thread(target=ask)
    caller.start()
    while caller.is_alive() and not jobs.work_lane("preview"):
        time.sleep(0.01)
    caller.join()
    assert answers == ["published"]
