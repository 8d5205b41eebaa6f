"""Designer sessions: what a shopper's browser may do with its token, and what it may not."""

from __future__ import annotations

import time
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from customify.accounts import sessions
from customify.accounts.models import ApiKey
from customify.tests.support.session_pages import ANY_VERSION, SHOP, begin, make_draft, page, refusal
from designs.models import Asset, AssetUse, Design, Event
from designs.tests.support import factories, images
from designs.tests.support.api_client import CREATE_BODY, DESIGNS_URL, client_of
from designs.tests.support.uploads import upload


@pytest.fixture
def shop(catalogue: None) -> APIClient:
    return client_of("shop")


@pytest.fixture
def draft(shop: APIClient) -> str:
    """The id of a design without a render."""
    return make_draft(shop, external_id="cart-7", metadata={"price": 9})


@pytest.fixture
def shopper(shop: APIClient, draft: str) -> APIClient:
    return page(begin(shop, draft).json()["token"])


def edit(client: APIClient, path: str, body: dict[str, Any]) -> Any:
    return client.patch(path, body, headers=ANY_VERSION)


def with_photo(asset: str) -> dict[str, Any]:
    return factories.image_design_data(asset, layers=[factories.TEXT_LAYER])


def test_a_session_describes_its_design_and_origins(shop: APIClient, draft: str) -> None:
    answer = begin(shop, draft, expires_in=600)
    session = answer.json()
    assert answer.status_code == 201, session
    assert answer["Cache-Control"] == "no-store"
    assert session.pop("token").startswith("cfy_session_")
    assert session.pop("expires_at") > "2026"
    assert UUID(session.pop("id"))
    assert session.pop("etag") == shop.get(f"{DESIGNS_URL}/{draft}")["ETag"]
    assert session == {"design": draft, "product_type": "t-shirt", "origins": [SHOP], "assets": []}


def test_a_session_reads_edits_previews_and_finishes_its_design(shopper: APIClient, draft: str) -> None:
    seen = shopper.get(f"{DESIGNS_URL}/{draft}").json()
    assert (seen["external_id"], seen["metadata"]) == ("", {})  # the shop's data is hidden
    assert shopper.get("/api/v1/fonts").status_code == shopper.get("/api/v1/products").status_code == 200
    assert shopper.head(f"{DESIGNS_URL}/{draft}/events").status_code == 200
    events: Any = shopper.get(f"{DESIGNS_URL}/{draft}/events")
    assert b"event: created" in b"".join(events.streaming_content)
    data = {**CREATE_BODY["design_data"], "text": "Mine"}
    assert shopper.post("/api/v1/preview", {"product_type": "t-shirt", "design_data": data}).status_code == 200
    edited = edit(shopper, f"{DESIGNS_URL}/{draft}", {"design_data": data})
    assert (edited.status_code, edited.json()["revision"], edited.json()["status"]) == (200, 2, "draft")
    finished = shopper.post(f"{DESIGNS_URL}/{draft}/finish")
    assert (finished.status_code, finished.json()["status"]) == (200, "rendering")
    assert factories.event_types(UUID(draft)) == ["created", "edited", "finished", "requested"]
    session = Event.objects.filter(design_id=draft, type__in=["edited", "finished"])
    assert [event.data["session"] for event in session] == [True, True]


def test_a_session_of_a_finished_design_is_read_only(shopper: APIClient, shop: APIClient, draft: str) -> None:
    shopper.post(f"{DESIGNS_URL}/{draft}/finish")
    over = (403, "session_finished")
    assert refusal(edit(shopper, f"{DESIGNS_URL}/{draft}", {"design_data": CREATE_BODY["design_data"]})) == over
    assert shopper.post(f"{DESIGNS_URL}/{draft}/finish").json()["status"] == "rendering"  # a repeat changes nothing
    assert factories.event_types(UUID(draft)).count("finished") == 1
    assert refusal(upload(shopper, images.photo_bytes())) == over
    assert not Asset.objects.exists()
    assert shopper.get(f"{DESIGNS_URL}/{draft}").status_code == 200
    again = page(begin(shop, draft).json()["token"])  # the shop may start another session
    assert edit(again, f"{DESIGNS_URL}/{draft}", {"design_data": CREATE_BODY["design_data"]}).status_code == 200


def test_finishing_a_published_design_draws_nothing_again(shop: APIClient) -> None:
    design = factories.make_design(get_user_model().objects.get(username="shop"))
    factories.publish_newest_render(design)
    answer = shop.post(f"{DESIGNS_URL}/{design.pk}/finish")
    assert (answer.status_code, answer.json()["status"]) == (200, "published")
    design.refresh_from_db()
    assert (design.render_count, design.session_round) == (1, 1)


