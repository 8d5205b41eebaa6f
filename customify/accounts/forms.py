"""What an administrator says of a key."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from customify.accounts.models import ApiKey
from customify.accounts.scopes import DEFAULT_SCOPES, SCOPES


class ApiKeyForm(forms.ModelForm):
    """A key's name, scopes and end."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {meaning}") for scope, meaning in SCOPES.items()],
        initial=DEFAULT_SCOPES,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "user", "scopes", "test", "expires_at")

    def clean_expires_at(self) -> datetime | None:
        """Refuse a new time that has passed: to end a key now, revoke it."""
        expires_at: datetime | None = self.cleaned_data["expires_at"]
        if expires_at and "expires_at" in self.changed_data and expires_at <= timezone.now():
            raise ValidationError("This has passed already. Give a later time, or revoke the key to end it now.")
        return expires_at


class NewApiKeyForm(ApiKeyForm):
    """Makes one key, however often it is sent: a page that is loaded again sends it again."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    def clean_once(self) -> uuid.UUID:
        """Refuse a form that has made its key."""
        form: uuid.UUID = self.cleaned_data["once"]
        if ApiKey.objects.filter(form=form).exists():
            raise ValidationError(
                "This form has made its key already, which cannot be shown again. If it is lost: revoke it, and open a"
                " new form."
            )
        return form

    def add_error(self, field: str | None, error: Any) -> None:
        """Show what is wrong with the hidden field above the others."""
        super().add_error(None if field == "once" else field, error)
