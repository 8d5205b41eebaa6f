import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customify.accounts.models import ApiKey

LIST = reverse("admin:accounts_apikey_changelist")
ADD = reverse("admin:accounts_apikey_add")


def page(key: ApiKey) -> str:
    return reverse("admin:accounts_apikey_change", args=[key.pk])


def button(key: ApiKey, name: str = "revoke") -> str:
    return reverse("admin:accounts_apikey_actions", args=[key.pk, name])


def form(user: User, **changes: str) -> dict[str, Any]:
    return {
        "name": "web shop",
        "user": user.pk,
        "scopes": ["designs:read", "designs:write"],
        "expires_at_0": "",
        "expires_at_1": "",
        "once": str(uuid4()),
        **changes,
    }


@pytest.fixture
def key(shopkeeper: User) -> ApiKey:
    return ApiKey.objects.issue_key(shopkeeper, "web shop")[0]


def test_a_new_key_is_shown_once_and_works(admin_pages: Client, shopkeeper: User) -> None:
    answer = admin_pages.post(ADD, form(shopkeeper))
    assert answer.status_code == 200
    found = re.search(r'<code id="api-key">(cfy_live_[^<]+)</code>', answer.content.decode())
    assert found
    secret = found[1]
    assert ApiKey.objects.find_by_secret(secret) == ApiKey.objects.get(user=shopkeeper, name="web shop")
    assert "no-store" in answer["Cache-Control"]
    for url in (LIST, page(ApiKey.objects.get()), ADD):
        assert secret not in admin_pages.get(url).content.decode()


def test_a_new_secret_is_left_in_no_cookie_session_or_log(admin_pages: Client, shopkeeper: User) -> None:
    answer = admin_pages.post(ADD, form(shopkeeper))
    secret = re.search(r"cfy_live_[\w-]{43}", answer.content.decode())
    assert secret
    kept = [*map(str, admin_pages.cookies.values()), *(str(row.get_decoded()) for row in Session.objects.all())]
    kept += [entry.change_message for entry in LogEntry.objects.all()]
    assert len(kept) >= 3
    assert not [text for text in kept if secret[0] in text]


def test_reloading_the_page_makes_no_second_key(admin_pages: Client, shopkeeper: User) -> None:
    sent = form(shopkeeper)
    assert "api-key" in admin_pages.post(ADD, sent).content.decode()
    again = admin_pages.post(ADD, sent).content.decode()
    assert "This form has already created its key" in again
    assert ApiKey.objects.count() == 1


def test_a_new_key_has_the_scopes_and_the_mode_that_were_chosen(admin_pages: Client, shopkeeper: User) -> None:
    page_text = admin_pages.get(ADD).content.decode()
    assert 'value="assets:write"' in page_text
    admin_pages.post(ADD, form(shopkeeper, scopes=["assets:write"], test="on"))
    key = ApiKey.objects.get()
    assert (key.scopes, key.test, key.start.startswith("cfy_test_")) == (["assets:write"], True, True)


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_key_without_scopes_or_with_unknown_ones_is_refused(
    scopes: list[str], admin_pages: Client, shopkeeper: User
) -> None:
    assert admin_pages.post(ADD, form(shopkeeper, scopes=scopes)).status_code == 200
    assert not ApiKey.objects.exists()


def test_the_button_rotates_a_key_once(admin_pages: Client, key: ApiKey) -> None:
    answer = admin_pages.post(button(key, "rotate"))
    secret = re.search(r"cfy_live_[\w-]{43}", answer.content.decode())
    assert secret
    key.refresh_from_db()
    assert ApiKey.objects.find_by_secret(secret[0]) == key.replaced_by
    assert ApiKey.objects.usable().count() == 2
    assert "was already rotated" in admin_pages.post(button(key, "rotate"), follow=True).content.decode()
    assert ApiKey.objects.count() == 2
    messages = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert [text.partition(":")[0].partition(" to replace")[0] for text in messages] == ["Rotated", "Created"]
    assert not [text for text in messages if secret[0] in text]