def test_a_session_uses_images_it_uploaded_or_that_were_there(shopper: APIClient, shop: APIClient, draft: str) -> None:
    others = upload(shop, images.photo_bytes()).json()["id"]
    unknown = "/design_data/placements/front/layers/0/asset"
    for method, path, body in (
        (partial(edit, shopper), f"{DESIGNS_URL}/{draft}", {}),
        (shopper.post, "/api/v1/preview", {"product_type": "t-shirt"}),
    ):
        answer = method(path, {"design_data": with_photo(others), **body})
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"#{unknown}"]
    assert shopper.get(f"/api/v1/assets/{others}").status_code == 404

    own = upload(shopper, images.photo_bytes()).json()["id"]
    assert Asset.objects.get(pk=own).uploaded_for == UUID(draft)
    assert shopper.get(f"/api/v1/assets/{own}").status_code == 200
    assert edit(shopper, f"{DESIGNS_URL}/{draft}", {"design_data": with_photo(own)}).status_code == 200

    shop.patch(f"{DESIGNS_URL}/{draft}", {"design_data": with_photo(others)})  # an asset that the shop uploaded
    assert AssetUse.objects.filter(asset=others).exists()
    answer = shopper.post("/api/v1/preview", {"product_type": "t-shirt", "design_data": with_photo(others)})
    assert answer.status_code == 200


def test_a_session_cannot_reach_another_design(shopper: APIClient, shop: APIClient) -> None:
    other = shop.post(DESIGNS_URL, CREATE_BODY).json()["id"]
    for answer in (
        shopper.get(f"{DESIGNS_URL}/{other}"),
        edit(shopper, f"{DESIGNS_URL}/{other}", {"design_data": CREATE_BODY["design_data"]}),
        shopper.post(f"{DESIGNS_URL}/{other}/finish"),
        shopper.get(f"{DESIGNS_URL}/{other}/preview"),
        shopper.get(f"{DESIGNS_URL}/{other}/events"),
    ):
        assert answer.status_code == 404
    assert Design.objects.get(pk=other).edit_count == 0


def test_a_session_opens_no_other_endpoint(shopper: APIClient, draft: str) -> None:
    closed = [
        ("get", DESIGNS_URL),
        ("post", DESIGNS_URL),
        ("delete", f"{DESIGNS_URL}/{draft}"),
        ("post", f"{DESIGNS_URL}/{draft}/render"),
        ("get", f"{DESIGNS_URL}/{draft}/renders"),
        ("get", f"{DESIGNS_URL}/{draft}/revisions"),
        ("post", f"{DESIGNS_URL}/{draft}/sessions"),
        ("get", f"{DESIGNS_URL}/{draft}/sessions"),
        ("delete", f"{DESIGNS_URL}/{draft}/sessions/{draft}"),
        ("get", "/api/v1/assets"),
        ("get", "/api/v1/account"),
    ]
    for method, path in closed:
        assert refusal(getattr(shopper, method)(path)) == (403, "not_for_sessions"), path
    assert Design.objects.filter(pk=draft, deleted_at=None).exists()


def test_a_session_cannot_change_what_belongs_to_the_shop(shopper: APIClient, draft: str) -> None:
    answer = edit(shopper, f"{DESIGNS_URL}/{draft}", {"metadata": {"price": 0}, "external_id": "x"})
    assert {one["code"] for one in answer.json()["errors"]} == {"not_for_sessions"}
    mug = shopper.post("/api/v1/preview", {**CREATE_BODY, "product_type": "mug"})
    assert [(one["pointer"], one["code"]) for one in mug.json()["errors"]] == [("#/product_type", "not_for_sessions")]


@pytest.mark.parametrize(
    "origin", [None, "null", "https://shop.example.evil.example", "http://shop.example", SHOP + "/"]
)
def test_pages_of_other_origins_cannot_use_a_session(shop: APIClient, draft: str, origin: str | None) -> None:
    stolen = page(begin(shop, draft).json()["token"], origin)
    assert refusal(stolen.get(f"{DESIGNS_URL}/{draft}")) == (403, "wrong_origin")


