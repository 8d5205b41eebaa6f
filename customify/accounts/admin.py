"""API keys in the admin: made, named, revoked; the secret is shown once and cannot be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, re_path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_object_actions import DjangoObjectActions
from django_object_actions import action as object_action

from customify.accounts.models import ApiKey


class ApiKeyForm(forms.ModelForm):
    """What an administrator says of a key."""

    def clean_expires_at(self) -> datetime | None:
        """Refuse a new time that has passed: to end a key now, revoke it."""
        expires_at: datetime | None = self.cleaned_data["expires_at"]
        if expires_at and "expires_at" in self.changed_data and expires_at <= timezone.now():
            raise ValidationError("This has passed already. Give a later time, or revoke the key to end it now.")
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(DjangoObjectActions, admin.ModelAdmin):  # type: ignore[misc]  # the mixin is untyped
    """Lists keys by their first characters; a new key's secret is in the answer that makes it and nowhere else."""

    form = ApiKeyForm
    list_display = ("name", "shown_start", "user", "created_at", "expires_at", "last_used_at", "state")
    list_select_related = ("user",)
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "created_at", "expires_at")
    search_fields = ("name", "start", "user__username")
    autocomplete_fields = ("user",)
    actions = ("revoke_selected",)
    change_actions = ("revoke",)
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Ask for what makes a key; of one that is made, show all but its hash."""
        own = ("name", "user", "expires_at")
        return own if obj is None else (*own, "shown_start", "state", "created_at", "last_used_at", "revoked_at")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Keep a key its user's: another user's designs would else come with it."""
        return () if obj is None else ("user", "shown_start", "state", "created_at", "last_used_at", "revoked_at")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose the administrator as the key's user."""
        return {"user": request.user.pk, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: ApiKey, form: forms.ModelForm, change: bool) -> None:
        """Issue a new key, remembering its secret for this one answer."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made, secret = ApiKey.objects.issue(obj.user, obj.name, obj.expires_at)
        obj.pk = made.pk
        obj.refresh_from_db()
        request.issued_secret = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:  # noqa: ARG002
        """Show the secret in the answer itself: a redirect would carry it through a cookie or the session's row."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "API key made",
            "key": obj,
            "secret": request.issued_secret,  # type: ignore[attr-defined]
            "list_url": reverse("admin:accounts_apikey_changelist"),
        }
        response = TemplateResponse(request, "admin/accounts/apikey/issued.html", context)
        add_never_cache_headers(response)
        return response

    @admin.display(description="key", ordering="start")
    def shown_start(self, key: ApiKey) -> str:
        """Return the key's first characters."""
        return f"{key.start}…"

    @admin.display(description="state")
    def state(self, key: ApiKey) -> str:
        """Return whether the key works, and why not."""
        if key.revoked_at:
            return "revoked"
        if key.expires_at and key.expires_at <= timezone.now():
            return "expired"
        return "usable" if key.user.is_active else "its user is inactive"

    @admin.action(description="Revoke selected API keys", permissions=["change"])
    def revoke_selected(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        """Make the selected keys useless from now on."""
        revoked = [key for key in keys if self._revoke(request, key)]
        self.message_user(request, f"{len(revoked)} API keys were revoked.", messages.SUCCESS)

    @object_action(  # type: ignore[untyped-decorator]
        label="Revoke", description="Make this key useless from now on", methods=("POST",), button_type="form"
    )
    def revoke(self, request: HttpRequest, key: ApiKey) -> None:
        """Make one key useless from now on; PermissionDenied for users who may not change keys."""
        if not self.has_change_permission(request, key):
            raise PermissionDenied  # the button's address asks for a staff user alone
        if self._revoke(request, key):
            self.message_user(request, f"{key} was revoked.", messages.SUCCESS)

    def _get_action_urls(self) -> list[URLPattern]:
        # The mixin's pattern takes any text for an id and fails (500) on one that is none.
        button = super()._get_action_urls()[0]
        return [re_path(r"^(?P<pk>\d{1,18})/actions/(?P<tool>\w+)/$", button.callback, name=button.name)]

    def get_change_actions(self, request: HttpRequest, object_id: str, form_url: str) -> tuple[str, ...]:  # noqa: ARG002
        """Offer the button to those who may use it, while there is something to revoke."""
        key = self.get_object(request, object_id)
        living = key is not None and key.revoked_at is None
        return self.change_actions if living and self.has_change_permission(request, key) else ()

    def _revoke(self, request: HttpRequest, key: ApiKey) -> bool:
        done = key.revoke()
        if done:
            self.log_change(request, key, "Revoked.")
        return done