def test_an_expiry_in_the_past_is_refused(admin_pages: Client, shopkeeper: User) -> None:
    answer = admin_pages.post(ADD, form(shopkeeper, expires_at_0="2020-01-01", expires_at_1="00:00"))
    assert "This time is in the past" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_the_list_names_each_key_and_its_state(admin_pages: Client, shopkeeper: User) -> None:
    states = {name: ApiKey.objects.issue_key(shopkeeper, name)[0] for name in ("usable", "revoked", "expired")}
    states["revoked"].revoke_key()
    ApiKey.objects.filter(name="expired").update(expires_at=Now() - timedelta(days=1))
    text = admin_pages.get(LIST).content.decode()
    for state, key in states.items():
        assert f"{key.start}…" in text
        assert f'<td class="field-display_state">{state}</td>' in text
        assert key.sha256 not in text


def test_keys_of_an_inactive_user_are_marked(admin_pages: Client, key: ApiKey, shopkeeper: User) -> None:
    User.objects.filter(pk=shopkeeper.pk).update(is_active=False)
    assert "user is inactive" in admin_pages.get(LIST).content.decode()


def test_only_name_and_expiry_can_be_changed(admin_pages: Client, key: ApiKey, administrator: User) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    changed = form(administrator, name="new", expires_at_0=f"{tomorrow:%Y-%m-%d}", expires_at_1="00:00")
    forged = {"sha256": "0" * 64, "start": "cfy_live_forged", "revoked_at_0": "2020-01-01", "revoked_at_1": "00:00"}
    assert admin_pages.post(page(key), {**changed, **forged}).status_code == 302
    now = ApiKey.objects.get()
    assert (now.name, now.expires_at) == ("new", tomorrow.replace(hour=0, minute=0, second=0, microsecond=0))
    assert (now.user, now.sha256, now.start, now.revoked_at) == (key.user, key.sha256, key.start, None)


def test_selected_keys_are_revoked(admin_pages: Client, key: ApiKey, shopkeeper: User) -> None:
    other, _ = ApiKey.objects.issue_key(shopkeeper, "stock control")
    selected = {"action": "revoke_selected", "_selected_action": [key.pk]}
    assert "1 API keys were revoked" in admin_pages.post(LIST, selected, follow=True).content.decode()
    key.refresh_from_db()
    other.refresh_from_db()
    assert key.revoked_at is not None
    assert other.revoked_at is None
    assert LogEntry.objects.get().get_change_message() == "Revoked."


def test_the_button_revokes_one_key(admin_pages: Client, key: ApiKey) -> None:
    assert button(key) in admin_pages.get(page(key)).content.decode()
    assert admin_pages.post(button(key)).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert button(key) not in admin_pages.get(page(key)).content.decode()


def test_a_link_cannot_revoke_a_key(admin_pages: Client, key: ApiKey) -> None:
    assert admin_pages.get(button(key)).status_code == 405
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_viewer_cannot_revoke_a_key(staff_pages: Client, key: ApiKey) -> None:
    text = staff_pages.get(page(key)).content.decode()
    assert f"{key.start}…" in text
    assert button(key) not in text
    assert "revoke_selected" not in staff_pages.get(LIST).content.decode()
    assert staff_pages.post(button(key)).status_code == 403
    assert staff_pages.post(button(key, "rotate")).status_code == 403
    staff_pages.post(LIST, {"action": "revoke_selected", "_selected_action": [key.pk]})
    assert staff_pages.post(ADD, form(key.user)).status_code == 403
    assert ApiKey.objects.get().revoked_at is None  # and no second key was made


@pytest.mark.parametrize(("wrong", "status"), [("0", 404), ("nonsense", 302)])
def test_an_unknown_key_is_not_a_server_error(wrong: str, status: int, admin_pages: Client) -> None:
    assert admin_pages.post(f"/admin/accounts/apikey/{wrong}/actions/revoke/").status_code == status