def test_a_page_of_our_own_origin_can_use_a_session_that_names_it(shop: APIClient, draft: str) -> None:
    here = page(begin(shop, draft, origins=["http://testserver"]).json()["token"], None)
    assert here.get(f"{DESIGNS_URL}/{draft}", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert refusal(here.get(f"{DESIGNS_URL}/{draft}", headers={"Sec-Fetch-Site": "cross-site"}))[1] == "wrong_origin"


def test_a_session_ends_with_its_time_and_with_its_key(
    shop: APIClient, shopper: APIClient, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shopper.get(f"{DESIGNS_URL}/{draft}").status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    answer = shopper.get(f"{DESIGNS_URL}/{draft}")
    assert refusal(answer) == (401, "session_expired")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    monkeypatch.setattr(time, "time", lambda: now)
    ApiKey.objects.get(user__username="shop").revoke_key()
    assert refusal(shopper.get(f"{DESIGNS_URL}/{draft}")) == (401, "session_expired")


def test_a_session_ends_with_its_design(shop: APIClient, shopper: APIClient, draft: str) -> None:
    shop.delete(f"{DESIGNS_URL}/{draft}")
    assert shopper.get(f"{DESIGNS_URL}/{draft}").status_code == 404
    assert shopper.post("/api/v1/preview", CREATE_BODY).status_code == 404
    assert upload(shopper, images.photo_bytes()).status_code == 404


def test_a_tampered_token_is_refused(shop: APIClient, draft: str) -> None:
    token = begin(shop, draft).json()["token"]
    assert sessions.read_token(token) is not None
    for spot in range(len(sessions.TOKEN_PREFIX), len(token) - 1, 7):
        other = "A" if token[spot] != "A" else "B"
        assert sessions.read_token(token[:spot] + other + token[spot + 1 :]) is None
    assert sessions.read_token(sessions.TOKEN_PREFIX) is None
    assert refusal(page(sessions.TOKEN_PREFIX + "x" * 80).get(DESIGNS_URL)) == (401, "session_expired")


def test_a_session_of_a_test_key_sees_only_test_data(catalogue: None) -> None:
    tests = client_of("shop", test=True)
    draft = tests.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()["id"]
    shopper = page(begin(tests, draft).json()["token"])
    assert shopper.get(f"{DESIGNS_URL}/{draft}").status_code == 200
    marked = shopper.post("/api/v1/preview", CREATE_BODY).content
    assert marked != client_of("shop").post("/api/v1/preview", CREATE_BODY).content


def test_a_session_may_do_no_more_than_its_key(catalogue: None) -> None:
    writer = client_of("shop", scopes=["designs:write"])
    draft = writer.post(DESIGNS_URL, {**CREATE_BODY, "render": False}).json()["id"]
    shopper = page(begin(writer, draft).json()["token"])
    assert refusal(upload(shopper, images.photo_bytes())) == (403, "missing_scope")
    assert refusal(shopper.get(f"{DESIGNS_URL}/{draft}")) == (403, "missing_scope")
    assert edit(shopper, f"{DESIGNS_URL}/{draft}", {"design_data": CREATE_BODY["design_data"]}).status_code == 200


def test_uploads_of_a_session_are_bounded_and_deleted_with_the_design(
    shopper: APIClient, shop: APIClient, draft: str, settings: Any
) -> None:
    settings.SESSION_UPLOADS = 2
    kept, lost = (upload(shopper, images.photo_bytes()).json()["id"] for _ in range(2))
    assert refusal(upload(shopper, images.photo_bytes())) == (403, "pictures_quota_reached")
    shop.post(DESIGNS_URL, {**CREATE_BODY, "design_data": with_photo(kept)})  # another design of the shop uses it
    with CaptureQueriesContext(connection) as queries:
        shop.delete(f"{DESIGNS_URL}/{draft}")
    statements = [query["sql"] for query in queries.captured_queries]
    pictures_locked = max(at for at, sql in enumerate(statements) if "designs_asset" in sql and "FOR UPDATE" in sql)
    # The lock on the quota is taken last, so its holder waits for no other lock.
    assert pictures_locked < min(at for at, sql in enumerate(statements) if 'UPDATE "designs_quota"' in sql)
    assert list(Asset.objects.filter_usable().values_list("pk", flat=True)) == [UUID(kept)]
    assert Asset.objects.get(pk=lost).deleted_at is not None


def test_only_the_shops_key_starts_a_session(shop: APIClient, draft: str, catalogue: None) -> None:
    reader = client_of("shop", scopes=["designs:read"])
    assert refusal(begin(reader, draft)) == (403, "missing_scope")
    assert begin(client_of("stranger"), draft).status_code == 404
    pages = APIClient()
    pages.force_login(get_user_model().objects.get(username="shop"))
    assert refusal(begin(pages, draft)) == (403, "key_needed")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"origins": []}, "#/origins", "min_length"),
        ({"origins": ["*"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["null"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://[..]"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://[:::::]"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://[1.2.3.4]"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://999.1.1.1"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://shop.123"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://shop.example/"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://Shop.example"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://shop.example:443"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://a@shop.example"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["ftp://shop.example"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://shop.example:08443"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://shop.example:"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://shop.example:65536"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://a b"]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://."]}, "#/origins/0", "invalid_origin"),
        ({"origins": ["https://[::1"]}, "#/origins/0", "invalid_origin"),
        ({"origins": [7]}, "#/origins/0", "wrong_type"),
        ({"origins": [SHOP], "expires_in": 59}, "#/expires_in", "min_value"),
        ({"origins": [SHOP], "expires_in": 86_401}, "#/expires_in", "max_value"),
    ],
)
def test_a_session_that_cannot_be_bound_is_refused(
    shop: APIClient, draft: str, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = begin(shop, draft, **body)
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


def test_an_https_site_accepts_http_origins_of_localhost_only(shop: APIClient, draft: str, settings: Any) -> None:
    settings.SECURE = True
    assert begin(shop, draft, origins=["http://shop.example"]).status_code == 400
    assert begin(shop, draft, origins=["http://localhost:3000", "http://127.0.0.1:8000"]).status_code == 201
