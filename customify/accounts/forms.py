"""Forms for API keys in the admin."""

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
    """Edits a key's name, scopes and expiry."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {meaning}") for scope, meaning in SCOPES.items()],
        initial=DEFAULT_SCOPES,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "user", "scopes", "test", "expires_at")
        help_texts = {
            "test": "For trials: it has a quota of its own, and what it creates is deleted after a while.",
            "expires_at": "Leave empty for a key that does not expire.",
        }

    def clean_expires_at(self) -> datetime | None:
        """Refuse a new expiry in the past; to disable a key now, revoke it."""
        expires_at: datetime | None = self.cleaned_data["expires_at"]
        if expires_at and "expires_at" in self.changed_data and expires_at <= timezone.now():
            raise ValidationError("This time is in the past. Enter a later one, or revoke the key to disable it now.")
        return expires_at


class NewApiKeyForm(ApiKeyForm):
    """Creates at most one key: reloading the result page submits the form again."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    def clean_once(self) -> uuid.UUID:
        """Refuse a form that has already created its key."""
        form: uuid.UUID = self.cleaned_data["once"]
        if ApiKey.objects.filter(form=form).exists():
            raise ValidationError(
                "This form has already created its key, which cannot be shown again. If you have lost it, revoke it and"
                " open a new form."
            )
        return form

    def add_error(self, field: str | None, error: Any) -> None:
        """Show errors of the hidden field above the form."""
        super().add_error(None if field == "once" else field, error)
