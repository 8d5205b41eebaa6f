"""API keys: a user may have several; only their hashes are stored."""

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
from designs.api.origins import ORIGIN_LENGTH
from designs.db.compiled import CompiledQuery, Parameter, column_names

LIVE_PREFIX, TEST_PREFIX = "cfy_live_", "cfy_test_"
LAST_USED_STEP = timedelta(
    minutes=1
)  # minimum time between two updates of last_used_at, so that a busy key is not a hot row
START_LENGTH = len(LIVE_PREFIX) + 6  # characters of a key that are stored in plain text, for lists and for the look-up
ROTATION_OVERLAP = timedelta(hours=24)  # time for which a rotated key still works


class AlreadyRotatedError(Exception):
    """The key cannot be rotated: it was already, or it is no longer usable."""


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Queries for API keys."""

    def usable(self) -> Self:
        """Exclude keys that are revoked, expired (by the database's clock) or of an inactive user."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None, user__is_active=True)

    def find_by_secret(self, secret: str) -> ApiKey | None:
        """Return the usable key with this secret, and its user; None if there is none.

        Its attribute `stale` is true if `last_used_at` should be updated. The look-up uses the characters that are not
        secret; digests are compared in constant time.
        """
        found, digest = None, hash_secret(secret)
        for key in _find_by_start(printable_or_empty(secret[:START_LENGTH])):
            if secrets.compare_digest(key.sha256, digest):
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
        """Create a key and return it with its secret, which is not stored.

        `form` identifies the form that was submitted: each creates at most one key. Raises ValidationError for a name
        that is empty or too long, and for unknown scopes.
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
        """Create a replacement for a key. The old key works for `overlap` more, but not beyond its own expiry.

        The replacement of a key that expires gets the same lifetime. Raises AlreadyRotatedError.
        """
        with transaction.atomic():
            # Lock before checking, so that the second of two concurrent rotations sees the first.
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
    """A key with which a program calls the API as `user`, within its scopes."""

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
        """Set the time of the last use to now."""
        type(self).objects.filter(pk=self.pk).update(last_used_at=Now())

    def revoke_key(self) -> bool:
        """Revoke the key; False if it was already revoked."""
        return bool(type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=Now()))


class PageOrigin(models.Model):
    """An origin whose pages may call the API, as long as a designer session for it may be valid."""

    origin = models.CharField(max_length=ORIGIN_LENGTH, unique=True)
    until = models.DateTimeField(db_index=True)  # expired rows are deleted

    def __str__(self) -> str:
        return self.origin


class SessionRecord(models.Model):
    """A designer session. Its token names it by `id`; the row is deleted once it has expired."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="sessions")
    design_id = models.UUIDField()  # no foreign key: the row ends with its time, whatever happens to the design
    round = models.PositiveIntegerField(help_text="The design's round in which it was started.")
    origins = models.JSONField(help_text="Origins of the pages that may use it.")
    assets = models.JSONField(default=list, help_text="Ids of the shop's assets that it may use.")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["design_id", "-created_at", "-id"], name="session_of_design")]

    def __str__(self) -> str:
        return str(self.id)


def _key_lookup_query() -> models.QuerySet[ApiKey, Any]:
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - LAST_USED_STEP)
    keys = ApiKey.objects.usable().filter(start=Parameter("start", models.CharField()))
    names = (*column_names(ApiKey), *(f"user__{name}" for name in column_names(get_user_model())), "stale")
    return keys.annotate(stale=models.ExpressionWrapper(stale, models.BooleanField())).values_list(*names)


_KEY_LOOKUP = CompiledQuery(_key_lookup_query)  # runs with every API request


def _find_by_start(start: str) -> Iterator[ApiKey]:
    """Yield the usable keys with these first characters, with `user` and `stale` set."""
    names, user_model = column_names(ApiKey), get_user_model()
    for *values, stale in _KEY_LOOKUP.fetch_rows(start=start):
        key = ApiKey.from_db(DEFAULT_DB_ALIAS, names, values[: len(names)])
        key.user = user_model.from_db(DEFAULT_DB_ALIAS, column_names(user_model), values[len(names) :])
        key.stale = stale  # type: ignore[attr-defined]
        yield key


def hash_secret(secret: str) -> str:
    """Hash a key for storage and look-up. A fast hash is enough: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def printable_or_empty(text: str) -> str:
    """Return the text if it is printable ASCII, else ""; PostgreSQL refuses NUL characters, which a header may hold."""
    return text if text.isascii() and text.isprintable() else ""
