"""API keys: several a user, hashed at rest, shown once."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models import Q
from django.db.models.functions import Least, Now

from customify.accounts.scopes import DEFAULT_SCOPES, check_scopes, default_scopes
from designs.db.compiled import CompiledQuery, Parameter, column_names

LIVE_PREFIX, TEST_PREFIX = "cfy_live_", "cfy_test_"
LAST_USED_STEP = timedelta(minutes=1)  # last use is written at most this often: a busy key must not be a hot row
START_LENGTH = len(LIVE_PREFIX) + 6  # characters of a key that name it in lists, and by which it is looked up
ROTATION_OVERLAP = timedelta(hours=24)  # for which a rotated key still works


class AlreadyRotatedError(Exception):
    """The key cannot be rotated: it was, or it works no more."""


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Finding keys."""

    def usable(self) -> Self:
        """Leave out keys that are revoked or expired, by the database's clock."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None, user__is_active=True)

    def find_by_secret(self, secret: str) -> ApiKey | None:
        """Return the usable key with this secret, with its user; `stale` says that its last use should be noted.

        Keys are looked up by the characters that are no secret, and the digests compared in constant time.
        """
        found, asked = None, hash_secret(secret)
        for key in _find_by_start(printable_or_empty(secret[:START_LENGTH])):
            if secrets.compare_digest(key.sha256, asked):
                found = key
        return found

    def issue_key(
        self,
        user: models.Model,
        name: str,
        expires_at: datetime | None = None,
        *,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        test: bool = False,
        form: uuid.UUID | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key and return it with its secret, which is not kept and cannot be shown again.

        Raises ValidationError for a name that is empty or too long, and for scopes that there are not. `form` is the
        form that asked: the same one asks once.
        """
        secret = (TEST_PREFIX if test else LIVE_PREFIX) + secrets.token_urlsafe(32)
        key = self.model(
            user=user,
            name=name,
            expires_at=expires_at,
            scopes=list(scopes),
            test=test,
            start=secret[:START_LENGTH],
            sha256=hash_secret(secret),
            form=form,
        )
        key.full_clean()
        key.save(force_insert=True)
        return key, secret

    def rotate_key(self, old: ApiKey, overlap: timedelta = ROTATION_OVERLAP) -> tuple[ApiKey, str]:
        """Make a key that takes another's place; the old one works for `overlap` more, and no longer than it would.

        A key that expires hands its lifetime on. Raises RotatedAlreadyError.
        """
        with transaction.atomic():
            # Locked first and looked at then: of two that rotate it at once, the second sees what the first did.
            self.select_for_update().filter(pk=old.pk).first()
            if not self.usable().filter(pk=old.pk, replaced_by=None).exists():
                raise AlreadyRotatedError(old)
            lasts = old.expires_at - old.created_at if old.expires_at else None
            new, secret = self.issue_key(old.user, old.name, scopes=old.scopes, test=old.test)
            if lasts is not None:
                self.filter(pk=new.pk).update(expires_at=Now() + lasts)
            ends = Now() + overlap
            self.filter(pk=old.pk).update(
                replaced_by=new, expires_at=Least(ends, "expires_at") if old.expires_at else ends
            )
        new.refresh_from_db()
        return new, secret


class ApiKey(models.Model):
    """Who may call the API as `user`, and for what."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100, help_text="What uses it, such as “web shop”.")
    scopes = models.JSONField(default=default_scopes, validators=[check_scopes], help_text="What it may be used for.")
    test = models.BooleanField(
        default=False,
        help_text="For trying things out: a quota of its own, and what it makes is deleted after a while.",
    )
    start = models.CharField(
        max_length=START_LENGTH, editable=False, db_index=True, help_text="The key's first characters."
    )
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    form = models.UUIDField(null=True, unique=True, editable=False, help_text="The form it was made by.")
    replaced_by = models.OneToOneField(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="replaces"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False, help_text="To the minute.")

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    def record_use(self) -> None:
        """Write down that the key was used now."""
        type(self).objects.filter(pk=self.pk).update(last_used_at=Now())

    def revoke_key(self) -> bool:
        """Make the key useless from now on; False where it was already."""
        return bool(type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=Now()))


class PageOrigin(models.Model):
    """An origin whose pages may ask from browsers, until no session of theirs can be alive any more."""

    MAX_LENGTH = 255  # characters

    origin = models.CharField(max_length=MAX_LENGTH, unique=True)
    until = models.DateTimeField(db_index=True)  # those that are over are deleted

    def __str__(self) -> str:
        return self.origin


def _key_lookup_query() -> models.QuerySet[ApiKey, Any]:
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - LAST_USED_STEP)
    keys = ApiKey.objects.usable().filter(start=Parameter("start", models.CharField()))
    names = (*column_names(ApiKey), *(f"user__{name}" for name in column_names(get_user_model())), "stale")
    return keys.annotate(stale=models.ExpressionWrapper(stale, models.BooleanField())).values_list(*names)


_KEY_LOOKUP = CompiledQuery(_key_lookup_query)  # every request of the API asks it


def _find_by_start(start: str) -> Iterator[ApiKey]:
    """Return the usable keys that begin so, with their users and whether they are stale."""
    names, user_model = column_names(ApiKey), get_user_model()
    for *values, stale in _KEY_LOOKUP.fetch_rows(start=start):
        key = ApiKey.from_db(DEFAULT_DB_ALIAS, names, values[: len(names)])
        key.user = user_model.from_db(DEFAULT_DB_ALIAS, column_names(user_model), values[len(names) :])
        key.stale = stale  # type: ignore[attr-defined]
        yield key


def hash_secret(secret: str) -> str:
    """Hash a key for storage and look-up. 256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def printable_or_empty(text: str) -> str:
    """Return a text that every database can compare: what a header holds may be none."""
    return text if text.isascii() and text.isprintable() else ""
