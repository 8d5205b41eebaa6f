"""Every path and method of the schema with another tenant's id is 404.

The paths are read from the schema, so a new one is covered without a change here.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from customify.accounts.models import ApiKey, SessionRecord
from customify.accounts.scopes import DEFAULT_SCOPES
from designs import services
from designs.api.scopes import PRINT
from designs.models import Asset, Design, Pin
from designs.tests.support import factories
from designs.tests.support.api_client import client_of

METHODS = ("get", "head", "options", "post", "put", "patch", "delete", "trace")
NAMED = {
    "name": "Roboto-Regular",
    "number": "1",
    "slug": "mug",
    "code": "low_contrast",
    "print_file": "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a91",
}  # values of other parameters: public data


class Victim(NamedTuple):
    """A tenant and ids of its objects."""

    user: User
    ids: dict[str, str]  # by the first segment of the path


@cache
def paths() -> tuple[str, ...]:
    return tuple(SchemaGenerator().get_schema(request=None, public=True)["paths"])


def address(path: str, victim: Victim) -> str:
    ids = {**NAMED, "id": victim.ids.get(path.split("/")[3], ""), "session_id": victim.ids["sessions"]}
    return re.sub(r"{(\w+)}", lambda match: ids[match[1]], path)


def an_asset_of(user: User, **values: Any) -> Asset:
    sizes = dict.fromkeys(("width", "height", "bytes", "working_width", "working_height", "working_bytes"), 100)
    hashes = {"sha256": "a" * 64, "working_sha256": "b" * 64}
    return Asset.objects.create(owner=user, format="png", stored_at=Now(), **sizes, **hashes, **values)


def a_session_of(user: User, design_id: UUID) -> SessionRecord:
    key, _ = ApiKey.objects.issue_key(user, "pages")
    ends = Now() + timedelta(hours=1)
    return SessionRecord.objects.create(key=key, design_id=design_id, round=0, origins=[], expires_at=ends)


@pytest.fixture
def victim(catalogue: None) -> Victim:
    user = factories.make_user("victim")
    ids = {"designs": factories.make_design(user).pk, "assets": an_asset_of(user).pk}
    ids["sessions"] = a_session_of(user, ids["designs"]).pk
    ids["pins"] = services.pin_revision(ids["designs"], 1, "victim's order", None)[0].pk
    return Victim(user, {name: str(pk) for name, pk in ids.items()})


def test_the_victim_has_an_object_for_every_path_with_an_id() -> None:
    with_ids = {path.split("/")[3] for path in paths() if "{id}" in path}
    assert with_ids == {"designs", "assets", "pins"}  # add an object of the new type to Victim
    assert len(paths()) >= 12


def callers(victim: Victim) -> dict[str, Client]:
    """Clients with every kind of key but the victim's live one."""
    pages, staff = Client(headers={"Accept": "text/html"}), Client(headers={"Accept": "text/html"})
    pages.force_login(factories.make_user("somebody"))
    staff.force_login(factories.make_user("clerk", is_staff=True))
    return {
        "another shop": client_of("stranger", scopes=[*DEFAULT_SCOPES, PRINT]),
        "another shop's admin key": client_of("stranger", scopes=["admin"]),
        "the same shop's test key": client_of("victim", test=True, scopes=[*DEFAULT_SCOPES, PRINT]),
        "another shop at the browsable pages": pages,
        "staff without permissions": staff,
    }


def call(client: Client, method: str, path: str) -> Any:
    body = {"data": b"{}", "content_type": "application/json"} if method in {"post", "put", "patch"} else {}
    return client.generic(method.upper(), path, **body)


def untouched(victim: Victim) -> bool:
    design = Design.objects.get(pk=victim.ids["designs"])
    return (design.render_count, design.edit_count, design.deleted_at) == (1, 0, None) and (
        Asset.objects.filter_usable().filter(pk=victim.ids["assets"]).exists()
        and Pin.objects.filter(pk=victim.ids["pins"]).exists()
        and SessionRecord.objects.filter(pk=victim.ids["sessions"], revoked_at=None).exists()
    )


def test_another_tenants_id_is_not_found_at_any_path_with_any_method(victim: Victim) -> None:
    tried, everyone, victims_own = 0, callers(victim), client_of("victim", scopes=[*DEFAULT_SCOPES, PRINT])
    for path in (path for path in paths() if "{id}" in path):
        for number, ((who, client), method) in enumerate(product(everyone.items(), METHODS)):
            slash = "/" * ((number + number // len(METHODS)) % 2)  # with and without a slash it is the same view
            answer = call(client, method, address(path, victim) + slash)
            # 405 is decided by the path, before the owner is looked up.
            assert answer.status_code in {404, 405}, (who, method, path, answer.status_code)
            if answer.status_code == 405:
                mine = call(victims_own, method, address(path, victim) + slash)
                assert mine.status_code == 405, (method, path)
            tried += answer.status_code == 404
    assert tried > 100
    assert untouched(victim)


def test_every_private_path_requires_a_key(victim: Victim) -> None:
    public = {"/api/v1/fonts/{name}/sample", "/api/v1/fonts/samples.webp", "/api/v1/schema", "/api/v1/docs"}
    for path, method in product(paths(), METHODS):
        answer = call(APIClient(), method, address(path, victim))
        if path in public:
            assert answer.status_code != 500
            continue
        assert answer.status_code == 401, (method, path, answer.status_code)
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert untouched(victim)


def test_no_list_shows_another_tenants_data(victim: Victim) -> None:
    secrets, everyone = (*victim.ids.values(), "victim"), callers(victim)
    for path in (path for path in paths() if "{" not in path):
        for who, client in everyone.items():
            if who == "the same shop's test key":
                continue  # the account names the key's own user
            text = call(client, "get", path).content.decode(errors="replace")
            assert not [secret for secret in secrets if secret in text], (who, path)
