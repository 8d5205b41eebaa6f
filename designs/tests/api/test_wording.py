"""The words of errors: what is wrong, and how to correct it, in place of the framework's own. Codes stay the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.exceptions import Throttled
from rest_framework.test import APIClient, APIRequestFactory

from designs.api.fields import StrictSerializer, Worded
from designs.api.problems import handle_exception
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL

UNKNOWN_ID = "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81"


def read(answer: Any) -> tuple[int, str, str]:
    """Return status, code and detail."""
    problem = answer.json()
    return answer.status_code, problem["code"], problem["detail"]


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "Send an API key: Authorization: Bearer cfy_live_…"),
        ({"Authorization": "Token abc"}, "The header Authorization begins with Token; it must be Bearer"),
        ({"Authorization": "Basic YTpi"}, "The header Authorization begins with Basic; it must be Bearer"),
        ({"Authorization": "Bearer: abc"}, "The header Authorization begins with Bearer:; it must be Bearer"),
        (
            {"Authorization": "cfy_live_abcdefghij"},
            "The header Authorization holds a key alone. Write Bearer before it",
        ),
        ({"Authorization": "CFY_TEST_x y"}, "The header Authorization holds a key alone. Write Bearer before it"),
        ({"Authorization": "sk_0123456789012345678901234 x"}, "The header Authorization must be Bearer and a key"),
        ({"Authorization": "<script>"}, "The header Authorization must be Bearer and a key"),
        ({"X-API-Key": "cfy_live_x"}, "The key belongs into another header than X-API-Key"),
    ],
)
def test_a_key_that_is_sent_in_another_way_is_told_the_right_one(
    client: Client, db: None, headers: dict[str, str], detail: str
) -> None:
    answer = client.get(DESIGNS_URL, headers=headers)
    status, code, said = read(answer)
    assert (status, code, answer["WWW-Authenticate"]) == (401, "not_authenticated", 'Bearer realm="api"')
    assert said.startswith(detail)
    assert said.endswith("Authorization: Bearer cfy_live_…")
    assert not any(secret in said for secret in ("abcdefghij", "sk_0", "<"))


@pytest.mark.parametrize("path", ["", "/reassign"])
def test_a_body_of_null_must_be_an_object(shop: APIClient, path: str) -> None:
    answer = shop.generic("POST", f"{DESIGNS_URL}{path}", "null", content_type="application/json")
    assert read(answer) == (400, "invalid_input", "This must be an object.")
    assert answer.json()["errors"] == [{"pointer": "#", "code": "null", "detail": "This must be an object."}]


def test_bearer_without_a_key_is_told_so(client: Client, db: None) -> None:
    assert read(client.get(DESIGNS_URL, headers={"Authorization": "Bearer"})) == (
        401, "authentication_failed", "There is no key after Bearer. Send one: Authorization: Bearer cfy_live_…",
    )  # fmt: skip


def test_another_tenants_id_and_an_unknown_one_have_the_same_words(shop: APIClient, stranger: APIClient) -> None:
    theirs = stranger.post(DESIGNS_URL, CREATE_BODY).json()["id"]
    unknown = read(shop.get(f"{DESIGNS_URL}/{UNKNOWN_ID}"))
    assert read(shop.get(f"{DESIGNS_URL}/{theirs}")) == unknown
    assert unknown[:2] == (404, "not_found")
    assert unknown[2].startswith("This does not exist, or is not yours. Check the id, and the key")


def test_a_method_that_is_not_taken_names_those_that_are(shop: APIClient) -> None:
    assert read(shop.put(f"{DESIGNS_URL}/{UNKNOWN_ID}", {})) == (
        405, "method_not_allowed", "This address does not take PUT; it takes GET, PATCH or DELETE.",
    )  # fmt: skip
    assert read(shop.delete("/api/v1/account"))[2] == "This address does not take DELETE; it takes GET."


def test_an_unknown_format_names_the_one_there_is(shop: APIClient) -> None:
    status, code, detail = read(shop.get(DESIGNS_URL, headers={"Accept": "text/csv"}))
    assert (status, code) == (406, "not_acceptable")
    assert "Send Accept: application/json" in detail


def test_a_media_type_that_is_not_taken_names_the_one_that_is(shop: APIClient) -> None:
    said = read(shop.generic("POST", DESIGNS_URL, b"x", content_type="text/plain"))
    json = "Send JSON, with the header Content-Type: application/json."
    assert said == (415, "unsupported_media_type", f"text/plain is not taken here. {json}")
    unsaid = shop.generic("POST", DESIGNS_URL, b"{}", content_type="")
    assert read(unsaid)[2] == f"The body has no media type. {json}"
    assert read(shop.post("/api/v1/assets", CREATE_BODY))[2].endswith("as multipart/form-data, in a field called file.")
    packed = shop.post(DESIGNS_URL, CREATE_BODY, headers={"Content-Encoding": "br"})
    assert read(packed)[2].startswith("Content-Encoding br is not supported; send the body uncompressed.")


@pytest.mark.parametrize(("wait", "shown"), [(0.2, "1 second,"), (1.5, "2 seconds,"), (60, "60 seconds,")])
def test_a_throttled_request_is_told_the_limit_and_the_wait(settings: Any, wait: float, shown: str) -> None:
    settings.API_RATE = 1_200
    context = {"request": APIRequestFactory().get("/"), "view": None}
    answer: Any = handle_exception(Throttled(wait), context)
    assert answer.data["code"] == "throttled"
    assert answer.data["detail"] == (
        f"These are too many requests: more than 1,200 in a minute. Try again in {shown} as Retry-After says."
    )


def test_a_missing_csrf_token_is_told_both_ways(client: Client, db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(get_user_model().objects.create_user("someone"))
    answer = browser.post(DESIGNS_URL, "{}", content_type="application/json", headers={"Accept": "application/json"})
    status, code, detail = read(answer)
    assert (status, code) == (403, "permission_denied")
    assert "in the header X-CSRFToken; programs send an API key instead" in detail


@pytest.mark.parametrize(
    ("path", "body", "pointer", "code", "detail"),
    [
        ("designs", {"product_type": None}, "product_type", "null", "This may not be null: give a value."),
        ("designs", {"product_type": ""}, "product_type", "blank", "This may not be empty: give a value."),
        ("designs", {"product_type": "x" * 51}, "product_type", "max_length", "This may have at most 50 characters."),
        ("preview", {"width": 1}, "width", "min_value", "This must be at least 50."),
        ("preview", {"width": 9_999}, "width", "max_value", "This must be at most 1600."),
        ("preview", {"format": "gif"}, "format", "invalid_choice", "This must be one of webp, png, jpeg."),
        ("preview", {"format": {}}, "format", "invalid_choice", "This must be one of webp, png, jpeg."),
    ],
)
def test_a_field_of_a_body_is_told_what_it_must_be(
    shop: APIClient, path: str, body: dict[str, Any], pointer: str, code: str, detail: str
) -> None:
    errors = shop.post(f"/api/v1/{path}", {**CREATE_BODY, **body}).json()["errors"]
    assert errors == [{"pointer": f"#/{pointer}", "code": code, "detail": detail}]


def test_a_list_is_told_its_length(shop: APIClient) -> None:
    design = shop.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()["id"]

    def said(origins: Any) -> tuple[str, str]:
        (error,) = shop.post(f"{DESIGNS_URL}/{design}/sessions", {"origins": origins}).json()["errors"]
        return error["code"], error["detail"]

    assert said([]) == ("min_length", "This list is too short; it must have 1 or more items.")
    assert said(["https://a.example"] * 11) == ("max_length", "This list is too long; it may have 10 items at most.")
    assert said("https://a.example") == ("not_a_list", "This must be a list.")


def test_an_upload_without_a_file_is_told_how_to_send_one(shop: APIClient) -> None:
    for fields, code in (({}, "required"), ({"file": "text"}, "invalid")):
        (error,) = shop.post("/api/v1/assets", fields, format="multipart").json()["errors"]
        assert (error["code"], "file" in error["detail"]) == (code, True)
    odd = {"file": SimpleUploadedFile("a.png", b"x"), "odd": "1"}
    assert shop.post("/api/v1/assets", odd, format="multipart").json()["detail"].endswith("remove it.")


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("status=odd", "invalid_choice", "This must be one of draft, rendering, published, failed."),
        ("created_after=soon", "invalid", "This must be a time such as 2026-11-25T09:30:00Z (RFC 3339)."),
        ("external_id=" + "x" * 201, "max_length", "This may have at most 200 characters."),
        ("product_type=%00", "null_characters_not_allowed", "This contains U+0000, which cannot be stored."),
    ],
)
def test_a_query_parameter_is_told_what_it_must_be(shop: APIClient, query: str, code: str, detail: str) -> None:
    (error,) = shop.get(f"{DESIGNS_URL}?{query}").json()["errors"]
    assert (error["code"], error["detail"]) == (code, detail)


def test_several_problems_are_summed_up_by_the_first(shop: APIClient) -> None:
    problem = shop.post(DESIGNS_URL, {}).json()
    assert problem["detail"] == "This field is required; add it. This is the first of 2 problems; `errors` lists them."


def strict_serializers(kind: type[StrictSerializer] = StrictSerializer) -> Iterator[type[StrictSerializer]]:
    for one in kind.__subclasses__():
        yield from (one, *strict_serializers(one))


def test_no_field_of_a_request_has_the_words_of_the_framework() -> None:
    plain = {
        (one.__name__, name)
        for one in strict_serializers()
        for name, field in one().fields.items()
        if not isinstance(field, Worded | StrictSerializer)
    }
    assert plain == set()
    assert len(set(strict_serializers())) > 4
