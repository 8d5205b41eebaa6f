from django.contrib.auth.models import User
from django.db import connection

from customify.accounts.models import LIVE_PREFIX, START_LENGTH, ApiKey, hash_secret


def test_the_secret_is_not_in_the_database(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_apikey WHERE id = %s", [key.pk])
        row = " ".join(map(str, cursor.fetchone()))
    assert secret not in row
    assert secret[START_LENGTH:] not in row
    assert hash_secret(secret) in row


def test_a_key_is_recognised_by_its_beginning(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    assert secret.startswith(LIVE_PREFIX)
    assert secret.startswith(key.start)
    assert str(key) == f"web shop ({key.start}…)"


def test_a_secret_holds_256_random_bits(shopkeeper: User) -> None:
    secrets = {ApiKey.objects.issue_key(shopkeeper, "web shop")[1] for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) - len(LIVE_PREFIX) for secret in secrets} == {43}  # 32 bytes in base64 without padding


def test_keys_are_matched_by_digest(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    ApiKey.objects.issue_key(shopkeeper, "stock control")
    assert ApiKey.objects.find_by_secret(secret) == key
    for other in (key.sha256, key.start, secret[:-1], secret + "a", secret.upper(), ""):
        assert ApiKey.objects.find_by_secret(other) is None


def test_a_key_is_revoked_once(shopkeeper: User) -> None:
    key, secret = ApiKey.objects.issue_key(shopkeeper, "web shop")
    assert key.revoke_key()
    key.refresh_from_db()
    first = key.revoked_at
    assert not key.revoke_key()
    key.refresh_from_db()
    assert key.revoked_at == first
    assert ApiKey.objects.find_by_secret(secret) is None
