"""API keys: several a user, hashed at rest, shown once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

PREFIX = "cfy_live_"
USED_STEP = timedelta(minutes=1)  # last use is written at most this often: a busy key must not be a hot row
SHOWN = len(PREFIX) + 6  # characters of a key that name it in lists


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Finding keys."""

    def usable(self) -> Self:
        """Leave out keys that are revoked or expired, by the database's clock."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None, user__is_active=True)

    def matching(self, secret: str) -> ApiKey | None:
        """Return the usable key with this secret, with its user; `stale` says that its last use should be noted."""
        stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - USED_STEP)
        keys = self.usable().annotate(stale=models.ExpressionWrapper(stale, models.BooleanField()))
        return keys.select_related("user").filter(sha256=digest(secret)).first()

    def issue(self, user: models.Model, name: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
        """Make a key and return it with its secret, which is not kept and cannot be shown again.

        Raises ValidationError for a name that is empty or too long.
        """
        secret = PREFIX + secrets.token_urlsafe(32)
        key = self.model(user=user, name=name, expires_at=expires_at, start=secret[:SHOWN], sha256=digest(secret))
        key.full_clean()
        key.save(force_insert=True)
        return key, secret


class ApiKey(models.Model):
    """Who may call the API as `user`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100, help_text="What uses it, such as “web shop”.")
    start = models.CharField(max_length=SHOWN, editable=False, help_text="The key's first characters.")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
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

    def note_use(self) -> None:
        """Write down that the key was used now."""
        type(self).objects.filter(pk=self.pk).update(last_used_at=Now())

    def revoke(self) -> bool:
        """Make the key useless from now on; False where it was already."""
        return bool(type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=Now()))


def digest(secret: str) -> str:
    """Hash a key for storage and look-up. 256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
