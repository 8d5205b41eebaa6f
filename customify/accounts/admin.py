"""API keys in the admin: create, rename, rotate, revoke. A secret is shown once and cannot be edited."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, re_path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_object_actions import DjangoObjectActions
from django_object_actions import action as object_action

from customify.accounts.forms import ApiKeyForm, NewApiKeyForm
from customify.accounts.models import ROTATION_OVERLAP, AlreadyRotatedError, ApiKey

READ_ONLY = ("display_start", "display_state", "created_at", "last_used_at", "replaced_by", "revoked_at")


@admin.register(ApiKey)
class ApiKeyAdmin(DjangoObjectActions, admin.ModelAdmin):  # type: ignore[misc]  # the mixin is untyped
    """Lists keys by their first characters. Only the response that creates a key contains its secret."""

    form = ApiKeyForm
    list_display = (
        "name",
        "display_start",
        "user",
        "test",
        "created_at",
        "expires_at",
        "last_used_at",
        "display_state",
    )
    list_select_related = ("user",)
    list_filter = ("test", ("revoked_at", admin.EmptyFieldListFilter), "created_at", "expires_at")
    search_fields = ("name", "start", "user__username")
    autocomplete_fields = ("user",)
    actions = ("revoke_selected",)
    change_actions = ("rotate", "revoke")
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Show the inputs for a new key, and everything except the hash for an existing one."""
        own = ("name", "user", "scopes", "test", "expires_at")
        return (*own, "once") if obj is None else (*own, *READ_ONLY)

    def get_form(self, request: HttpRequest, obj: ApiKey | None = None, **kwargs: Any) -> type[ModelForm]:  # type: ignore[override]
        """Use a form that creates at most one key, even if it is submitted twice."""
        return super().get_form(request, obj, **{**kwargs, **({"form": NewApiKeyForm} if obj is None else {})})

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Fix the user of an existing key: with another user it would open that user's designs."""
        return () if obj is None else ("user", "test", *READ_ONLY)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Preselect the administrator as the key's user."""
        return {"user": request.user.pk, "once": uuid.uuid4(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ModelForm, change: bool) -> None:
        """Issue a new key and keep its secret for this one response."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made, secret = ApiKey.objects.issue_key(
            obj.user,
            obj.name,
            obj.expires_at,
            scopes=obj.scopes,
            test=obj.test,
            form=form.cleaned_data["once"],
        )
        obj.pk = made.pk
        obj.refresh_from_db()
        request.issued_secret = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:  # noqa: ARG002
        """Show the secret in this response; a redirect would have to store it in a cookie or session."""
        return self._render_issued_key(request, obj, request.issued_secret)  # type: ignore[attr-defined]

    def _render_issued_key(self, request: HttpRequest, key: ApiKey, secret: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "API key created",
            "key": key,
            "secret": secret,
            "list_url": reverse("admin:accounts_apikey_changelist"),
        }
        response = TemplateResponse(request, "admin/accounts/apikey/issued.html", context)
        add_never_cache_headers(response)
        return response

    @admin.display(description="key", ordering="start")
    def display_start(self, key: ApiKey) -> str:
        """Return the key's first characters."""
        return f"{key.start}…"

    @admin.display(description="state")
    def display_state(self, key: ApiKey) -> str:
        """Return whether the key is usable, or why not."""
        if key.revoked_at:
            return "revoked"
        if key.expires_at and key.expires_at <= timezone.now():
            return "expired"
        if not key.user.is_active:
            return "user is inactive"
        return "usable, but replaced by a new key" if key.replaced_by_id else "usable"

    @admin.action(description="Revoke selected API keys", permissions=["change"])
    def revoke_selected(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        """Revoke the selected keys."""
        revoked = [key for key in keys if self._revoke_key(request, key)]
        self.message_user(request, f"{len(revoked)} API keys were revoked.", messages.SUCCESS)

    @object_action(  # type: ignore[untyped-decorator]
        label="Revoke", description="Revoke this key now", methods=("POST",), button_type="form"
    )
    def revoke(self, request: HttpRequest, key: ApiKey) -> None:
        """Revoke one key. Raises PermissionDenied for users who may not change keys."""
        if not self.has_change_permission(request, key):
            raise PermissionDenied  # the URL of the button itself only requires a staff user
        if self._revoke_key(request, key):
            self.message_user(request, f"{key} was revoked.", messages.SUCCESS)

    @object_action(  # type: ignore[untyped-decorator]
        label="Rotate",
        description="Create a replacement; this key keeps working for one more day",
        methods=("POST",),
        button_type="form",
    )
    def rotate(self, request: HttpRequest, key: ApiKey) -> HttpResponse:
        """Create and show a replacement. Raises PermissionDenied for users who may not both add and change keys."""
        if not (self.has_change_permission(request, key) and self.has_add_permission(request)):
            raise PermissionDenied  # as above
        try:
            new, secret = ApiKey.objects.rotate_key(key)
        except AlreadyRotatedError:
            self.message_user(request, f"{key} was already rotated, or is no longer usable.", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:accounts_apikey_change", args=[key.pk]))
        hours = int(ROTATION_OVERLAP.total_seconds() // 3600)
        self.log_change(request, key, f"Rotated: replaced by {new.start}…; this key works for {hours} more hours.")
        self.log_addition(request, new, f"Created to replace {key.start}….")
        return self._render_issued_key(request, new, secret)

    def _get_action_urls(self) -> list[URLPattern]:
        # The mixin's pattern accepts any text as an id, and fails with status 500 if it is not a number.
        button = super()._get_action_urls()[0]
        return [re_path(r"^(?P<pk>\d{1,18})/actions/(?P<tool>\w+)/$", button.callback, name=button.name)]

    def get_change_actions(self, request: HttpRequest, object_id: str, form_url: str) -> tuple[str, ...]:  # noqa: ARG002
        """Show the buttons to users who may use them, as long as the key is not revoked."""
        key = self.get_object(request, object_id)
        if key is None or key.revoked_at is not None or not self.has_change_permission(request, key):
            return ()
        may_rotate = key.replaced_by_id is None and self.has_add_permission(request)
        return self.change_actions if may_rotate else ("revoke",)

    def _revoke_key(self, request: HttpRequest, key: ApiKey) -> bool:
        done = key.revoke_key()
        if done:
            self.log_change(request, key, "Revoked.")
        return done
